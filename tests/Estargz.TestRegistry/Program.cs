using System.Globalization;
using Estargz.Testing;

// estargz-test-registry [--port N] [--folder DIR]: serves until its standard input ends or it is told to stop.
int port = 0;
string? folder = null;
for (int i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535:
            break;
        case "--folder" when value is not null:
            folder = value;
            break;
        default:
            Console.Error.WriteLine("usage: [--port N] [--folder DIR]");
            return 2;
    }
}

await using var registry = await TestRegistry.StartAsync(new() { Port = port, Folder = folder });
Console.WriteLine($"listening on http://{registry.Host}");

using var stop = new CancellationTokenSource();
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, context => Stop(context));
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGINT, context => Stop(context));
var input = Task.Run(async () =>
{
    using var standardInput = Console.OpenStandardInput();
    await standardInput.CopyToAsync(Stream.Null, stop.Token);
});
await Task.WhenAny(input, Task.Delay(Timeout.Infinite, stop.Token));
return 0;

void Stop(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
