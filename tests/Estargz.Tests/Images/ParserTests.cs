using System.Text;
using CsCheck;
using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

/// <summary>Whatever bytes come: a value or the one expected exception.</summary>
public class ParserTests
{
    private static readonly byte[] Seed = Encoding.UTF8.GetBytes(Expand(
        "{'schemaVersion':2,'os':'linux','architecture':'arm','config':{'mediaType':'c','digest':'~c','size':1,'Env':['A=1'],'Labels':{'a':'\\u00e9'}}," +
        "'layers':[{'mediaType':'x','digest':'~1','size':1,'annotations':{'k':'v'}}],'manifests':[],'rootfs':{'diff_ids':['~1']},'history':[{'empty_layer':true}]}"));

    private static readonly string[] Tokens = ["\"", "{", "}", "null", ",", "[", "]", "-1", "\\ud800", ":"];

    private static readonly Gen<byte[]> Mutated =
        Gen.Select(Gen.Int[0, Seed.Length - 1], Gen.Int[0, 20], Gen.OneOf(Gen.Byte.Array[0, 4], Gen.Int[0, Tokens.Length - 1].Select(i => Encoding.UTF8.GetBytes(Tokens[i]))))
            .Array[1, 3]
            .Select(changes => changes.Aggregate(Seed, (json, change) =>
            {
                int start = Math.Min(change.Item1, json.Length), end = Math.Min(start + change.Item2, json.Length);
                return [.. json[..start], .. change.Item3, .. json[end..]];
            }));

    [Fact]
    public void Manifests() => Mutated.Sample(json => Parses(() =>
        Manifest.Parse(new Content(MediaType.Manifest, json), "x").With(new Descriptor("c", DigestOf('c'), 1), [], System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)));

    [Fact]
    public void Indexes() => Mutated.Sample(json => Parses(() => ImageIndex.Parse(new Content(MediaType.Index, json), "x")));

    [Fact]
    public void Configurations() => Mutated.Sample(json => Parses(() =>
        ImageConfig.Parse(new Content(MediaType.Config, json), "x").WithCreated(default, []).With([], [])));

    [Fact]
    public void Arbitrary_bytes() => Gen.Byte.Array.Sample(json => Parses(() => Manifest.Parse(new Content(MediaType.Manifest, json), "x")));

    [Fact]
    public void Runtime_identifiers() => Gen.String.Sample(rid => Parses(() => Platform.FromRuntimeIdentifier(rid, "x")));

    private static bool Parses(Func<object> parse)
    {
        try
        {
            return parse() is not null;
        }
        catch (EstargzException e)
        {
            return e.Message.Length > 0 && !e.Message.Any(char.IsControl);
        }
    }
}
