using System.Collections.Immutable;
using System.Text.Json;

namespace Estargz.Profiles;

/// <summary>What a <c>*.runtimeconfig.json</c> says.</summary>
/// <param name="SelfContained">Whether the runtime is in the app's folder.</param>
/// <param name="Frameworks">The shared frameworks that the app asks for, or brings along.</param>
/// <param name="InvariantGlobalization">Whether the app does without ICU.</param>
internal sealed record RuntimeConfig(bool SelfContained, ImmutableArray<FrameworkVersion> Frameworks, bool InvariantGlobalization)
{
    /// <summary>Reads a file.</summary>
    /// <returns>Null where there is no such file: a single file, or native code.</returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static RuntimeConfig? Read(string path)
    {
        if (PublishJson.Read(path) is not { } json)
        {
            return null;
        }

        var options = json.Get("runtimeOptions");
        var included = options.Get("includedFrameworks");
        return new RuntimeConfig(
            included.ValueKind == JsonValueKind.Array,
            [.. FrameworksIn(options.Get("framework")), .. FrameworksIn(options.Get("frameworks")), .. FrameworksIn(included)],
            IsTrue(options.Get("configProperties").Get("System.Globalization.Invariant")));
    }

    private static IEnumerable<FrameworkVersion> FrameworksIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FrameworksIn),
        JsonValueKind.Object when element.Get("name").Text() is { } name => [new FrameworkVersion(name, element.Get("version").Text() ?? "")],
        _ => [],
    };

    private static bool IsTrue(JsonElement element) =>
        element.ValueKind == JsonValueKind.True || string.Equals(element.Text(), "true", StringComparison.OrdinalIgnoreCase);
}
