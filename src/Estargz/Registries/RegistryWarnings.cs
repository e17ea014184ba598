using System.Collections.Concurrent;

namespace Estargz.Registries;

/// <summary>What a registry wants users to read: <c>Warning: 299 - "…"</c> (distribution spec, "Warnings"), each text once.</summary>
internal sealed class RegistryWarnings(Action<string> warn)
{
    private const int MostTexts = 10;

    private readonly ConcurrentDictionary<string, bool> _shown = new(StringComparer.Ordinal);

    public void Show(RegistryResponse response)
    {
        foreach (var value in response.Headers("Warning"))
        {
            if (value.StartsWith("299 - \"", StringComparison.Ordinal) && value.EndsWith('"')
                && _shown.Count < MostTexts && _shown.TryAdd(value, true))
            {
                warn($"{response.Uri.Authority} says: {RegistryError.Shorten(value[7..^1], 300)}");
            }
        }
    }
}
