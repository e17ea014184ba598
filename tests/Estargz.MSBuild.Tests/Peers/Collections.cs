using Estargz.MSBuild.Tests.Parity;

// Most of a test's time is a publish, which keeps little more than one core busy.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// What a publish says, whether it goes well or not. Collections run side by side, so each has a registry, a feed and a cache
/// of its own; no test changes the test process (variables, current folder, umask).
/// </summary>
[CollectionDefinition("messages")]
public sealed class MessagesGroup : ICollectionFixture<RegistryFixture>, ICollectionFixture<PackedPackage>;

/// <summary>What a publish makes.</summary>
[CollectionDefinition("images")]
public sealed class ImagesGroup : ICollectionFixture<RegistryFixture>, ICollectionFixture<PackedPackage>;

/// <summary>
/// What runtimes make of an image. These tests have the machine to themselves: they measure, and the containers of all
/// containerds share a folder of runc's.
/// </summary>
[CollectionDefinition("runtimes", DisableParallelization = true)]
public sealed class RuntimesGroup : ICollectionFixture<RegistryFixture>, ICollectionFixture<PackedPackage>;

/// <summary>The parity matrix.</summary>
[CollectionDefinition("parity")]
public sealed class ParityGroup : ICollectionFixture<ParityRun>, ICollectionFixture<PackedPackage>;
