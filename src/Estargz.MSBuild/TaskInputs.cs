using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Estargz.Images;
using Estargz.Publishing;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// The digest of what a task is told, whatever parameters it has, and of the version of this package: two tasks of one digest
/// do the same, as far as it is not up to files and registries.
/// </summary>
internal sealed class TaskInputs
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Digests the parameters of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="except">The parameters that do not count.</param>
    /// <param name="counts">Whether metadata counts: of which parameter, of which item, and its name.</param>
    public static Digest DigestOf(EstargzTask task, string[] except, Func<string, ITaskItem, string, bool> counts)
    {
        var inputs = new TaskInputs();
        inputs.Append(typeof(ContainerPublisher).Module.ModuleVersionId.ToString());
        foreach (var property in task.GetType().GetProperties().Where(property => IsParameter(property) && !except.Contains(property.Name)).OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            inputs.Append(property.Name);
            inputs.Append(property.GetValue(task), (item, name) => counts(property.Name, item, name));
        }

        return Digest.OfHash(inputs._hash.GetHashAndReset());
    }

    private static bool IsParameter(PropertyInfo property) =>
        property.DeclaringType!.Assembly == typeof(TaskInputs).Assembly && property.SetMethod is { IsPublic: true };

    private void Append(object? value, Func<ITaskItem, string, bool> counts)
    {
        switch (value)
        {
            case ITaskItem[] items:
                Append(items.Length);
                foreach (var item in items)
                {
                    Append(item, counts);
                }

                break;
            case string[] texts:
                Append(texts.Length);
                foreach (var text in texts)
                {
                    Append(text);
                }

                break;
            case string or bool:
                Append(value.ToString()!);
                break;
            default:
                throw new InvalidOperationException($"A parameter of type {value?.GetType()} is not known here.");
        }
    }

    private void Append(ITaskItem item, Func<ITaskItem, string, bool> counts)
    {
        Append(item.ItemSpec);
        string[] names = [.. item.CloneCustomMetadata().Keys.Cast<string>().Where(name => counts(item, name)).Order(StringComparer.Ordinal)];
        Append(names.Length);
        foreach (var name in names)
        {
            Append(name);
            Append(item.GetMetadata(name));
        }
    }

    /// <summary>Each text with its length before it, so that no two lists of texts are one.</summary>
    private void Append(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(bytes.Length);
        _hash.AppendData(bytes);
    }

    private void Append(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }
}
