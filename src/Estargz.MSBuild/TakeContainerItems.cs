using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>Makes items again of what <see cref="PassContainerItems"/> wrote.</summary>
public sealed class TakeContainerItems : Microsoft.Build.Utilities.Task
{
    /// <summary>What <see cref="PassContainerItems.LabelText"/> was.</summary>
    public string LabelText { get; set; } = "";

    /// <summary>What <see cref="PassContainerItems.PortText"/> was.</summary>
    public string PortText { get; set; } = "";

    /// <summary>What <see cref="PassContainerItems.VariableText"/> was.</summary>
    public string VariableText { get; set; } = "";

    /// <summary>The labels; their metadata <c>Value</c>.</summary>
    [Output]
    public ITaskItem[] Labels => ContainerItems.Read(LabelText, "Value");

    /// <summary>The ports; their metadata <c>Type</c>.</summary>
    [Output]
    public ITaskItem[] Ports => ContainerItems.Read(PortText, "Type");

    /// <summary>The environment variables; their metadata <c>Value</c>.</summary>
    [Output]
    public ITaskItem[] Variables => ContainerItems.Read(VariableText, "Value");

    /// <inheritdoc/>
    public override bool Execute() => true;
}
