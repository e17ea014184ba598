namespace Estargz.Profiles;

/// <summary>A file that is read at start-up and is not in the prefetch zone.</summary>
/// <param name="Entry">The file.</param>
/// <param name="Reason">Why.</param>
/// <param name="CompressedSize">The bytes that the zone is smaller for it.</param>
/// <param name="OnDemand">What is fetched of it while the app starts.</param>
public sealed record LeftOutFile(StartupEntry Entry, LeftOutReason Reason, long CompressedSize, ReadAhead OnDemand)
{
    /// <summary>Whether a user should know: it is large, and was left out for its own sake.</summary>
    public bool IsWorthTelling => CompressedSize >= 100_000 && Reason != LeftOutReason.NotShared;

    /// <summary>The file, its size and why it was left out, in a line for the user.</summary>
    public string Message => FormattableString.Invariant(
        $"left out of prefetch: {Entry.Name} ({CompressedSize / 1e6:0.0} MB), {(Reason == LeftOutReason.SparselyRead ? "of which little is read" : "because the link does not move more in 10 s")}");
}
