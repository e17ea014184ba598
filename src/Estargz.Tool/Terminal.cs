using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Estargz.Tool;

/// <summary>
/// Standard output and standard error. What an image says of itself passes here before anybody sees it: without control
/// characters, so that no file name can move a cursor or forge a line.
/// </summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Output = CreateOutput();

    /// <summary>Writes a line of data.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static void Write(string line, Color? color = null) => Write(() =>
    {
        Output.Write(new Text(Clean(line), new Style(color)));
        Output.WriteLine();
    });

    /// <summary>Writes a file's text as it is: it has been checked when it was read.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static void WriteText(string text) => Write(() => Console.Out.Write(text));

    /// <summary>Writes rows below headings.</summary>
    /// <param name="headings">Headings; those that end with a space stand over numbers.</param>
    /// <param name="rows">As many cells each as there are headings.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static void Write(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder();
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading.TrimEnd())) { Alignment = heading.EndsWith(' ') ? Justify.Right : Justify.Left, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => (IRenderable)new Text(Clean(cell))));
        }

        Write(() => Output.Write(table));
    }

    /// <summary>Writes a line to standard error; who cannot hear it need not.</summary>
    public static void Tell(string line)
    {
        try
        {
            Console.Error.WriteLine(Clean(line));
        }
        catch (IOException)
        {
            // The terminal was closed, or a disk is full: what is to be done is done all the same.
        }
    }

    /// <summary>What to say when nothing can be written to standard output.</summary>
    public static string CannotBeWritten(IOException e) => $"Standard output cannot be written: {e.Message.TrimEnd('.')}. See where it goes.";

    /// <summary>A number of bytes, as a person reads it.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
    };

    /// <summary>A number of things, with the word for one or for several.</summary>
    public static string Count(int number, string one, string several) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : several)}");

    /// <summary>A text without characters that a terminal would obey: control characters and invisible formatting.</summary>
    private static string Clean(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.GetUnicodeCategory(source[i])
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? '?' : source[i];
        }
    });

    private static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, CannotBeWritten(e), e);
        }
    }

    private static IAnsiConsole CreateOutput()
    {
        bool plain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        if (Console.IsOutputRedirected)
        {
            // A file has no width: one row stays one line.
            console.Profile.Width = 1 << 16;
        }

        return console;
    }
}
