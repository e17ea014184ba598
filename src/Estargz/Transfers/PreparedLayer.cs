using Estargz.Images;

namespace Estargz.Transfers;

/// <summary>A layer whose digest is known, with the way to bring its blob into the target repository.</summary>
/// <param name="Layer">The layer as the image has it.</param>
/// <param name="PrefetchSize">Its bytes that a lazy client fetches before it starts the container.</param>
/// <param name="PushAsync">Brings the blob there, unless it is there already.</param>
internal sealed record PreparedLayer(ImageLayer Layer, long PrefetchSize, Func<CancellationToken, Task> PushAsync);
