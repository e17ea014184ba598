using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>
/// The artifacts that refer to an image (OCI distribution spec 1.1, "Pushing Manifests with Subject" and "Listing
/// Referrers"), on registries that know them and on those that do not: there a tag names the list.
/// </summary>
internal sealed class Referrers(RegistryConnection connection, ManifestTransfer manifests)
{
    /// <summary>What is read of a list at most, in bytes and pages.</summary>
    private const int SizeLimit = 4 << 20, MaxPages = 20;

    /// <summary>Writes the manifest of an artifact, whose blobs are there, and makes sure that it is listed; unless it is there.</summary>
    public async Task AddAsync(string repository, Artifact artifact, CancellationToken ct)
    {
        var manifest = artifact.ToManifest();
        if (artifact.Subject is { } subject
            && (await ListAsync(repository, subject.Digest, artifact.Type, ct)).Any(listed => listed.Digest == manifest.Digest))
        {
            return;
        }

        bool listed = await manifests.PushAsync(repository, manifest.Digest.ToString(), manifest, ct);
        if (!listed && artifact.Subject is { } image)
        {
            // Two that add to the list at the same moment may lose one of their entries: no registry of that kind has a
            // way to prevent it. The artifact itself is there.
            var earlier = await ReadTagAsync(repository, image.Digest, ct);
            var list = earlier.With(artifact);
            if (list != earlier)
            {
                await manifests.PushAsync(repository, ReferrerList.TagOf(image.Digest), list.Content, ct);
            }
        }
    }

    /// <summary>The artifacts of one type that refer to an image, in the order of the registry.</summary>
    public async Task<IReadOnlyList<Descriptor>> ListAsync(string repository, Digest image, string type, CancellationToken ct)
    {
        var found = new List<Descriptor>();
        var page = RegistryRequest.Pull(HttpMethod.Get, repository, $"referrers/{image}") with { Accept = [MediaType.Index] };
        for (int i = 0; i < MaxPages; i++)
        {
            using var response = await connection.SendAsync(page, ct);
            if (response.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && i == 0)
            {
                return OfType(await ReadTagAsync(repository, image, ct), type);
            }

            if (response.Status != HttpStatusCode.OK)
            {
                throw await RegistryError.ReadAsync(response);
            }

            var body = await response.ReadAsync(SizeLimit);
            if (body.Length > SizeLimit || response.ContentType != MediaType.Index)
            {
                throw RegistryError.Answer(response, "what it lists is no index, or one of more than 4 MiB");
            }

            found.AddRange(OfType(ReferrerList.Parse(body, $"the artifacts of {image}"), type));
            if (NextPage(response) is not { } next)
            {
                break;
            }

            page = page with { Uri = next };
        }

        return found;
    }

    /// <summary>RFC 8288: <c>&lt;/v2/…&gt;; rel="next"</c>. Only within the registry.</summary>
    private Uri? NextPage(RegistryResponse response)
    {
        var link = response.Header("Link") ?? "";
        int start = link.IndexOf('<', StringComparison.Ordinal), end = link.IndexOf('>', StringComparison.Ordinal);
        return start >= 0 && start < end && link.Contains("rel=\"next\"", StringComparison.Ordinal)
            && Uri.TryCreate(response.Uri, link[(start + 1)..end], out var next) && connection.Endpoint.Owns(next) ? next : null;
    }

    private static List<Descriptor> OfType(ReferrerList list, string type) =>
        [.. list.Entries.Where(entry => entry.ArtifactType == type).Select(entry => entry.Manifest)];

    private async Task<ReferrerList> ReadTagAsync(string repository, Digest image, CancellationToken ct)
    {
        var reference = new Reference(connection.Endpoint.Registry, repository, ReferrerList.TagOf(image), null);
        try
        {
            var content = await manifests.GetAsync(reference, ct);
            if (!MediaType.IsIndex(content.MediaType))
            {
                // "Pushing Manifests with Subject": the tag is then somebody's image, and not ours to replace.
                throw new EstargzException(
                    DiagnosticCode.RegistryAnswer,
                    $"{reference} is '{content.MediaType}', but on this registry that tag has to list the artifacts of {image}. Remove the tag, or give what it names another.");
            }

            return ReferrerList.Parse(content.Bytes, $"the artifacts of {image}");
        }
        catch (EstargzException e) when (e.Code == DiagnosticCode.NotFound)
        {
            return ReferrerList.Empty;
        }
    }
}
