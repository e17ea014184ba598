using System.Diagnostics;
using System.Net;

namespace Estargz.Recording;

/// <summary>
/// Where to ask a running app: the address that it announces; until then at the port that the recorder chose, and if it
/// does not listen there, wherever its processes do.
/// </summary>
/// <param name="announced">The address that it announces.</param>
/// <param name="tree">Its processes.</param>
/// <param name="port">The port of 127.0.0.1 that the recorder chose for it, or null.</param>
internal sealed class AppAddresses(Task<AppAddress> announced, ProcessTree tree, int? port)
{
    /// <summary>
    /// Between looks at the sockets. A socket counts when it is seen twice, because an app that announces its address
    /// does so right after it has begun to listen, and only that is the right one.
    /// </summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly AppAddress[] _chosen = port is { } number ? [AppAddress.OfPort(number)] : [];
    private readonly Stopwatch _sinceLook = new();
    private HashSet<IPEndPoint> _listening = [];
    private AppAddress[] _sockets = [];

    /// <summary>Whether the app is known to listen anywhere.</summary>
    public bool IsAnyFound => announced.IsCompletedSuccessfully || _listening.Count > 0;

    /// <summary>Where to ask now.</summary>
    public IReadOnlyList<AppAddress> Find()
    {
        if (announced.IsCompletedSuccessfully)
        {
            return [announced.Result];
        }

        if (!_sinceLook.IsRunning || _sinceLook.Elapsed > LookInterval)
        {
            var listening = ListeningSockets.Of(tree.Find().Select(p => p.Id));
            _sockets = listening.Any(socket => socket.Port == port) ? [] : [.. listening.Intersect(_listening).Select(AppAddress.Of).Distinct()];
            _listening = listening;
            _sinceLook.Restart();
        }

        return [.. _chosen, .. _sockets];
    }
}
