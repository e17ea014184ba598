using Estargz.Layers;

namespace Estargz.Tool;

/// <summary>One line for each layer that holds copies of hot pieces.</summary>
internal static class HotPiecesLines
{
    /// <summary>Writes them.</summary>
    /// <param name="layers">What each layer holds, the lowest first.</param>
    public static void Write(IEnumerable<HotPieces?> layers)
    {
        foreach (var (number, hot) in layers.Select((hot, i) => (i + 1, hot)).Where(layer => layer.hot is not null))
        {
            Terminal.Write($"layer {number} hot pieces: {hot}");
        }
    }
}
