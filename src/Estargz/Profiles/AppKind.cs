namespace Estargz.Profiles;

/// <summary>How an app brings, or finds, its runtime.</summary>
public enum AppKind
{
    /// <summary>The image's shared framework runs it.</summary>
    FrameworkDependent,

    /// <summary>The runtime is in the app's folder.</summary>
    SelfContained,

    /// <summary>Everything is in one executable, IL and all.</summary>
    SingleFile,

    /// <summary>One executable of native code.</summary>
    NativeAot,
}
