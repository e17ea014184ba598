using System.CommandLine;

namespace Estargz.Tool;

/// <summary>Which image: the argument and the option that all commands share.</summary>
internal static class ImageArgument
{
    /// <summary>The image.</summary>
    public static Argument<string> Create() => new("REF|OCI-LAYOUT")
    {
        Description = "An image in a registry (REGISTRY/REPOSITORY:TAG or @DIGEST), or a folder with an OCI layout (DIR or DIR:TAG).",
    };

    /// <summary>The platform; without it, all that the image has.</summary>
    public static Option<string?> CreatePlatform() => new("--platform")
    {
        Description = "Only this platform of the image, such as linux/arm64. Without it: all of them.",
        HelpName = "OS/ARCHITECTURE",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var token] && PlatformText.Parse(token.Value) is null)
                {
                    result.AddError($"'{token.Value}' is not a platform. Give one such as linux/amd64 or linux/arm/v7.");
                }
            },
        },
    };
}
