using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.Testing;

/// <summary>Takes blobs in: in one request, in two, or in chunks (end-4 to end-6, end-11 to end-14).</summary>
internal sealed partial class Uploads(HttpContext context, Storage storage, string repository, string session)
{
    public Task AnswerAsync()
    {
        if (context.Request.Method == "POST" && session.Length == 0)
        {
            return BeginAsync();
        }

        var path = storage.Upload(session) ?? throw Unknown();
        return context.Request.Method switch
        {
            "PATCH" => AppendAsync(path),
            "PUT" => EndAsync(path, Query("digest") ?? throw new RegistryException(400, "DIGEST_INVALID", "digest missing")),
            "GET" => Progress(path, 204),
            "DELETE" => Cancel(path),
            _ => throw new RegistryException(405, "UNSUPPORTED", "not for uploads"),
        };
    }

    private async Task BeginAsync()
    {
        if (Query("mount") is { } mount && Query("from") is { } from && storage.HasBlob(from, mount))
        {
            storage.LinkBlob(repository, mount);
            Created(mount);
            return;
        }

        var begun = storage.BeginUpload();
        if (Query("digest") is { } digest)
        {
            await new Uploads(context, storage, repository, begun).EndAsync(storage.Upload(begun)!, digest);
            return;
        }

        context.Response.StatusCode = 202;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{begun}";
        context.Response.Headers.Range = "0-0";
    }

    private async Task AppendAsync(string path)
    {
        await Progress(path, await ReceiveAsync(path) ? 202 : 416);
    }

    private async Task EndAsync(string path, string digest)
    {
        if (!await ReceiveAsync(path))
        {
            await Progress(path, 416);
            return;
        }

        if (!Storage.IsDigest(digest) || !await storage.EndUploadAsync(path, repository, digest))
        {
            File.Delete(path);
            throw new RegistryException(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }

        Created(digest);
    }

    /// <summary>Appends the body; false if it is not the chunk that comes next.</summary>
    private async Task<bool> ReceiveAsync(string path)
    {
        await using var file = Open(path);
        var range = context.Request.Headers.ContentRange.ToString();
        if (range.Length > 0 && !(RangePattern().Match(range) is { Success: true } match
            && long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) == file.Length))
        {
            return false;
        }

        await context.Request.Body.CopyToAsync(file, context.RequestAborted);
        return true;
    }

    /// <summary>A session that was canceled meanwhile does not come back.</summary>
    private static FileStream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open);
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch (FileNotFoundException)
        {
            throw Unknown();
        }
    }

    private Task Progress(string path, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{session}";
        context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, new FileInfo(path).Length - 1)}");
        return Task.CompletedTask;
    }

    private Task Cancel(string path)
    {
        File.Delete(path);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private void Created(string digest)
    {
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest;
    }

    private static RegistryException Unknown() => new(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown to registry");

    private string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    [GeneratedRegex("^([0-9]{1,18})-[0-9]{1,18}$")]
    private static partial Regex RangePattern();
}
