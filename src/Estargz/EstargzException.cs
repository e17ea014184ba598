namespace Estargz;

/// <summary>
/// The one expected failure: something a user can understand and mend. Everything else that is thrown is a bug in
/// this library and is reported as <see cref="DiagnosticCode.Bug"/>.
/// </summary>
/// <param name="code">One of <see cref="DiagnosticCode"/>, for example <c>ESTARGZ4001</c>.</param>
/// <param name="message">One line: what was wrong, where the value came from, what to do next. Holds no secret.</param>
/// <param name="innerException">The cause, for a debugger; its text is never shown to a user by itself.</param>
public sealed class EstargzException(string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The code of the page <c>docs/ESTARGZ####.md</c> that explains cause and cure.</summary>
    public string Code { get; } = code;
}
