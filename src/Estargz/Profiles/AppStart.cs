namespace Estargz.Profiles;

/// <summary>How much work an app has to do before it works.</summary>
public enum AppStart
{
    /// <summary>Most of its code, and the runtime's, was compiled ahead of time. So it is with a shared framework.</summary>
    ReadyToRun,

    /// <summary>All code is compiled while the app starts, as in a trimmed app without ReadyToRun.</summary>
    JustInTime,

    /// <summary>No runtime has to start.</summary>
    NativeAot,
}
