using System.Buffers.Binary;
using System.Text;

namespace Estargz.TestImages;

/// <summary>What a native Linux file asks of the dynamic loader (ELF specification, "Dynamic Linking").</summary>
/// <param name="Machine">The instruction set, <c>e_machine</c>: 62 is x64, 183 is arm64.</param>
/// <param name="Interpreter">Path of the dynamic loader, <c>PT_INTERP</c>; programs have one, libraries rarely.</param>
/// <param name="Needed">Names of the libraries that must be loaded with it, <c>DT_NEEDED</c>.</param>
public sealed record ElfFile(int Machine, string? Interpreter, IReadOnlyList<string> Needed)
{
    private const int LoadSegment = 1, DynamicSegment = 2, InterpreterSegment = 3;
    private const ulong NeededTag = 1, StringTableTag = 5;

    /// <summary>Reads a file.</summary>
    /// <returns>Null for what is not a 64-bit little-endian ELF file.</returns>
    public static ElfFile? Read(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length < 64)
        {
            return null;
        }

        var magic = new byte[6];
        stream.ReadExactly(magic);
        // 7f E L F, class 2 (64 bits), data 1 (little endian)
        return magic.AsSpan().SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]) ? Parse(File.ReadAllBytes(path)) : null;
    }

    private static ElfFile Parse(byte[] file)
    {
        // Header: 18 e_machine (2), 32 e_phoff (8), 54 e_phentsize (2), 56 e_phnum (2).
        int machine = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(18));
        var segments = Enumerable.Range(0, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(56)))
            .Select(n => Segment.Read(file, (int)Word(file, 32) + (n * BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(54)))))
            .ToList();
        var interpreter = segments.Where(s => s.Type == InterpreterSegment).Select(s => Text(file, s.Offset)).FirstOrDefault();
        return new ElfFile(machine, interpreter, [.. NeededBy(file, segments)]);
    }

    private static IEnumerable<string> NeededBy(byte[] file, List<Segment> segments)
    {
        var dynamic = segments.Where(s => s.Type == DynamicSegment).SelectMany(s => Enumerable.Range(0, s.Size / 16)
            .Select(n => (Tag: Word(file, s.Offset + (16 * n)), Value: Word(file, s.Offset + (16 * n) + 8))))
            .TakeWhile(entry => entry.Tag != 0).ToList();
        if (dynamic.Find(entry => entry.Tag == StringTableTag).Value is var address and not 0)
        {
            // The table is named by its address in memory; the segment that is loaded there says where it is in the file.
            var segment = segments.First(s => s.Type == LoadSegment && address >= s.Address && address < s.Address + (ulong)s.Size);
            int strings = segment.Offset + (int)(address - segment.Address);
            foreach (var (_, value) in dynamic.Where(entry => entry.Tag == NeededTag))
            {
                yield return Text(file, strings + (int)value);
            }
        }
    }

    private static ulong Word(byte[] file, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(offset));

    private static string Text(byte[] file, int offset) =>
        Encoding.UTF8.GetString(file.AsSpan(offset, file.AsSpan(offset).IndexOf((byte)0)));

    // Program header: 0 p_type (4), 8 p_offset (8), 16 p_vaddr (8), 32 p_filesz (8).
    private sealed record Segment(int Type, int Offset, ulong Address, int Size)
    {
        public static Segment Read(byte[] file, int at) =>
            new((int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)), (int)Word(file, at + 8), Word(file, at + 16), (int)Word(file, at + 32));
    }
}
