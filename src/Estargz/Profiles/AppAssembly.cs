namespace Estargz.Profiles;

/// <summary>An assembly that an app leads to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InFolder">Whether it is in the publish folder, and none of the runtime.</param>
public sealed record AppAssembly(string Name, bool InFolder);
