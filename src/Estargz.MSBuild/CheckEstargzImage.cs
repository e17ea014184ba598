using Estargz.Publishing;

namespace Estargz.MSBuild;

/// <summary>
/// Finds out whether the images of an index can be published, before the project is built once for each of them.
/// </summary>
public sealed class CheckEstargzImage : PublishTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var messages = new PublishMessages();
        messages.Attach(this);
        await using var publisher = new ContainerPublisher(CreateRequest(messages));
        await publisher.CheckAsync(cancellationToken).ConfigureAwait(false);
    }
}
