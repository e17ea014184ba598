using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

/// <summary>Tests that share a registry and the images in it.</summary>
[CollectionDefinition("registry")]
public sealed class RegistryGroup : ICollectionFixture<RegistryFixture>;
