using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Registries;
using Estargz.Transfers;

namespace Estargz.Converting;

/// <summary>Everything that the conversion of an image needs to know.</summary>
/// <param name="Source">The image: a reference, or <c>DIR</c> or <c>DIR:TAG</c> of an OCI layout.</param>
/// <param name="Target">Where it goes and what it is called there, in the same words; without a tag: <c>latest</c>.</param>
public sealed record ConversionRequest(string Source, string Target)
{
    /// <summary>The platform, or null for all that the image has.</summary>
    public Platform? Platform { get; init; }

    /// <summary>
    /// What is read at start-up, and so comes first; layers that are eStargz already are ordered anew by it. Null: what is
    /// known of .NET and its apps, and of containers where there is no .NET.
    /// </summary>
    public StartupProfile? Profile { get; init; }

    /// <summary>Whether files are put in front at all; if not, then those of layers that are eStargz already are not either.</summary>
    public bool Orders { get; init; } = true;

    /// <summary>How layers are cut and compressed.</summary>
    public LayerOptions Layers { get; init; } = LayerOptions.Default;

    /// <summary>The link that the prefetch zone is made for.</summary>
    public NetworkLink Link { get; init; } = NetworkLink.Default;

    /// <summary>Whether layers hold copies of what is read of a large file of which little is read.</summary>
    public bool HotPieces { get; init; }

    /// <summary>Where converted layers are kept for the next time.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Is told what a user should know and the conversion can go on with, in lines that may begin with a code.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>What the image is called where it goes, without registry or folder.</summary>
    internal string Tag => (IsLayout ? OciLayout.Split(Target).Tag : TargetReference.Tag) ?? "latest";

    /// <summary>What a user calls the image.</summary>
    internal string NameOf(Content image) => $"{(IsLayout ? OciLayout.Split(Target).Folder : $"{TargetReference.Registry}/{TargetReference.Repository}")}:{Tag}@{image.Digest}";

    /// <summary>Opens both places.</summary>
    /// <exception cref="EstargzException">A code of 1xxx, or those of <see cref="ImageSource.Open"/>.</exception>
    internal ImageSession Open()
    {
        var destination = OpenDestination();
        return new ImageSession(ImageSource.Open(Source, Tell, SourceAccess), destination, null, new LayerCache(CacheFolder))
        {
            Options = Layers,
            Reorders = Profile is not null || !Orders,
        };
    }

    /// <summary>The credentials of the registry that is pushed to are for that one alone.</summary>
    private RegistryAccess SourceAccess => IsLayout || OciLayout.IsNamedBy(Source) || TargetReference.Registry == Reference.Parse(Source, "the command line").Registry
        ? RegistryAccess.PullFromOutput
        : RegistryAccess.Pull;

    private bool IsLayout => OciLayout.IsNamedBy(Target);

    private Reference TargetReference => Reference.Parse(Target, "the command line");

    private IDestination OpenDestination()
    {
        if (IsLayout)
        {
            var name = OciLayout.IsNamedBy(Source) ? null : Reference.Parse(Source, "the command line");
            return new LayoutDestination(Path.GetFullPath(OciLayout.Split(Target).Folder), name is null ? null : $"{name.Registry}/{name.Repository}");
        }

        return TargetReference is { Digest: null } target
            ? new RegistryDestination(new Registry(target.Registry, new RegistryOptions { Access = RegistryAccess.Push, Warn = Tell }), target.Repository, new KnownBlobs(CacheFolder, target.Registry))
            : throw new EstargzException(
                DiagnosticCode.InvalidReference, $"'{Target}' has a digest, but the converted image has one of its own. Give it a tag.");
    }
}
