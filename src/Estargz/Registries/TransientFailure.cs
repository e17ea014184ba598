namespace Estargz.Registries;

/// <summary>Something failed that may succeed when tried again. Never leaves <see cref="Retries"/>.</summary>
/// <param name="error">What the user is told once the tries run out.</param>
/// <param name="innerException">The cause, where there is one.</param>
internal sealed class TransientFailure(EstargzException error, Exception? innerException = null)
    : Exception(error.Message, innerException)
{
    public EstargzException Error { get; } = error;

    /// <summary>The wait that the registry asks for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>After how many tries it is hopeless.</summary>
    public int Tries { get; init; } = int.MaxValue;

    /// <summary>Whether the registry may have taken everything, and may still be at it: only its answer is missing.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>Whether the connection broke before there was any answer.</summary>
    public bool IsCut { get; init; }
}
