using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>Makes properties of the items that say what an image says, for the build of each RID.</summary>
public sealed class PassContainerItems : Microsoft.Build.Utilities.Task
{
    /// <summary>The labels; their metadata <c>Value</c>.</summary>
    public ITaskItem[] Labels { get; set; } = [];

    /// <summary>The ports; their metadata <c>Type</c>.</summary>
    public ITaskItem[] Ports { get; set; } = [];

    /// <summary>The environment variables; their metadata <c>Value</c>.</summary>
    public ITaskItem[] Variables { get; set; } = [];

    /// <summary>What <see cref="TakeContainerItems"/> reads: <see cref="Labels"/>.</summary>
    [Output]
    public string LabelText => ContainerItems.Write(Labels, "Value");

    /// <summary>What <see cref="TakeContainerItems"/> reads: <see cref="Ports"/>.</summary>
    [Output]
    public string PortText => ContainerItems.Write(Ports, "Type");

    /// <summary>What <see cref="TakeContainerItems"/> reads: <see cref="Variables"/>.</summary>
    [Output]
    public string VariableText => ContainerItems.Write(Variables, "Value");

    /// <inheritdoc/>
    public override bool Execute() => true;
}
