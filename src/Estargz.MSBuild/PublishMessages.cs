namespace Estargz.MSBuild;

/// <summary>
/// What a publish says. Only a task that runs may log, and a publish goes on while the SDK's tasks run; what it says
/// then waits for the next task of ours.
/// </summary>
internal sealed class PublishMessages
{
    private readonly Lock _lock = new();
    private readonly Queue<Action<EstargzTask>> _waiting = [];
    private EstargzTask? _task;

    /// <summary>Says something that may be wrong.</summary>
    public void Warn(string code, string message) => Add(task => task.LogWarning(code, message));

    /// <summary>Tells the user something.</summary>
    public void Tell(string message) => Add(task => task.Tell(message));

    /// <summary>From now on this task logs; null: none does.</summary>
    public void Attach(EstargzTask? task)
    {
        lock (_lock)
        {
            _task = task;
            while (task is not null && _waiting.TryDequeue(out var message))
            {
                message(task);
            }
        }
    }

    private void Add(Action<EstargzTask> message)
    {
        lock (_lock)
        {
            if (_task is null)
            {
                _waiting.Enqueue(message);
            }
            else
            {
                message(_task);
            }
        }
    }
}
