namespace Estargz.Recording.Tests;

public sealed class MemoryMapTests
{
    [Fact]
    public void A_line_has_addresses_offset_and_path() => Assert.Equal(
        new MemoryMap("/usr/lib/a b.so", 0x7f1c000, 0x3000, 0x1000),
        MemoryMap.Parse("7f1c000-7f1f000 r--p 00001000 fe:00 1234                      /usr/lib/a b.so"));

    [Theory]
    [InlineData("7f1c000-7f1f000 rw-p 00000000 00:00 0 ")]
    [InlineData("7ffd000-7ffe000 rw-p 00000000 00:00 0                          [stack]")]
    [InlineData("7f1c000-7f1f000 rwxs 00000000 00:01 2050                       /memfd:doublemapper (deleted)")]
    public void What_is_no_file_is_passed_over(string line) => Assert.Null(MemoryMap.Parse(line));

    [LinuxFact]
    public void The_test_itself_has_mapped_its_runtime() =>
        Assert.Contains(MemoryMaps.Of(Environment.ProcessId), m => Path.GetFileName(m.Path) == "libcoreclr.so" && m.Length > 0);

    [LinuxFact]
    public void A_process_that_is_gone_has_mapped_nothing() => Assert.Empty(MemoryMaps.Of(int.MaxValue));
}
