using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Estargz.Recording;

/// <summary>
/// The start-up profile of a recording: paths that hold wherever the app and .NET are in the image, whatever patch
/// release of .NET that is.
/// </summary>
public static class ProfileText
{
    /// <summary>Writes a profile; lines end with a line feed.</summary>
    /// <remarks>
    /// A path that the format cannot express, because it has a control character or ends with a blank, is left out.
    /// </remarks>
    public static string Write(Recording recording)
    {
        var frameworks = RecordedFrameworks.Of(recording);
        var text = new StringBuilder("# estargz startup profile 1\n");
        text.Append(CultureInfo.InvariantCulture, $"# rid: {Rid(recording)}\n");
        foreach (var (name, version) in frameworks.Versions)
        {
            text.Append(CultureInfo.InvariantCulture, $"# framework: {name} {version}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# recorder: {string.Join(", ", recording.Sources)}\n");
        text.Append(CultureInfo.InvariantCulture, $"# command: {string.Concat(string.Join(' ', recording.Command).Select(c => char.IsControl(c) ? ' ' : c))}\n");
        foreach (var file in recording.Files.Where(f => !f.Path.Any(char.IsControl) && !f.Path.EndsWith(' ')))
        {
            text.Append(Portable(file.Path, recording, frameworks)).Append(file.Pages is null ? "" : $"\tpages={file.Pages}").Append('\n');
        }

        return text.ToString();
    }

    private static string Portable(string path, Recording recording, RecordedFrameworks frameworks)
    {
        if (frameworks.Find(path) is var (framework, file))
        {
            return $"$(framework:{framework})/{file}";
        }

        if (RealPath.IsBelow(path, recording.AppFolder))
        {
            return "$(app)/" + Path.GetRelativePath(recording.AppFolder, path);
        }

        if (recording.DotnetRoot is not { } root || !RealPath.IsBelow(path, root))
        {
            return path;
        }

        // host/fxr/VERSION/libhostfxr.so
        var segments = Path.GetRelativePath(root, path).Split('/');
        return "$(dotnet)/" + string.Join('/', segments is ["host", "fxr", _, .. var rest] ? ["host", "fxr", "*", .. rest] : segments);
    }

    /// <summary>The RID that apps are published for: the machine's, without its distribution.</summary>
    private static string Rid(Recording recording) =>
        (recording.Files.Any(f => Path.GetFileName(f.Path).StartsWith("ld-musl-", StringComparison.Ordinal)) ? "linux-musl-" : "linux-")
        + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
}
