using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Estargz.Tool;

/// <summary>The end of every help text.</summary>
internal sealed class Examples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Text = """
        Examples:
          dotnet estargz verify registry.example.com/shop/web:1.4
          dotnet estargz verify registry.example.com/shop/web:1.4 --platform linux/arm64
          dotnet estargz verify ./layout:1.4
          dotnet estargz inspect localhost:5000/web --toc
          dotnet estargz inspect localhost:5000/web --json
          dotnet estargz convert docker.io/library/nginx:1.27 registry.example.com/nginx:1.27-lazy
          dotnet estargz convert ./layout:1.4 registry.example.com/shop/web:1.4 --profile startup-profile.txt
          dotnet estargz record -- dotnet publish/web.dll
          dotnet estargz record --line 'Ready' --timeout 60 -- dotnet publish/worker.dll --queue test
          dotnet estargz record registry.example.com/shop/web:1.4 --url /health
          dotnet estargz profile show startup-profile.txt --image localhost:5000/web
          dotnet estargz profile merge first.txt second.txt --output startup-profile.txt
          dotnet estargz profile check startup-profile.txt localhost:5000/web --min 95
          dotnet estargz profile pull registry.example.com/shop/web:1.4 --output startup-profile.txt
          dotnet estargz cache info
        """;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Makes the help of a command, and of all below it, end with examples.</summary>
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new Examples((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return code;
    }
}
