using System.Buffers.Binary;
using System.Reflection.Emit;

namespace Estargz.Architecture;

/// <summary>The metadata tokens in the IL of a method (ECMA-335, III.1.9).</summary>
internal static class IlTokens
{
    private static readonly Dictionary<int, OperandType> s_operands = typeof(OpCodes).GetFields()
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => (int)(ushort)c.Value, c => c.OperandType);

    public static IEnumerable<int> In(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            int code = il[at++];
            code = code == 0xfe ? (code << 8) | il[at++] : code;
            var operand = s_operands[code];
            if (operand is OperandType.InlineTok or OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField)
            {
                yield return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at))),
                _ => 4,
            };
        }
    }
}
