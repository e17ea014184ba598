namespace Estargz.Profiles;

/// <summary>Why a file that is read at start-up is not in the prefetch zone.</summary>
public enum LeftOutReason
{
    /// <summary>So little of it is read that the client fetches less by reading it on demand.</summary>
    SparselyRead,

    /// <summary>The link does not move it in the time that a client waits for prefetch.</summary>
    OverBudget,

    /// <summary>The app reads it, but it is not in the order of base layers that all apps share.</summary>
    NotShared,
}
