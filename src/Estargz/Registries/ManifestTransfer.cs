using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>Reads and writes manifests (distribution spec, "Pulling manifests", "Pushing Manifests").</summary>
internal sealed class ManifestTransfer(RegistryConnection connection)
{
    /// <summary>What registries accept at least, and this client at most, in bytes.</summary>
    private const int SizeLimit = 4 * 1024 * 1024;

    public async Task<Content> GetAsync(Reference reference, CancellationToken ct) => await connection.Retries.RunAsync(async token =>
    {
        using var response = await connection.SendOnceAsync(Request(HttpMethod.Get, reference), token);
        if (response.Status != HttpStatusCode.OK || response.ContentType == "text/html")
        {
            throw await RegistryError.ReadAsync(response);
        }

        var body = await response.ReadAsync(SizeLimit);
        if (body.Length > SizeLimit)
        {
            throw RegistryError.Answer(response, "the manifest is larger than 4 MiB");
        }

        Check(reference.Digest, body, $"the manifest of {reference} is not what its digest says");
        Check(response.ContentDigest(), body, $"the manifest of {reference} is not what the registry's Docker-Content-Digest header says");
        return new Content(ManifestBody.MediaTypeOf(body, response.ContentType, reference.ToString()), body);
    }, ct);

    public async Task<Descriptor?> FindAsync(Reference reference, CancellationToken ct)
    {
        using var response = await connection.SendAsync(Request(HttpMethod.Head, reference), ct);
        switch (response.Status)
        {
            case HttpStatusCode.NotFound:
                return null;
            case HttpStatusCode.OK when response.ContentType != "text/html":
                // HEAD may leave out what makes a descriptor; GET then tells.
                return response is { ContentType: { } type, Length: { } length and > 0 and <= SizeLimit } && MediaType.Manifests.Contains(type)
                    && (response.ContentDigest() ?? reference.Digest) is { } digest
                    && (reference.Digest is null || reference.Digest == digest)
                    ? new Descriptor(type, digest, length) : await FindByGetAsync(reference, ct);
            case HttpStatusCode.MethodNotAllowed or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented:
                return await FindByGetAsync(reference, ct);
            default:
                throw await RegistryError.ReadAsync(response);
        }
    }

    /// <returns>Whether the registry lists it among what refers to its subject (distribution spec, <c>OCI-Subject</c>).</returns>
    public async Task<bool> PushAsync(string repository, string tagOrDigest, Content manifest, CancellationToken ct)
    {
        if (manifest.Bytes.Length > SizeLimit)
        {
            throw TooLarge($"{manifest.Bytes.Length} bytes");
        }

        var request = RegistryRequest.Push(HttpMethod.Put, repository, "manifests/" + tagOrDigest) with
        {
            Content = _ => new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new(manifest.MediaType) } },
        };
        using var response = await connection.SendAsync(request, ct);
        if (response.Status == HttpStatusCode.RequestEntityTooLarge)
        {
            throw TooLarge($"{manifest.Bytes.Length} bytes; {response.Display}");
        }

        // 201 it should be. With the others the tag has moved as well.
        if (response.Status is not (HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted) || response.ContentType == "text/html")
        {
            var error = await RegistryError.ReadAsync(response);
            throw response.Status is not HttpStatusCode.UnsupportedMediaType && !error.Message.Contains("MANIFEST_INVALID", StringComparison.Ordinal) ? error
                : new EstargzException(DiagnosticCode.UploadRefused,
                    $"{error.Message} The annotations of eStargz layers need OCI manifests: use a registry that accepts them.", error);
        }

        Check(response.ContentDigest(), manifest.Bytes.Span, $"{response.Display}, but its Docker-Content-Digest is not the digest of the manifest that was sent");
        return response.Header("OCI-Subject") is not null;
    }

    private async Task<Descriptor?> FindByGetAsync(Reference reference, CancellationToken ct)
    {
        try
        {
            return (await GetAsync(reference, ct)).Descriptor;
        }
        catch (EstargzException e) when (e.Code == DiagnosticCode.NotFound)
        {
            return null;
        }
    }

    private static RegistryRequest Request(HttpMethod method, Reference reference) =>
        RegistryRequest.Pull(method, reference.Repository, "manifests/" + reference.ManifestName) with { Accept = MediaType.Manifests };

    private static void Check(Digest? digest, ReadOnlySpan<byte> bytes, string otherwise)
    {
        if (digest is not { } expected)
        {
            return;
        }

        using var running = expected.CreateHash();
        running.AppendData(bytes);
        if (!expected.Matches(running.GetHashAndReset()))
        {
            throw new EstargzException(DiagnosticCode.DigestMismatch,
                $"{char.ToUpperInvariant(otherwise[0])}{otherwise[1..]}. A proxy may have changed it; try again without one.");
        }
    }

    private static EstargzException TooLarge(string size) => new(
        DiagnosticCode.UploadRefused,
        $"The manifest is too large for a registry ({size}): more than 4 MiB, or more than this registry allows. Annotations make manifests large; remove some.");
}
