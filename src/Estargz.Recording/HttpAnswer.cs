using System.Net;

namespace Estargz.Recording;

/// <summary>What a server answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Location">Where a redirect leads that was not followed; null: it is none.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, Uri? Location)
{
    /// <summary>In words; what stands behind the path is long, and may be a secret.</summary>
    public override string ToString() =>
        Location is null ? $"{(int)Status}" : $"{(int)Status}, to {Location.Scheme}://{Location.Authority}{Location.AbsolutePath}";
}
