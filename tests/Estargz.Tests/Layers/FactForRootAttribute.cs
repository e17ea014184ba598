namespace Estargz.Layers;

/// <summary>A test of what only root can set up; skipped with that reason for everybody else.</summary>
public sealed class FactForRootAttribute : FactAttribute
{
    public FactForRootAttribute() => Skip = Environment.UserName == "root" ? null : "Takes root: mounts a small disk or makes device nodes.";
}
