namespace Estargz.MSBuild.Tests.Peers;

/// <summary>An entry of the TOC.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="Type"><c>reg</c>, <c>dir</c>, <c>symlink</c>, ….</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="LinkName">Target of a link.</param>
/// <param name="ModTime">RFC 3339, or null for none.</param>
/// <param name="Digest">Digest of the content.</param>
public sealed record ReferenceFile(string Name, string Type, long Size, int Mode, int Uid, int Gid, string? LinkName, string? ModTime, string? Digest);
