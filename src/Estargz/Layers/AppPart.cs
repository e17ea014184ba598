namespace Estargz.Layers;

/// <summary>The parts of an app by how seldom they change; each has a layer of its own, in this order, the lowest first.</summary>
public enum AppPart
{
    /// <summary>.NET itself, in an app that brings its own: changes with an update of .NET.</summary>
    Runtime,

    /// <summary>What comes out of NuGet packages: changes with an update of one of them.</summary>
    Dependencies,

    /// <summary>Static files of a web app: change with its looks.</summary>
    Assets,

    /// <summary>The app: changes with every line of code.</summary>
    App,
}
