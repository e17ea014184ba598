using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Estargz.Architecture;

/// <summary>Which namespace of the compiled library refers to which, read from its metadata and IL.</summary>
internal static class LibraryReferences
{
    /// <summary>Each pair once: the namespace of the code, the namespace of what it names.</summary>
    public static IReadOnlySet<(string From, string To)> All { get; } = Read();

    private static HashSet<(string, string)> Read()
    {
        using var image = new PEReader(File.OpenRead(typeof(EstargzException).Assembly.Location));
        var metadata = image.GetMetadataReader();
        var all = new HashSet<(string, string)>();
        foreach (var handle in metadata.TypeDefinitions)
        {
            var from = NamespacesOfSignature.NamespaceOf(metadata, handle);
            all.UnionWith(OfType(image, metadata, metadata.GetTypeDefinition(handle)).Select(to => (from, to)));
        }

        return all;
    }

    private static IEnumerable<string> OfType(PEReader image, MetadataReader metadata, TypeDefinition type) =>
    [
        .. NamespacesOfSignature.Of(metadata, type.BaseType),
        .. type.GetInterfaceImplementations().SelectMany(i => NamespacesOfSignature.Of(metadata, metadata.GetInterfaceImplementation(i).Interface)),
        .. type.GetFields().SelectMany(f => metadata.GetFieldDefinition(f).DecodeSignature(NamespacesOfSignature.Instance, null)),
        .. type.GetMethods().SelectMany(m => OfMethod(image, metadata, metadata.GetMethodDefinition(m))),
    ];

    private static IEnumerable<string> OfMethod(PEReader image, MetadataReader metadata, MethodDefinition method)
    {
        var signature = method.DecodeSignature(NamespacesOfSignature.Instance, null);
        IEnumerable<string> names = [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)];
        if (method.RelativeVirtualAddress == 0)
        {
            return names;
        }

        var body = image.GetMethodBody(method.RelativeVirtualAddress);
        var locals = body.LocalSignature.IsNil
            ? []
            : metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(NamespacesOfSignature.Instance, null);
        return
        [
            .. names,
            .. locals.SelectMany(l => l),
            .. IlTokens.In(body.GetILBytes()!).SelectMany(t => NamespacesOfSignature.Of(metadata, (EntityHandle)MetadataTokens.Handle(t))),
        ];
    }
}
