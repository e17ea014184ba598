using System.Diagnostics;

namespace Estargz.Layers;

/// <summary>Runs the real programs that make archives.</summary>
internal static class Shell
{
    /// <summary>Runs a script in a folder; any failure fails the test.</summary>
    public static string Run(string folder, string script)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-euc", "umask 022; " + script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{script}' failed: {error.Result}");
    }
}
