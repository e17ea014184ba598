using System.Runtime.InteropServices;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Recording;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary>An image that is unpacked to be recorded.</summary>
/// <param name="Image">What it says of itself.</param>
/// <param name="Root">Its file system.</param>
internal sealed record RecordedImage(PlatformImage Image, RootFilesystem Root) : IDisposable
{
    /// <summary>Fetches and unpacks an image for this machine.</summary>
    /// <param name="text">What the user named.</param>
    /// <param name="cancellationToken">Cancels, and leaves nothing behind.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.PlatformMissing"/>: it is for other machines; a code of 3xxx, 4xxx or 5xxx.
    /// </exception>
    public static async Task<RecordedImage> OpenAsync(string text, CancellationToken cancellationToken)
    {
        using var source = ImageSource.Open(text, Terminal.Tell);
        var image = await ReadAsync(source, cancellationToken);
        return new RecordedImage(image, await RootFilesystem.UnpackAsync(image.Layers, async (layer, token) => await source.OpenLayerAsync(layer, token), cancellationToken));
    }

    /// <summary>How it starts.</summary>
    /// <param name="arguments">Arguments in place of its own; none: its own.</param>
    public RecordingRequest Request(IReadOnlyCollection<string> arguments) => RecordingRequest.For(Image.Image.Config, Root, arguments);

    /// <summary>A profile of it as ctr-remote records it.</summary>
    public string ToRecord(StartupProfile profile) => CtrRemoteRecord.Write(
        StartupOrder.Create(profile, Root.Tree, Image.Image.Config.WorkingDirectory ?? "/").Entries, Image.Manifest.Digest.ToString());

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    private static async Task<PlatformImage> ReadAsync(ImageSource source, CancellationToken cancellationToken)
    {
        var machine = Platform.FromRuntimeIdentifier("linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), "this machine");
        var root = await source.GetRootAsync(cancellationToken);
        if (MediaType.IsIndex(root.MediaType))
        {
            return (await PlatformImage.ReadAsync(source, machine, cancellationToken))[0];
        }

        var image = (await PlatformImage.ReadAsync(source, null, cancellationToken))[0];
        return machine.DistanceTo(image.Platform) is not null ? image : throw new EstargzException(
            DiagnosticCode.PlatformMissing,
            $"{source.Name} is an image for {image.Platform}, and this machine, {machine}, cannot run it. Record it on one that can; the profile is good for all platforms.");
    }
}
