using System.Collections.Immutable;
using System.Text;

namespace Estargz.Registries;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">The scheme, in lower case: <c>basic</c>, <c>bearer</c>.</param>
/// <param name="Parameters">The parameters; names compare without case.</param>
internal sealed record Challenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    private const string TokenExtras = "!#$%&'*+-.^_`|~";

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>
    /// Takes a header apart as far as it is well formed. Challenges and their parameters are both separated by commas,
    /// so what a word is shows only in what follows it: <c>=</c> makes it a parameter, anything else a scheme.
    /// </summary>
    public static ImmutableArray<Challenge> Parse(string header)
    {
        var challenges = ImmutableArray.CreateBuilder<Challenge>();
        int at = 0;
        while (true)
        {
            Skip(header, ref at, " \t,");
            var word = Token(header, ref at);
            if (word.Length == 0)
            {
                return challenges.ToImmutable();
            }

            int afterWord = at;
            Skip(header, ref at, " \t");
            if (challenges.Count > 0 && at < header.Length && header[at] == '=')
            {
                at++;
                if (Value(header, ref at) is not { } value)
                {
                    return challenges.ToImmutable();
                }

                // The first of two equal names counts.
                var last = challenges[^1];
                challenges[^1] = last.Parameters.ContainsKey(word) ? last
                    : last with { Parameters = last.Parameters.Add(word, value) };
            }
            else
            {
                challenges.Add(new(word.ToLowerInvariant(), ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase)));
                at = afterWord;
                SkipToken68(header, ref at);
            }
        }
    }

    /// <summary>Steps over what a scheme such as Negotiate carries instead of parameters.</summary>
    private static void SkipToken68(string header, ref int at)
    {
        int end = at;
        Skip(header, ref end, " ");
        int start = end;
        while (end < header.Length && (char.IsAsciiLetterOrDigit(header[end]) || "-._~+/".Contains(header[end], StringComparison.Ordinal)))
        {
            end++;
        }

        bool any = end > start;
        Skip(header, ref end, "=");
        int next = end;
        Skip(header, ref next, " \t");
        if (any && (next == header.Length || header[next] == ','))
        {
            at = end;
        }
    }

    private static string? Value(string header, ref int at)
    {
        Skip(header, ref at, " \t");
        if (at >= header.Length || header[at] != '"')
        {
            // Some registries do not quote URLs, which are no tokens: everything up to the comma counts.
            int start = at;
            while (at < header.Length && header[at] is not (',' or ' ' or '\t' or '"'))
            {
                at++;
            }

            return header[start..at];
        }

        var text = new StringBuilder();
        for (at++; at < header.Length; at++)
        {
            if (header[at] == '"')
            {
                at++;
                return text.ToString();
            }

            if (header[at] == '\\' && at + 1 < header.Length)
            {
                at++;
            }

            text.Append(header[at]);
        }

        return null;
    }

    private static string Token(string header, ref int at)
    {
        int start = at;
        while (at < header.Length && (char.IsAsciiLetterOrDigit(header[at]) || TokenExtras.Contains(header[at], StringComparison.Ordinal)))
        {
            at++;
        }

        return header[start..at];
    }

    private static void Skip(string header, ref int at, string what)
    {
        while (at < header.Length && what.Contains(header[at], StringComparison.Ordinal))
        {
            at++;
        }
    }
}
