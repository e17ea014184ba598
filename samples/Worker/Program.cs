var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHostedService<Clock>();
builder.Build().Run();

/// <summary>Says that it is ready, and then the time, once a second.</summary>
internal sealed class Clock(ILogger<Clock> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        Console.WriteLine("Ready");
        while (!stop.IsCancellationRequested)
        {
            logger.LogInformation("It is {Time}", DateTimeOffset.UtcNow);
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
    }
}
