using Estargz.Publishing;

namespace Estargz.MSBuild;

/// <summary>
/// Finds out whether the images of an index can be published, before the project is built once for each of them.
/// </summary>
public sealed class CheckEstargzImage : PublishTask
{
    /// <summary>Where the images of an archive wait until all are there, an absolute path; or empty.</summary>
    public string StagingPath { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (StagingPath.Length > 0)
        {
            StagingFolder.Keep(BuildEngine4, StagingPath);
        }

        var messages = new PublishMessages();
        messages.Attach(this);
        await using var publisher = new ContainerPublisher(CreateRequest(messages));
        await publisher.CheckAsync(cancellationToken).ConfigureAwait(false);
    }
}
