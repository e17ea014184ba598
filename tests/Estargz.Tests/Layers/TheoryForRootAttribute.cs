namespace Estargz.Layers;

/// <summary>Like <see cref="FactForRootAttribute"/>, for several cases.</summary>
public sealed class TheoryForRootAttribute : TheoryAttribute
{
    public TheoryForRootAttribute() => Skip = new FactForRootAttribute().Skip;
}
