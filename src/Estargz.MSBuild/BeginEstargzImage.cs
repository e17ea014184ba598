using System.Globalization;
using Estargz.Images;
using Estargz.Publishing;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// Publishes again what was published last, if nothing has changed since. Otherwise finds out whether a publish can succeed
/// before the SDK does its part, so that every mistake is one line with a code and not a stack trace of the SDK, and begins
/// to build the layers, while the SDK does it.
/// </summary>
public sealed class BeginEstargzImage : PublishTask
{
    /// <summary>What <see cref="PublishEstargzImage.Publish"/> takes.</summary>
    [Output]
    public string Publish { get; private set; } = "";

    /// <summary>Whether the SDK has to say what the image's configuration is: not if it was asked the same before.</summary>
    [Output]
    public bool NeedsSdk { get; private set; } = true;

    /// <summary>What the SDK's task is told: <c>Entrypoint</c>.</summary>
    public ITaskItem[] Entrypoint { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>EntrypointArgs</c>.</summary>
    public ITaskItem[] EntrypointArgs { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>AppCommand</c>.</summary>
    public ITaskItem[] AppCommand { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>AppCommandArgs</c>.</summary>
    public ITaskItem[] AppCommandArgs { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>AppCommandInstruction</c>.</summary>
    public string AppCommandInstruction { get; set; } = "";

    /// <summary>What the SDK's task is told: <c>DefaultArgs</c>.</summary>
    public ITaskItem[] DefaultArgs { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>Labels</c>.</summary>
    public ITaskItem[] Labels { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>ExposedPorts</c>.</summary>
    public ITaskItem[] ExposedPorts { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>ContainerEnvironmentVariables</c>.</summary>
    public ITaskItem[] ContainerEnvironmentVariables { get; set; } = [];

    /// <summary>What the SDK's task is told: <c>GenerateLabels</c>.</summary>
    public string GenerateLabels { get; set; } = "";

    /// <summary>What the SDK's task is told: <c>GenerateDigestLabel</c>.</summary>
    public string GenerateDigestLabel { get; set; } = "";

    /// <summary>What <c>ContainerGenerateLabelsImageCreated</c> is: whether some of <see cref="Labels"/> have the time.</summary>
    public string GenerateCreatedLabels { get; set; } = "";

    /// <summary>What the SDK's task is told: <c>RuntimeIdentifierGraphPath</c>.</summary>
    public string RuntimeIdentifierGraphPath { get; set; } = "";

    /// <summary>The version of the SDK.</summary>
    [Required]
    public string SdkVersion { get; set; } = "";

    private static readonly string[] TimeNames = [Annotation.Created, Annotation.ArtifactCreated];

    /// <summary>A build takes less time from where the SDK asks its clock to here.</summary>
    private static readonly TimeSpan LongestBuild = TimeSpan.FromHours(1);

    /// <summary>The SDK's labels whose value is the time. Of labels with the same name the last one counts, and a project may have set it.</summary>
    private ITaskItem[] TimeLabels => IsOn(GenerateLabels) && IsOn(GenerateCreatedLabels)
        ? [.. TimeNames.Select(name => Labels.LastOrDefault(label => label.ItemSpec == name)).OfType<ITaskItem>().Where(HasClock)]
        : [];

    private static bool HasClock(ITaskItem label) =>
        DateTimeOffset.TryParse(label.GetMetadata("Value"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && (DateTimeOffset.UtcNow - time).Duration() < LongestBuild;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        RefuseUnknownInstruction();
        var messages = new PublishMessages();
        messages.Attach(this);
        var times = TimeLabels;
        var request = CreateRequest(messages) with { Inputs = Inputs(times), TimeLabels = [.. times.Select(label => label.ItemSpec)] };
        var publisher = new ContainerPublisher(request);
        try
        {
            await publisher.BeginAsync(cancellationToken).ConfigureAwait(false);
            NeedsSdk = publisher.NeedsSdk;
            Publish = BegunPublish.Keep(BuildEngine4, new BegunPublish(publisher, request, messages));
        }
        catch
        {
            await publisher.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            messages.Attach(null);
        }
    }

    /// <summary>As the SDK has it: what is not set is on, and everything but <c>true</c> is off.</summary>
    private static bool IsOn(string property) => property.Length == 0 || property.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Says no to what the SDK's task would show a stack trace for.</summary>
    private void RefuseUnknownInstruction()
    {
        if (AppCommandInstruction is not ("" or "DefaultArgs" or "Entrypoint" or "None"))
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty, $"ContainerAppCommandInstruction is '{AppCommandInstruction}': it has to be DefaultArgs, Entrypoint or None.");
        }
    }

    private Digest? Inputs(ITaskItem[] times)
    {
        // The SDK may warn of these, and a warning must not come once only.
        if (Entrypoint.Length + EntrypointArgs.Length > 0)
        {
            return null;
        }

        // What an image is called and in which folder it is, is not what it is.
        return TaskInputs.DigestOf(this, [nameof(ImageTags), nameof(OciLayoutPath)], (parameter, item, metadata) => parameter switch
        {
            nameof(Labels) => !times.Contains(item),
            nameof(PublishedFiles) => metadata is PublishedPath or PublishedPackage,
            _ => true,
        });
    }
}
