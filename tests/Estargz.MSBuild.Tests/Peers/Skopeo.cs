using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>skopeo: copies images between registries and folders, and checks every digest on the way.</summary>
public static class Skopeo
{
    /// <summary>Copies an image to an OCI image layout.</summary>
    /// <param name="reference"><c>HOST/REPOSITORY:TAG</c>, over plain HTTP.</param>
    /// <param name="layout"><c>FOLDER:TAG</c>.</param>
    public static async Task PullAsync(string reference, string layout) => await CopyAsync("docker://" + reference, "oci:" + layout);

    /// <summary>Copies an image from an OCI image layout.</summary>
    public static async Task PushAsync(string layout, string reference) => await CopyAsync("oci:" + layout, "docker://" + reference);

    /// <summary>Copies an image, of all platforms, from any place that skopeo knows to a registry.</summary>
    /// <param name="source"><c>oci-archive:FILE:TAG</c>, <c>docker-archive:FILE</c>, <c>oci:FOLDER:TAG</c>.</param>
    /// <param name="reference"><c>HOST/REPOSITORY:TAG</c>, over plain HTTP.</param>
    public static async Task PushAllAsync(string source, string reference) =>
        (await Command.RunAsync("skopeo", ["copy", "--quiet", "--all", "--dest-tls-verify=false", source, "docker://" + reference])).Succeeded();

    /// <summary>The tags of a repository in a registry.</summary>
    public static async Task<IReadOnlyList<string>> TagsAsync(string repository) =>
        [.. JsonNode.Parse((await Command.RunAsync("skopeo", ["list-tags", "--tls-verify=false", "docker://" + repository])).Succeeded().Output)!["Tags"]!
            .AsArray().Select(tag => (string)tag!)];

    /// <summary>The raw manifest, or with <c>--config</c> the raw configuration, of an image in a registry.</summary>
    public static async Task<string> InspectAsync(string reference, params string[] options) =>
        (await Command.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", .. options, "docker://" + reference])).Succeeded().Output;

    private static async Task CopyAsync(string source, string target) =>
        (await Command.RunAsync("skopeo", ["copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", source, target])).Succeeded();
}
