namespace Estargz.MSBuild.Tests.Peers;

/// <summary>The programs of <c>tests/peers</c>, built when one is first needed and not there.</summary>
public static class GoProgram
{
    private static readonly Lock Building = new();

    /// <summary>Where Debian puts the reference library, which every one of the programs is built with.</summary>
    public const string ReferenceLibrary = "/usr/share/gocode/src/github.com/containerd/stargz-snapshotter";

    /// <summary>The path of a program: <c>reference</c>, <c>build</c>, <c>measure</c>, <c>snapshotter</c>, <c>link</c>.</summary>
    public static string Path(string name)
    {
        var path = SourceTree.Artifact("peers", name);
        lock (Building)
        {
            if (!File.Exists(path))
            {
                Command.RunAsync("/bin/sh", [SourceTree.File("tests", "peers", "make.sh"), name]).GetAwaiter().GetResult().Succeeded();
            }
        }

        return path;
    }
}
