namespace Estargz.Testing;

/// <summary>Reads and deletes blobs (end-2, end-10).</summary>
internal sealed class Blobs(HttpContext context, Storage storage, string repository, string digest)
{
    public async Task AnswerAsync()
    {
        if (!storage.HasBlob(repository, digest))
        {
            throw new RegistryException(404, "BLOB_UNKNOWN", "blob unknown to registry");
        }

        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                context.Response.Headers["Docker-Content-Digest"] = digest;
                await Results.File(storage.PathOf(digest), "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);
                break;
            case "DELETE":
                storage.RemoveBlob(repository, digest);
                context.Response.StatusCode = 202;
                break;
            default:
                throw new RegistryException(405, "UNSUPPORTED", "not for blobs");
        }
    }
}
