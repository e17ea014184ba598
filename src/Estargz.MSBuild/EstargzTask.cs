using Microsoft.Build.Framework;
using Task = System.Threading.Tasks.Task;

namespace Estargz.MSBuild;

/// <summary>What the tasks of this package have in common: one line per failure, and an end when the build is canceled.</summary>
public abstract class EstargzTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _canceled = new();

    /// <summary>The project that is published; messages name it.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => _canceled.Cancel();

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            RunAsync(_canceled.Token).GetAwaiter().GetResult();
        }
        catch (EstargzException e)
        {
            LogError(e.Code, e.Message);
        }
        catch (OperationCanceledException) when (_canceled.IsCancellationRequested)
        {
            LogError(DiagnosticCode.Canceled, CanceledMessage);
        }
        catch (Exception e)
        {
            LogError(DiagnosticCode.Bug, $"A bug in Estargz: {e.GetType().Name}: {e.Message} Please report it, with the details that -v:diag prints.");
            Log.LogMessage(MessageImportance.Low, e.ToString());
        }

        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canceled.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What to say when the build was canceled: of what, and what that leaves.</summary>
    protected virtual string CanceledMessage => "The publish was canceled. No tag was moved.";

    /// <summary>Does the work.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Tells the user something of the project.</summary>
    internal void Tell(string message) =>
        Log.LogMessage(MessageImportance.High, "{0}: {1}", Path.GetFileNameWithoutExtension(ProjectFile), message);

    /// <summary>Says where the project's image is now.</summary>
    /// <param name="image">What it is called there.</param>
    /// <param name="description">What it is.</param>
    /// <param name="isNew">Whether it was not there before.</param>
    protected void Announce(string image, string description, bool isNew) => Log.LogMessage(
        MessageImportance.High,
        "{0} -> {1} ({2}{3})",
        Path.GetFileNameWithoutExtension(ProjectFile),
        image,
        description,
        isNew ? "" : "; it was there already, nothing was uploaded");

    /// <summary>Logs a warning with its code and the page that explains it.</summary>
    internal void LogWarning(string code, string message) =>
        Log.LogWarning(null, code, null, HelpLink(code), ProjectFile, 0, 0, 0, 0, Plain(message));

    private void LogError(string code, string message) =>
        Log.LogError(null, code, null, HelpLink(code), ProjectFile, 0, 0, 0, 0, Plain(message));

    /// <summary>The page lies in the package, so it fits the version and needs no network.</summary>
    private static string HelpLink(string code)
    {
        var page = Path.Combine("docs", code + ".md");
        var package = new DirectoryInfo(Path.GetDirectoryName(typeof(EstargzTask).Assembly.Location)!);
        while (package.Parent is { } above && !File.Exists(Path.Combine(package.FullName, page)))
        {
            package = above;
        }

        return new Uri(Path.Combine(package.FullName, page)).AbsoluteUri;
    }

    /// <summary>One line, and no format of its own.</summary>
    private static string Plain(string message) => message.ReplaceLineEndings(" ");
}
