namespace Estargz.Testing;

/// <summary>The ways in which a registry, or something before it, goes wrong.</summary>
public static class Responses
{
    /// <summary>A status with headers and a body, and nothing else done.</summary>
    public static Respond Status(int status, string body = "", string contentType = "application/json", params (string Name, string Value)[] headers) =>
        async (context, _) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers.Append(name, value);
            }

            if (body.Length > 0)
            {
                context.Response.ContentType = contentType;
                context.Response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(body);
                if (context.Request.Method != "HEAD")
                {
                    await context.Response.WriteAsync(body);
                }
            }
        };

    /// <summary>An error as registries write them.</summary>
    public static Respond Error(int status, string code, string message = "on command") => async (context, _) =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await new RegistryException(status, code, message).WriteAsync(context.Response);
    };

    /// <summary>A redirect.</summary>
    public static Respond Redirect(string location, int status = 307) => Status(status, headers: ("Location", location));

    /// <summary>The page of a website.</summary>
    public static Respond Html(int status = 200) => Status(status, "<html><body>Welcome</body></html>", "text/html");

    /// <summary>The right answer with another header.</summary>
    public static Respond Header(string name, string value) => (context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[name] = value;
            return Task.CompletedTask;
        });
        return next();
    };

    /// <summary>Breaks the connection without an answer.</summary>
    public static Respond Reset() => (context, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Reads some of the body and breaks the connection.</summary>
    public static Respond ResetAfter(int bytes) => async (context, _) =>
    {
        await context.Request.Body.ReadExactlyAsync(new byte[bytes]);
        context.Abort();
    };

    /// <summary>The right headers, but only the first bytes of the body before the connection breaks.</summary>
    public static Respond Truncate(int bytes) => async (context, next) =>
    {
        var body = context.Response.Body;
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        await next();
        context.Response.Body = body;
        await body.WriteAsync(whole.ToArray().AsMemory(0, bytes));
        await body.FlushAsync();

        // Or the reset overtakes the bytes.
        await Task.Delay(50);
        context.Abort();
    };

    /// <summary>Answers without reading the body, and hangs up.</summary>
    public static Respond RefuseEarly(int status) => async (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Never answers.</summary>
    public static Respond Hang() => (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>Does something first, then answers rightly.</summary>
    public static Respond After(Func<Task> action) => async (_, next) =>
    {
        await action();
        await next();
    };
}
