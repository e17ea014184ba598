namespace Estargz.Profiles;

/// <summary>How long it takes from the start of a lazy pull until the app is ready.</summary>
/// <remarks>
/// <code>
/// seconds = bytes / rate                        rate: the link's, at most what the client itself manages
///         + round trip * (14 + 1.2 * windows)   14: manifest, configuration, footers and TOCs; windows: reads on demand
///         + 0.013 * windows                     each goes through FUSE and is unpacked before the app goes on
///         + start                               0.5 s and what a recording took until the app was ready; without a recording
///                                               1.05 s for CoreCLR, 1.25 s with all code to compile, 0.3 s native
/// </code>
/// The constants are fitted to stargz-snapshotter 0.12 on two cores, with links of 20 and 100 Mbit/s and without a limit,
/// at a quiet and at a slower time of the machine; what was measured is in the tests. Bytes that are fetched twice, because prefetch takes more than 10 s, are not in it.
/// </remarks>
public static class StartEstimate
{
    /// <summary>Bytes of footer and TOC that each layer costs, about.</summary>
    public const long BytesPerLayer = 80_000;

    /// <summary>What the client itself takes in: decompression, digests, cache.</summary>
    public const double ClientBytesPerSecond = 50e6;

    private const double RoundTrips = 14;
    private const double RoundTripsPerWindow = 1.2;
    private const double SecondsPerWindow = 0.013;
    private const double ContainerSeconds = 0.5;

    /// <summary>What one read on demand costs, its bytes aside, in seconds.</summary>
    public static double SecondsPerRequest(NetworkLink link) => (link.RoundTrip.TotalSeconds * RoundTripsPerWindow) + SecondsPerWindow;

    /// <summary>The estimate in seconds.</summary>
    /// <param name="bytes">All bytes that are fetched until the app is ready.</param>
    /// <param name="windows">Requests for what is not in the prefetch zone, one after the other.</param>
    /// <param name="link">The link.</param>
    /// <param name="start">What the app has to do.</param>
    /// <param name="readySeconds">How long a recorded start took, in seconds; or null.</param>
    public static double Seconds(long bytes, int windows, NetworkLink link, AppStart start, double? readySeconds = null) =>
        (bytes / Math.Min(link.BitsPerSecond / 8.0, ClientBytesPerSecond))
        + (link.RoundTrip.TotalSeconds * RoundTrips)
        + (windows * SecondsPerRequest(link))
        + (readySeconds is { } ready ? ContainerSeconds + ready : start switch { AppStart.NativeAot => 0.3, AppStart.JustInTime => 1.25, _ => 1.05 });
}
