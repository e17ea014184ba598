using Estargz.Publishing;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// A publish between the task that begins it and the one that finishes it. MSBuild keeps it meanwhile, and disposes it at the
/// end of a build that fails or is canceled in between: then nothing of it goes on, and nothing is left.
/// </summary>
/// <param name="publisher">The publish.</param>
/// <param name="request">What is published.</param>
/// <param name="messages">What it says.</param>
internal sealed class BegunPublish(ContainerPublisher publisher, PublishRequest request, PublishMessages messages) : IDisposable, IAsyncDisposable
{
    /// <summary>The publish.</summary>
    public ContainerPublisher Publisher => publisher;

    /// <summary>What is published.</summary>
    public PublishRequest Request => request;

    /// <summary>What it says.</summary>
    public PublishMessages Messages => messages;

    /// <summary>Leaves a publish with MSBuild.</summary>
    /// <returns>What <see cref="Take"/> needs to find it.</returns>
    public static string Keep(IBuildEngine4 engine, BegunPublish publish)
    {
        var name = "estargz " + Guid.NewGuid().ToString("N");
        engine.RegisterTaskObject(name, publish, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return name;
    }

    /// <summary>Takes it out again; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static BegunPublish Take(IBuildEngine4 engine, string name) =>
        engine.UnregisterTaskObject(name, RegisteredTaskObjectLifetime.Build) as BegunPublish
        ?? throw new InvalidOperationException("the publish that was begun is gone.");

    /// <summary>Stops what still runs, and waits for its end.</summary>
    public ValueTask DisposeAsync() => publisher.DisposeAsync();

    /// <summary>The same, for MSBuild alone: who is called by a part of the publish must not block while that ends.</summary>
    void IDisposable.Dispose() => Task.Run(() => publisher.DisposeAsync().AsTask()).GetAwaiter().GetResult();
}
