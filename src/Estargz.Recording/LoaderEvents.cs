using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Estargz.Recording;

/// <summary>The managed assemblies that a runtime loads, from the loader events of its EventPipe stream.</summary>
internal static class LoaderEvents
{
    /// <summary>What to ask the runtime for.</summary>
    public static readonly IpcMessage Request =
        IpcMessage.CollectTracing(ClrTraceEventParser.ProviderName, (ulong)ClrTraceEventParser.Keywords.Loader, (uint)TraceEventLevel.Informational);

    /// <summary>Reads a stream to its end, on a thread of its own: reading waits for events.</summary>
    /// <param name="stream">In the nettrace format.</param>
    /// <param name="log">Gets the path of every module and the time of its load.</param>
    public static Task ReadAsync(Stream stream, AccessLog log) =>
        Task.Factory.StartNew(() => Read(stream, log), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Read(Stream stream, AccessLog log)
    {
        try
        {
            using var source = new EventPipeEventSource(stream);
            source.Clr.LoaderModuleLoad += module =>
            {
                // An assembly in memory or in a bundle has a name, but is no file.
                if (module.ModuleILPath.StartsWith('/'))
                {
                    log.AddSeen(module.ModuleILPath, module.TimeStamp.ToUniversalTime());
                }
            };
            source.Process();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The stream ends anywhere when the app is killed, and the reader has an exception for each place.
        }
    }
}
