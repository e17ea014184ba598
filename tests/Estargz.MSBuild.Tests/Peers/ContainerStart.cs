namespace Estargz.MSBuild.Tests.Peers;

/// <summary>What it took until a container gave its first answer.</summary>
/// <param name="Answer">The answer's body.</param>
/// <param name="Pulled">Time until the pull was done.</param>
/// <param name="Ready">Time until the answer was there, the pull included.</param>
/// <param name="Network">What had passed the link by then.</param>
/// <param name="FuseMounts">How many layers were mounted lazily.</param>
public sealed record ContainerStart(string Answer, TimeSpan Pulled, TimeSpan Ready, LinkTotals Network, int FuseMounts);
