using System.Collections.Immutable;
using System.Reflection.Metadata;
using Names = System.Collections.Immutable.ImmutableHashSet<string>;

namespace Estargz.Architecture;

/// <summary>The namespaces of all types that a signature names.</summary>
internal sealed class NamespacesOfSignature : ISignatureTypeProvider<Names, object?>
{
    public static NamespacesOfSignature Instance { get; } = new();

    /// <summary>The namespaces that a type, method or field reference of any kind leads to.</summary>
    public static Names Of(MetadataReader metadata, EntityHandle handle) => handle.Kind switch
    {
        _ when handle.IsNil => [],
        HandleKind.TypeDefinition => [NamespaceOf(metadata, (TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [NamespaceOf(metadata, (TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(Instance, null),
        HandleKind.MethodDefinition => Of(metadata, metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.FieldDefinition => Of(metadata, metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.MemberReference => Of(metadata, metadata.GetMemberReference((MemberReferenceHandle)handle).Parent),
        HandleKind.MethodSpecification => OfMethod(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    /// <summary>A nested type, a closure for one, is where its outer type is.</summary>
    public static string NamespaceOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType().IsNil ? metadata.GetString(type.Namespace) : NamespaceOf(metadata, type.GetDeclaringType());
    }

    public Names GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [NamespaceOf(reader, handle)];

    public Names GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [NamespaceOf(reader, handle)];

    public Names GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) => Of(reader, handle);

    public Names GetGenericInstantiation(Names type, ImmutableArray<Names> arguments) => arguments.Aggregate(type, (all, a) => all.Union(a));

    public Names GetFunctionPointerType(MethodSignature<Names> signature) => signature.ParameterTypes.Aggregate(signature.ReturnType, (all, p) => all.Union(p));

    public Names GetModifiedType(Names modifier, Names type, bool isRequired) => modifier.Union(type);

    public Names GetArrayType(Names type, ArrayShape shape) => type;

    public Names GetSZArrayType(Names type) => type;

    public Names GetByReferenceType(Names type) => type;

    public Names GetPinnedType(Names type) => type;

    public Names GetPointerType(Names type) => type;

    public Names GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

    public Names GetGenericMethodParameter(object? context, int index) => [];

    public Names GetGenericTypeParameter(object? context, int index) => [];

    private static string NamespaceOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NamespaceOf(metadata, (TypeReferenceHandle)type.ResolutionScope)
            : metadata.GetString(type.Namespace);
    }

    private static Names OfMethod(MetadataReader metadata, MethodSpecification method) =>
        method.DecodeSignature(Instance, null).Aggregate(Of(metadata, method.Method), (all, a) => all.Union(a));
}
