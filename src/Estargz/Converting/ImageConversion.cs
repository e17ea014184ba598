using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Converting;

/// <summary>
/// The conversion of one platform's image: its layers are opened, its start is planned over all of them, then they are
/// converted side by side, and each is pushed as soon as it is complete. Layers that the cache has are not even fetched.
/// </summary>
/// <param name="session">Where it is and where it goes.</param>
/// <param name="request">What was asked for.</param>
/// <param name="origin">The image.</param>
internal sealed class ImageConversion(ImageSession session, ConversionRequest request, PlatformImage origin)
{
    /// <summary>Converts, and pushes everything but the manifest.</summary>
    public async Task<ConvertedImage> RunAsync(CancellationToken cancellationToken)
    {
        using var layers = new BaseLayers();
        await using var pushes = new Pushes(session.Destination.InOrder);
        await using var stop = cancellationToken.Register(pushes.Stop).ConfigureAwait(false);
        try
        {
            return await RunAsync(layers, pushes).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A push that failed stopped the rest: that failure is the one to tell.
            await pushes.WhenAllAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ConvertedImage> RunAsync(BaseLayers layers, Pushes pushes)
    {
        if (origin.Platform.Os == "windows")
        {
            // Nobody mounts its layers lazily.
            layers.Keep(session, origin.Image);
        }
        else
        {
            await layers.OpenAsync(session, origin.Image, convert: true, pushes.Token).ConfigureAwait(false);
        }

        var plan = await PlanAsync(layers, pushes.Token).ConfigureAwait(false);
        for (int i = 0; i < layers.Count; i++)
        {
            int index = i;
            pushes.Add(token => layers.PrepareAsync(index, plan.Layers[index], token));
        }

        var prepared = await pushes.PreparedAsync().ConfigureAwait(false);
        var converted = origin.Image.With(prepared.Select(layer => layer.Layer));
        pushes.Add(converted.Config.Content, session.Destination);
        await pushes.WhenAllAsync().ConfigureAwait(false);
        return new ConvertedImage(origin.Image, converted, [.. prepared.Select(layer => layer.PrefetchSize)], plan.LeftOut);
    }

    private async Task<ConversionPlan> PlanAsync(BaseLayers layers, CancellationToken cancellationToken)
    {
        bool derives = request is { Orders: true, Profile: null };
        var app = derives ? await ImageApp.FindAsync(origin, layers, cancellationToken).ConfigureAwait(false) : null;
        var plan = ConversionPlan.Create(request, origin.Image.Config, layers, app);
        if (!plan.NotFound.IsEmpty)
        {
            var missing = ProfileFailure.NotFound("the start-up profile", request.Profile!.Lines.Length, plan.NotFound, $"the image for {origin.Platform}");
            request.Tell($"warning {DiagnosticCode.ProfilePathsNotFound}: {missing}");
        }

        return plan;
    }
}
