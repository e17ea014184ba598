namespace Estargz.Tests.Images;

/// <summary>A test that reads what umoci, an independent implementation of OCI layouts, writes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UmociFactAttribute : FactAttribute
{
    public UmociFactAttribute()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "umoci"))))
        {
            Skip = "umoci is not installed.";
        }
    }
}
