using System.Globalization;
using Estargz.Layers;

namespace Estargz.Recording;

/// <summary>Who an image's process is (OCI image spec, config.md, "User").</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">The group's number.</param>
/// <param name="Home">The user's home folder.</param>
internal sealed record ImageUser(uint Uid, uint Gid, string Home)
{
    private const int MaxSize = 1 << 20;

    /// <summary>Whether it is root with root's group.</summary>
    public bool IsRoot => Uid == 0 && Gid == 0;

    /// <summary>Finds a user.</summary>
    /// <param name="text"><c>user</c>, <c>uid</c>, <c>user:group</c>, <c>uid:gid</c>; null or empty: root.</param>
    /// <param name="root">The image, which knows the names.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>: the image has no such user or group.</exception>
    public static ImageUser Find(string? text, RootFilesystem root)
    {
        var (user, group) = (text ?? "").Split(':', 2) switch { [var u, var g] => (u, g), var only => (only[0], "") };
        user = user.Length == 0 ? "0" : user;
        // NAME:PASSWORD:UID:GID:COMMENT:HOME:SHELL, passwd(5)
        var known = Lines(root, "etc/passwd").FirstOrDefault(line => line.Length > 5 && (line[0] == user || line[2] == user));
        uint uid = Number(user) ?? Number(known?[2]) ?? throw Missing("user", user);
        uint gid = group.Length == 0 ? Number(known?[3]) ?? 0
            : Number(group) ?? Number(Lines(root, "etc/group").FirstOrDefault(line => line.Length > 2 && line[0] == group)?[2]) ?? throw Missing("group", group);
        return new ImageUser(uid, gid, known?[5] is { Length: > 0 } home ? home : "/");
    }

    private static IEnumerable<string[]> Lines(RootFilesystem root, string path) =>
        root.Find(path) is { } file && FileStatus.Of(file) is { IsRegular: true, Size: <= MaxSize } ? File.ReadLines(file).Select(line => line.Split(':')) : [];

    /// <summary>The largest number means "as it was" (setuid(2)): it would be this user's.</summary>
    private static uint? Number(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue ? number : null;

    private static EstargzException Missing(string kind, string name) => new(
        DiagnosticCode.RecordingFailed, $"The app cannot be recorded: its image wants the {kind} '{name}', which its /etc/passwd and /etc/group do not have. Give a number as ContainerUser.");
}
