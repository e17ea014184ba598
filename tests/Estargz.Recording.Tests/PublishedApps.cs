namespace Estargz.Recording.Tests;

/// <summary>Tests that share the published apps run one after the other.</summary>
[CollectionDefinition("apps")]
public sealed class PublishedApps : ICollectionFixture<SampleApps>;
