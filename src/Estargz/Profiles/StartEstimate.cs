namespace Estargz.Profiles;

/// <summary>How long it takes from the start of a lazy pull until the app is ready.</summary>
/// <remarks>
/// <code>
/// seconds = bytes / rate + bytes / 100 MB/s     the zones are unpacked once all of one is there; at least bytes / 50 MB/s,
///                                               which is what the client itself takes in
///         + round trip * (14 + 1.2 * windows)   14: manifest, configuration, footers and TOCs; windows: reads on demand
///         + 0.013 * windows                     each goes through FUSE and is unpacked before the app goes on
///         + start                               0.5 s and what a recording took until the app was ready; without a recording
///                                               1.05 s for CoreCLR, 0.9 s for a trimmed one, 0.3 s more where its own code
///                                               is to be compiled, 0.2 s for each MB of assemblies that is, 0.5 s for Razor
///                                               or Blazor; 0.3 s native
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

    /// <summary>What it unpacks at the end of a fetch, when nothing is left to come.</summary>
    private const double UnpackedBytesPerSecond = 100e6;

    private const double RoundTrips = 14;
    private const double RoundTripsPerWindow = 1.2;
    private const double SecondsPerWindow = 0.013;
    private const double ContainerSeconds = 0.5;

    /// <summary>What one read on demand costs, its bytes aside, in seconds.</summary>
    public static double SecondsPerRequest(NetworkLink link) => (link.RoundTrip.TotalSeconds * RoundTripsPerWindow) + SecondsPerWindow;

    /// <summary>The start of a container and of an app in it, once everything is there, in seconds.</summary>
    /// <param name="app">The app.</param>
    /// <param name="recorded">How long the app took to be ready where it was recorded, in seconds; or null.</param>
    public static double StartSeconds(AppShape app, double? recorded = null) =>
        recorded is { } ready ? ContainerSeconds + ready
        : app.Kind == AppKind.NativeAot ? 0.3
        : (app.Trimmed ? 0.9 : 1.05)
            + (app.Kind == AppKind.SelfContained && !app.ReadyToRun ? 0.3 : 0)
            + (app.UsesRazor || app.UsesBlazor ? 0.5 : 0)
            + (0.2e-6 * app.BytesToCompile);

    /// <summary>The estimate in seconds.</summary>
    /// <param name="bytes">All bytes that are fetched until the app is ready.</param>
    /// <param name="windows">Requests for what is not in the prefetch zone, one after the other.</param>
    /// <param name="link">The link.</param>
    /// <param name="startSeconds">See <see cref="StartSeconds"/>.</param>
    public static double Seconds(long bytes, int windows, NetworkLink link, double startSeconds) =>
        (bytes * Math.Max((8.0 / link.BitsPerSecond) + (1 / UnpackedBytesPerSecond), 1 / ClientBytesPerSecond))
        + (link.RoundTrip.TotalSeconds * RoundTrips)
        + (windows * SecondsPerRequest(link))
        + startSeconds;
}
