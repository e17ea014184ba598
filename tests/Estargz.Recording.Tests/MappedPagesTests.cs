using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Estargz.Profiles;

namespace Estargz.Recording.Tests;

/// <summary>What this process itself has touched of files that it maps.</summary>
public sealed class MappedPagesTests : IDisposable
{
    private const int Block = 64 << 10;

    private readonly TemporaryFolder _folder = new();

    [LinuxFact]
    public void Pages_are_those_that_were_touched_however_many_the_file_has()
    {
        var pages = Touch("large", 1L << 30, 0, 1L << 28, (1L << 30) - 1);

        Assert.NotNull(pages);
        Assert.All([0, 1 << 16, (1 << 18) - 1], page => Assert.Contains(pages.Ranges, range => range.First <= page && page <= range.Last));
        Assert.InRange(pages.Count, 3, 3 * Block / TouchedPages.PageSize);
    }

    [LinuxFact]
    public void A_map_of_terabytes_has_none() => Assert.Null(Touch("huge", 2L << 40, 1L << 40));

    [LinuxTheory]
    [InlineData(0, true)]
    [InlineData(1 << 20, false)] // Its assemblies were mapped and are no longer.
    public void A_program_has_pages_unless_it_is_a_bundle(long bundle, bool hasPages)
    {
        // An ELF program with something behind it is one still. The mark is the SHA-256 of these words.
        var program = _folder["program"];
        File.Copy(Executable.Find("sleep")!, program);
        using (var file = new FileStream(program, FileMode.Append))
        {
            file.Write(BitConverter.GetBytes(bundle));
            file.Write(SHA256.HashData(".net core bundle\n"u8));
            file.Write(new byte[MappedPages.MinSize]);
        }

        using var process = Process.Start(program, "100");
        try
        {
            Assert.True(SpinWait.SpinUntil(() => MemoryMaps.Of(process.Id).Any(map => map.Path == program), TimeSpan.FromSeconds(10)));
            Assert.Equal(hasPages, MappedPages.Of([process.Id]).ContainsKey(program));
        }
        finally
        {
            process.Kill();
        }
    }

    public void Dispose() => _folder.Dispose();

    private TouchedPages? Touch(string name, long size, params long[] places)
    {
        using (var file = File.Create(_folder[name]))
        {
            file.SetLength(size);
        }

        using var map = MemoryMappedFile.CreateFromFile(_folder[name], FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Assert.All(places, place => Assert.Equal(0, view.ReadByte(place)));
        return MappedPages.Of([Environment.ProcessId]).GetValueOrDefault(_folder[name]);
    }
}
