namespace Estargz.Recording.Tests;

public sealed class StraceLogTests
{
    [Theory]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</app>, "x.json", O_RDONLY|O_CLOEXEC) = 3</app/x.json>""", "/app/x.json")]
    [InlineData("""7 1700000000.000001 open("/app/a", O_RDONLY) = 12</app/a>""", "/app/a")]
    [InlineData("""7 1700000000.000001 openat2(AT_FDCWD</app>, "a", {flags=O_RDONLY, resolve=0}, 24) = 12</app/a>""", "/app/a")]
    [InlineData("""7 1700000000.000001 <... openat resumed>) = 4</usr/lib/libc.so.6>""", "/usr/lib/libc.so.6")]
    [InlineData("""7 1700000000.000001 execve("/usr/bin/dotnet", ["dotnet", "x > y.dll"], 0x7ffd /* 20 vars */) = 0""", "/usr/bin/dotnet")]
    [InlineData("""7 1700000000.000001 execve("/usr/bin/dotnet", ["dotnet"], 0x7ffd /* 20 vars */ <unfinished ...>""", "/usr/bin/dotnet")]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</>, "\303\274", O_RDONLY) = 3</app/\303\274 \"\\\11.txt>""", "/app/ü \"\\\t.txt")]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</>, "a>b", O_RDONLY) = 3</app/a>b>""", "/app/a>b")]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</app>, "x", O_RDONLY <unfinished ...>""", null)]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</app>, "x", O_RDONLY) = -1 ENOENT (No such file or directory)""", null)]
    [InlineData("""7 1700000000.000001 openat(AT_FDCWD</app>, "x", O_RDWR) = 3</app/gone>(deleted)""", null)]
    [InlineData("7 1700000000.000001 +++ exited with 0 +++", null)]
    [InlineData("7 17000", null)]
    [InlineData("", null)]
    public void A_line_tells_what_was_opened(string line, string? path)
    {
        using var folder = new TemporaryFolder();
        var log = new AccessLog();

        StraceLog.Read(folder.Write("log", "\n" + line + "\n"), log);

        Assert.Equal(path, log.Until(DateTime.UnixEpoch.AddSeconds(1_700_000_001)).SingleOrDefault());
        Assert.Empty(log.Until(DateTime.UnixEpoch.AddSeconds(1_699_999_999)));
    }
}
