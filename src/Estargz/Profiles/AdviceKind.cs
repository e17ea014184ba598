namespace Estargz.Profiles;

/// <summary>What would make an app start sooner.</summary>
public enum AdviceKind
{
    /// <summary>Do without ICU.</summary>
    InvariantGlobalization,

    /// <summary>Leave out what the app does not need of its own runtime.</summary>
    Trim,

    /// <summary>Compile ahead of time.</summary>
    ReadyToRun,

    /// <summary>Compile ahead of time, but not into one file.</summary>
    NoComposite,

    /// <summary>Compile to native code.</summary>
    NativeAot,

    /// <summary>Keep debug symbols out of the image.</summary>
    DebugSymbols,

    /// <summary>Take out of the profile what no recording reads.</summary>
    UntouchedFiles,

    /// <summary>The zones are more than the link moves in time.</summary>
    OverBudget,

    /// <summary>Give base layers the order of this app.</summary>
    OwnBaseOrder,

    /// <summary>Say what is read of a large file, or do not have it fetched ahead.</summary>
    WholeFile,
}
