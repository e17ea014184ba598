using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>What a profile names, as tests compare it.</summary>
internal static class ProfilePaths
{
    extension(StartupProfile profile)
    {
        /// <summary>The lines as text: tokens as they are written, no slash at either end.</summary>
        public ImmutableArray<string> Paths => [.. profile.Lines.Select(line => line.ToString())];
    }
}
