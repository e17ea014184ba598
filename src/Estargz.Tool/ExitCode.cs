namespace Estargz.Tool;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>verify</c>: the image is valid and lazy.</summary>
    public const int Success = 0;

    /// <summary>
    /// Something failed; for <c>verify</c>: the image is not lazy, or not valid; for <c>profile check</c>: it has too little.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Canceled with Ctrl+C: 128 and the number of SIGINT, as shells have it.</summary>
    public const int Canceled = 130;
}
