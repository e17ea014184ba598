using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// Finds out whether a publish can succeed before the SDK does its part, so that every mistake is one line with a code and
/// not a stack trace of the SDK; then begins to build the layers, while the SDK does it.
/// </summary>
public sealed class BeginEstargzImage : PublishTask
{
    /// <summary>What <see cref="PublishEstargzImage.Publish"/> takes.</summary>
    [Output]
    public string Publish { get; private set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var messages = new PublishMessages();
        messages.Attach(this);
        var request = CreateRequest(messages);
        var publisher = new ContainerPublisher(request);
        try
        {
            await publisher.BeginAsync(cancellationToken).ConfigureAwait(false);
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
}
