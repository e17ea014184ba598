using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A line of the registry's access log.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Bytes">Bytes of the answer's body.</param>
public sealed record RegistryRequest(string Method, string Path, int Status, long Bytes)
{
    internal static RegistryRequest From(Match line) => new(
        line.Groups["method"].Value,
        line.Groups["path"].Value,
        int.Parse(line.Groups["status"].ValueSpan, CultureInfo.InvariantCulture),
        long.Parse(line.Groups["bytes"].ValueSpan, CultureInfo.InvariantCulture));
}
