namespace Estargz.Images;

/// <summary>A value from outside as a message may show it: on one line, without control characters, not endless.</summary>
internal static class Excerpt
{
    private const int MaxLength = 80;

    /// <summary>The value in single quotes. A line break in it would let an image write lines into a build log.</summary>
    public static string Of(string? value)
    {
        value ??= "";
        var shown = string.Create(Math.Min(value.Length, MaxLength), value, static (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '?' : text[i];
            }
        });
        return value.Length > MaxLength ? $"'{shown}…'" : $"'{shown}'";
    }
}
