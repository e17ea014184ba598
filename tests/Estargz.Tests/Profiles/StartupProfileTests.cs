using System.Text;
using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public sealed class StartupProfileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Lines_are_paths_in_their_order() => Assert.Equal(
        ["usr/share/dotnet/dotnet", "app/x y.dll", "app/*.json", "#odd", "a\\b", "lib/../x"],
        StartupProfile.Parse(
            "\uFEFF# recorded\r\n/usr/share/dotnet/dotnet\r\n\r\n  # note\n./app/x y.dll  \napp//./x y.dll/\n\tapp/*.json\n/#odd\n/\n.\na\\b\nlib/../x\nusr/share/dotnet/dotnet",
            "the test").Paths.AsEnumerable());

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n \t\n#x")]
    public void A_profile_may_name_nothing(string text) => Assert.Empty(StartupProfile.Parse(text, "the test").Paths.AsEnumerable());

    [Fact]
    public void A_file_is_read_with_byte_order_mark_and_without()
    {
        File.WriteAllText(_file, "app/é\n", new UTF8Encoding(true));
        Assert.Equal(["app/é"], StartupProfile.Load(_file, "EstargzStartupProfile").Paths.AsEnumerable());
        File.WriteAllText(_file, "app/é", new UTF8Encoding(false));
        Assert.Equal(["app/é"], StartupProfile.Load(_file, "EstargzStartupProfile").Paths.AsEnumerable());
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var message = Fails(() => StartupProfile.Load(_file + ".none", "EstargzStartupProfile"));
        Assert.Contains($"'{_file}.none' from EstargzStartupProfile", message, StringComparison.Ordinal);
        Assert.Contains("no such file", message, StringComparison.Ordinal);
        Assert.Contains("it is a folder", Fails(() => StartupProfile.Load(Path.GetTempPath(), "EstargzStartupProfile")), StringComparison.Ordinal);
        Fails(() => StartupProfile.Load("", "EstargzStartupProfile"));
    }

    [Fact]
    public void What_is_no_UTF8_text_is_refused()
    {
        File.WriteAllText(_file, "app/x", Encoding.Unicode);
        Assert.Contains("UTF-8", Fails(() => StartupProfile.Load(_file, "x")), StringComparison.Ordinal);
        File.WriteAllBytes(_file, [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0]);
        Assert.Contains("UTF-8", Fails(() => StartupProfile.Load(_file, "x")), StringComparison.Ordinal);
        File.WriteAllBytes(_file, [(byte)'a', 0xff]);
        Assert.Contains("UTF-8", Fails(() => StartupProfile.Load(_file, "x")), StringComparison.Ordinal);
    }

    [Fact]
    public void Size_and_number_of_lines_are_limited()
    {
        using (var file = File.OpenWrite(_file))
        {
            file.SetLength(StartupProfile.MaxSize + 1);
        }

        Assert.Contains("bytes", Fails(() => StartupProfile.Load(_file, "x")), StringComparison.Ordinal);
        var most = new string('\n', StartupProfile.MaxLines - 1);
        Assert.Equal(["a"], StartupProfile.Parse(most + "a", "x").Paths.AsEnumerable());
        Fails(() => StartupProfile.Parse(most + "\na", "x"));
    }

    [Fact]
    public void Any_text_is_a_profile_or_refused() => Gen.String.Sample(text =>
    {
        try
        {
            var tree = TreeSample.Tree(["a/b", "c -> a"]);
            return StartupOrder.Create(StartupProfile.Parse(text, "x"), tree).Entries.All(entry => entry.Layer == 0);
        }
        catch (EstargzException e)
        {
            return e.Code == DiagnosticCode.ProfileUnreadable;
        }
    });

    private static string Fails(Func<object> action)
    {
        var failure = Assert.Throws<EstargzException>(action);
        Assert.Equal(DiagnosticCode.ProfileUnreadable, failure.Code);
        return failure.Message;
    }
}
