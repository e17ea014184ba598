using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// What goes beside an image: artifacts that refer to it (OCI distribution spec 1.1). The image is complete and its tags
/// have moved before; who pulls it does not see them.
/// </summary>
/// <param name="session">The publish.</param>
internal sealed class Attachments(PublishSession session)
{
    /// <summary>Fails now, before any work, if what is to be attached is not there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static void Check(PublishRequest request)
    {
        if (request.Sbom is { } sbom)
        {
            Sbom.Open(sbom).Dispose();
        }
    }

    /// <summary>Attaches what the project wants.</summary>
    /// <param name="image">The image.</param>
    /// <param name="profile">What the order of its layers came from; null where there is none.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="messages">What the publish said of prefetching.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="EstargzException">A code of 4xxx or 5xxx, a cancel too; the image is published all the same.</exception>
    public async Task PushAsync(
        Image image, StartupProfile? profile, IReadOnlyList<PreparedLayer> layers, ImmutableArray<string> messages, CancellationToken cancellationToken)
    {
        var request = session.Request;
        try
        {
            bool possible = true;
            if (request.PushProfile)
            {
                var report = new PublishReport(
                    1,
                    image.Manifest.Content.Digest.ToString(),
                    image.Config.Platform.ToString(),
                    [.. layers.Select(layer => new PublishReport.Layer(layer.Layer.Descriptor.Digest.ToString(), layer.Layer.Descriptor.Size, layer.PrefetchSize, layer.Layer.CreatedBy))],
                    messages);
                possible &= await PushAsync(image, PublishReport.ArtifactType, "application/json", "report.json", report.ToJson(), cancellationToken).ConfigureAwait(false);
            }

            if (request.PushProfile && profile is not null)
            {
                possible &= await PushAsync(
                    image, StartupProfile.ArtifactType, "text/plain", StartupProfile.FileName, Encoding.UTF8.GetBytes(profile.ToText()), cancellationToken).ConfigureAwait(false);
            }

            if (request.Sbom is { } sbom)
            {
                var type = Sbom.TypeOf(sbom);
                using var file = Sbom.Open(sbom);
                var blob = new Descriptor(type, Digest.OfHash(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)), file.Length);
                possible &= await PushAsync(image, type, blob, Path.GetFileName(sbom), () => Sbom.Open(sbom), cancellationToken).ConfigureAwait(false);
            }

            if (!possible)
            {
                request.Tell("EstargzPushProfile and EstargzSbom attach to images in a registry only; nothing is attached here.");
            }
        }
        catch (Exception e) when (e is EstargzException or OperationCanceledException)
        {
            var (code, why) = e is EstargzException known ? (known.Code, e.Message) : (DiagnosticCode.Canceled, "the publish was canceled.");
            throw new EstargzException(code, $"The image is published as {request.NameOf(image.Manifest.Content)}, but what EstargzPushProfile and EstargzSbom attach to it is not: {why}", e);
        }
    }

    private Task<bool> PushAsync(Image image, string type, string mediaType, string title, byte[] bytes, CancellationToken cancellationToken)
    {
        var content = new Content(mediaType, bytes);
        return PushAsync(image, type, content.Descriptor, title, content.OpenRead, cancellationToken);
    }

    private Task<bool> PushAsync(Image image, string type, Descriptor blob, string title, Func<Stream> open, CancellationToken cancellationToken) =>
        session.Destination.PushArtifactAsync(
            new Artifact(type, blob.With(Annotation.Title, title)) { Subject = image.Manifest.Content.Descriptor }, open, cancellationToken);
}
