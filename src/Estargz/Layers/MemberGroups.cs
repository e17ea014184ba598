namespace Estargz.Layers;

/// <summary>
/// Puts chunks of small files together into one gzip member, so that thousands of them cost no frame and no compressor each
/// (eStargz spec, "innerOffset"). The landmark begins a member, so that none lies on both sides of it.
/// </summary>
internal static class MemberGroups
{
    /// <summary>The plans, each told whether the next one goes into its member.</summary>
    /// <param name="plans">What <see cref="MemberPlan.Cut"/> says.</param>
    /// <param name="entries">The entries of the plans.</param>
    /// <param name="minSize">A member goes on until it has so many bytes, headers included; 0 for a member for each chunk.</param>
    public static IEnumerable<MemberPlan> Join(IEnumerable<MemberPlan> plans, IReadOnlyList<Entry> entries, int minSize)
    {
        MemberPlan? last = null;
        int size = 0;
        foreach (var plan in plans)
        {
            if (last is { } before)
            {
                size += SizeOf(before);
                bool goesOn = size < minSize && SizeOf(plan) < minSize && CanShare(before) && CanShare(plan) && !Landmark.IsReserved(entries[plan.Entry].Name);
                size = goesOn ? size : 0;
                yield return before with { GoesOn = goesOn };
            }

            last = plan;
        }

        if (last is { } end)
        {
            yield return end;
        }

        // Copies and what is cut around start-up reads are there to be fetched alone, and the first member, which has
        // only headers, keeps every offset above 0, which means that there is none.
        bool CanShare(MemberPlan plan) => plan.Entry >= 0 && !plan.IsCopy && entries[plan.Entry] is { HotPages: null, CutPages: null };
    }

    private static int SizeOf(MemberPlan plan) => plan.Chunk.Length + TarBlock.Size;
}
