using CsCheck;

namespace Estargz.Deflate;

public class HuffmanCodeTests
{
    [Fact]
    public void Any_frequencies_give_a_complete_code_within_its_limit() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 300], Gen.Int[0, 100_000]).Array[2, 288], Gen.Int[9, 15]).Sample((frequencies, limit) =>
        {
            var code = Build(frequencies, limit);
            Assert.All(code.Lengths, length => Assert.InRange(length, 0, limit));
            Assert.Equal(1 << limit, code.Lengths.Where(length => length > 0).Sum(length => 1 << (limit - length)));
            Assert.All(Enumerable.Range(0, frequencies.Length).Where(symbol => frequencies[symbol] > 0), symbol => Assert.NotEqual(0, code.Lengths[symbol]));
            Assert.InRange(code.CostOf(frequencies), BestCost(frequencies), long.MaxValue);
            if (code.Lengths.Max() < limit && frequencies.Count(f => f > 0) > 1)
            {
                Assert.Equal(BestCost(frequencies), code.CostOf(frequencies));
            }
        });

    [Fact]
    public void Codewords_are_those_of_the_example_in_RFC_1951_3_2_2()
    {
        var code = new HuffmanCode(8, 15);
        code.Assign([3, 3, 3, 3, 3, 2, 4, 4]);

        // Their first bit lowest: 010 is 2, 011 is 6, 100 is 1, 101 is 5, 110 is 3, 00 is 0, 1110 is 7, 1111 is 15.
        Assert.Equal([2, 6, 1, 5, 3, 0, 7, 15], code.Codewords);
    }

    [Theory]
    [InlineData(7, 19)]
    [InlineData(14, 30)]
    [InlineData(15, 40)]
    public void Frequencies_for_the_deepest_of_trees_are_kept_within_the_limit(int limit, int symbols)
    {
        var frequencies = new int[symbols];
        for (int i = 0; i < symbols; i++)
        {
            // Fibonacci's, as far as a count of symbols goes.
            frequencies[i] = i < 2 ? 1 : Math.Min(1 << 18, frequencies[i - 1] + frequencies[i - 2]);
        }

        var code = Build(frequencies, limit);
        Assert.Equal(limit, code.Lengths.Max());
        Assert.Equal(1 << limit, code.Lengths.Sum(length => 1 << (limit - length)));

        // The more often, the shorter.
        Assert.Equal(code.Lengths.OrderDescending(), code.Lengths);
    }

    [Fact]
    public void There_are_two_codewords_at_least()
    {
        Assert.Equal([1, 1, 0], Build([0, 0, 0], 15).Lengths);
        Assert.Equal([1, 0, 1], Build([0, 0, 9], 15).Lengths);
        Assert.Equal([1, 1, 0], Build([9, 0, 0], 15).Lengths);
    }

    private static HuffmanCode Build(int[] frequencies, int limit)
    {
        var code = new HuffmanCode(frequencies.Length, limit);
        code.Build(frequencies);
        return code;
    }

    /// <summary>The bits without a limit: what all inner nodes of the tree sum up to.</summary>
    private static long BestCost(int[] frequencies)
    {
        var nodes = new PriorityQueue<long, long>(frequencies.Where(f => f > 0).Select(f => ((long)f, (long)f)));
        long cost = 0;
        while (nodes.Count > 1)
        {
            long sum = nodes.Dequeue() + nodes.Dequeue();
            nodes.Enqueue(sum, sum);
            cost += sum;
        }

        return cost;
    }
}
