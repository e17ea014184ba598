namespace Estargz.Profiles;

/// <summary>Paths inside an image: segments between slashes, compared by code units; a backslash is an ordinary character.</summary>
internal static class TreePath
{
    /// <summary>What a whiteout's name begins with (OCI image spec, layer.md, "Whiteouts").</summary>
    public const string WhiteoutPrefix = ".wh.";

    /// <summary>The whiteout that hides everything that lower layers have in its directory.</summary>
    public const string OpaqueWhiteout = ".wh..wh..opq";

    /// <summary>The segments of a path; empty ones and <c>.</c> mean nothing.</summary>
    public static string[] Segments(string path) =>
        [.. path.Split('/').Where(segment => segment is not ("" or "."))];

    /// <summary>The segments of an entry's name: <c>..</c> takes one away and never leaves the root, as runtimes do it.</summary>
    public static string[] EntrySegments(string name)
    {
        var segments = new List<string>();
        foreach (var segment in Segments(name))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        return [.. segments];
    }
}
