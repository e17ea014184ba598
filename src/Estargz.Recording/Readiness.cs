using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>How to tell that an app has started, so that the recording ends.</summary>
public abstract partial record Readiness
{
    private protected Readiness()
    {
    }

    /// <summary>The app has ended: for programs that do one thing.</summary>
    public static Readiness Exit { get; } = new ExitReadiness();

    /// <summary>The app has ended; or it has announced an address, as web apps do, and answers 200 there.</summary>
    internal static Readiness ExitUnlessWeb => new WebOrExitReadiness();

    /// <summary>Whether an app that ends was ready.</summary>
    internal virtual bool IsExitReady => false;

    /// <summary>The first answer 200 to a GET.</summary>
    /// <param name="target">
    /// A URL, or a path at the app's first address; null: <c>/</c>. The address is the one that the app announces
    /// (<c>Now listening on: </c>), also if the URL has port 0, or else the port that the recorder chose, or else any TCP
    /// port that the app listens on.
    /// </param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: neither URL nor path.</exception>
    public static Readiness Http(string? target = null) => new HttpReadiness(target ?? "/");

    /// <summary>A line on standard output or standard error.</summary>
    /// <param name="pattern">A regular expression that matches somewhere in the line.</param>
    public static Readiness Output(Regex pattern) => new OutputReadiness(pattern);

    /// <summary>
    /// What the app's files tell: a web app is ready with its first answer, another one in the generic host with the line
    /// <c>Application started</c>, and every other app at its end. Scripts and those that are
    /// one executable tell nothing: they are web apps if they announce an address.
    /// </summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.RecordingFailed"/>: there is no such app; <see cref="DiagnosticCode.FileUnreadable"/>.
    /// </exception>
    public static Readiness For(RecordingRequest request)
    {
        var start = AppStart.Find(request);
        // An assembly that dotnet runs without more ado has settings beside it, or the message tells that they are missing.
        if (start.SettingsFolder is null && !(request.EntryIndex == 0 && HostCommand.IsHost(request.FileName)))
        {
            return ExitUnlessWeb;
        }

        var shape = AppShape.Read(start.SettingsFolder ?? start.AppFolder, start.Name, RuntimeInformation.RuntimeIdentifier);
        return shape.IsWeb ? Http() : shape.IsHosted ? Output(HostStarted()) : Exit;
    }

    /// <summary>Sees to it, before the app starts, that nothing else is taken for it.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>: something else would be.</exception>
    internal virtual Task CheckAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Begins before the app starts, so that no line is missed.</summary>
    /// <param name="output">What the app will write.</param>
    /// <param name="tree">The app's processes.</param>
    /// <param name="port">The port of 127.0.0.1 that the recorder chose for the app, or null.</param>
    /// <returns>Waits until the app is ready; for <see cref="Exit"/>, for good.</returns>
    internal abstract Func<CancellationToken, Task> Begin(AppOutput output, ProcessTree tree, int? port);

    /// <summary>What was waited for, to end a sentence with.</summary>
    internal abstract string Describe();

    /// <summary>What to change if the app never was ready, as a sentence; null if nobody knows.</summary>
    internal virtual string? Advice() => null;

    [GeneratedRegex("Application started")]
    private static partial Regex HostStarted();

    private sealed record ExitReadiness : Readiness
    {
        internal override bool IsExitReady => true;

        internal override Func<CancellationToken, Task> Begin(AppOutput output, ProcessTree tree, int? port) => token => Task.Delay(Timeout.Infinite, token);

        internal override string Describe() => "the end of the app";
    }

    private sealed record WebOrExitReadiness : Readiness
    {
        private readonly HttpReadiness _web = new("/");
        private Task? _announced;

        internal override bool IsExitReady => true;

        internal override Func<CancellationToken, Task> Begin(AppOutput output, ProcessTree tree, int? port)
        {
            // First, so that it has the address as soon as that is known here.
            var web = _web.Begin(output, tree, port);
            var announced = output.WhenFound(AppAddress.Parse);
            _announced = announced;
            return async token =>
            {
                // Not wherever it listens: a program that says nothing of being a web app has its sockets for something else.
                await announced.WaitAsync(token).ConfigureAwait(false);
                await web(token).ConfigureAwait(false);
            };
        }

        internal override string Describe() => _announced is { IsCompleted: true } ? _web.Describe() : "the end of the app";

        internal override string? Advice() =>
            _announced is { IsCompleted: true } ? _web.Advice() : "If it is a web app, set EstargzReadyUrl, or --url of the tool, to a path that answers 200, such as '/'.";
    }

    private sealed record OutputReadiness(Regex Pattern) : Readiness
    {
        private bool _isSlow;

        internal override Func<CancellationToken, Task> Begin(AppOutput output, ProcessTree tree, int? port)
        {
            _isSlow = false;
            bool isOver = false;
            var line = output.WhenFound(line => isOver ? null : Match(line));
            return async token =>
            {
                try
                {
                    await line.WaitAsync(token).ConfigureAwait(false);
                }
                finally
                {
                    isOver = true; // What the app still writes is not worth a search.
                }
            };
        }

        internal override string Describe() => $"a line that matches '{Pattern}'";

        internal override string? Advice() =>
            _isSlow ? $"To match a line took longer than {Pattern.MatchTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s: simplify the expression." : null;

        private Match? Match(string line)
        {
            try
            {
                return Pattern.Match(line) is { Success: true } match ? match : null;
            }
            catch (RegexMatchTimeoutException)
            {
                _isSlow = true;
                return null;
            }
        }
    }
}
