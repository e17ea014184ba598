using System.Text.Json;

namespace Estargz.Testing;

/// <summary>An error of the distribution specification ("Error Codes").</summary>
public sealed class RegistryException(int status, string code, string message) : Exception(message)
{
    internal Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(new { errors = new[] { new { code, message = Message } } });
        response.ContentLength = body.Length;
        return response.HttpContext.Request.Method == "HEAD" ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }
}
