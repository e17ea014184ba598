namespace Estargz.Recording.Tests;

public sealed class HostCommandTests
{
    [Theory]
    [InlineData("dotnet app.dll other.dll", "app.dll")]
    [InlineData("/usr/bin/dotnet app.dll", "app.dll")]
    [InlineData("dotnet exec app.dll", "app.dll")]
    [InlineData("dotnet --roll-forward Major app.dll", "app.dll")]
    [InlineData("dotnet exec --fx-version 10.0.1 --depsfile other.dll --runtimeconfig x.json --additionalprobingpath p --roll-forward-on-no-candidate-fx 2 out/app.dll", "out/app.dll")]
    [InlineData("dotnet run app.dll", null)]
    [InlineData("dotnet --info", null)]
    [InlineData("dotnet --roll-forward", null)]
    [InlineData("dotnet", null)]
    [InlineData("tracer app.dll", "app.dll")]
    [InlineData("tracer exec app.dll", null)]
    public void The_entry_assembly_stands_behind_the_hosts_options(string command, string? assembly)
    {
        var words = command.Split(' ');

        Assert.Equal(assembly, new RecordingRequest(words[0], [.. words[1..]]).EntryAssembly);
    }

    [Fact]
    public void Paths_hold_in_another_folder() => Assert.Equal(
        ["exec", "--depsfile", Path.GetFullPath("d.json"), "--roll-forward", "Major", Path.GetFullPath("app.dll"), "--depsfile", "x"],
        HostCommand.WithFullPaths(["exec", "--depsfile", "d.json", "--roll-forward", "Major", "app.dll", "--depsfile", "x"], 5));
}
