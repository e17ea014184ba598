namespace Estargz.Layers;

/// <summary>What is read by bare system calls is what .NET reads, and what cannot be read so is left to .NET.</summary>
public sealed class LinuxFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 4)]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void Part_of_a_file(int offset, int count)
    {
        var bytes = Enumerable.Range(0, 10).Select(i => (byte)i).ToArray();
        var path = _folder.Write("ä file", bytes);
        var buffer = new byte[count];

        Assert.Equal(10, LinuxFile.TryRead(path, offset, buffer));
        Assert.Equal(bytes.Skip(offset).Take(count), buffer);
    }

    [Fact]
    public void Part_that_is_not_there_is_not_read()
    {
        var buffer = new byte[4];
        Assert.Equal(3, LinuxFile.TryRead(_folder.Write("short", [1, 2, 3]), 0, buffer));
        Assert.Equal([0, 0, 0, 0], buffer);
    }

    [Fact]
    public void No_file_and_no_content()
    {
        Assert.Null(LinuxFile.TryRead(_folder["missing"], 0, new byte[1]));
        Assert.Null(LinuxFile.TryRead(_folder.Path, 0, new byte[1]));
    }

    [Fact]
    public void Handles_are_closed()
    {
        var path = _folder.Write("file", [1]);
        for (int i = 0; i < 5000; i++)
        {
            _ = LinuxFile.TryRead(path, 0, new byte[1]);
            _ = LinuxFile.TryRead(path, 0, new byte[2]);
        }

        Assert.DoesNotContain(path, Directory.GetFiles("/proc/self/fd").Select(TargetOf));
    }

    private static string? TargetOf(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, false)?.FullName;
        }
        catch (FileNotFoundException)
        {
            // Other tests open and close files, too.
            return null;
        }
    }
}
