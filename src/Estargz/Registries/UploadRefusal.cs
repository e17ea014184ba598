namespace Estargz.Registries;

/// <summary>Why a registry takes a blob neither in one piece nor in chunks.</summary>
internal static class UploadRefusal
{
    /// <summary>The error that tells more, with the other one where that says something else.</summary>
    /// <param name="whole">What the registry has against one piece.</param>
    /// <param name="chunks">What it has against chunks.</param>
    public static EstargzException Of(EstargzException whole, EstargzException chunks)
    {
        if (ReasonOf(whole) == ReasonOf(chunks))
        {
            return whole;
        }

        // "Denied" and the like speak of the blob; other refusals of the second try can be of chunks as such.
        bool tellsMore = chunks.Code == DiagnosticCode.CredentialsRefused
            || (whole.Code is DiagnosticCode.UploadRefused or DiagnosticCode.NotFound && chunks.Code is not (DiagnosticCode.NotFound or DiagnosticCode.RegistryUnreachable));
        return tellsMore
            ? new(chunks.Code, $"{chunks.Message} In one piece it was refused too: {whole.Message}", chunks)
            : new(whole.Code, $"{whole.Message} In chunks it was refused too: {chunks.Message}", whole);
    }

    /// <summary>Status and text, without the URL, which is another one for each try.</summary>
    private static string ReasonOf(EstargzException error) => error.Message[Math.Max(0, error.Message.IndexOf(" answered ", StringComparison.Ordinal))..];
}
