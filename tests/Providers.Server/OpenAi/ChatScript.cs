using System.Text.Json.Nodes;

namespace Parley.Providers.Server.OpenAi;

/// <summary>
/// One chat completion, event by event. Without an end of its own (<see cref="Finish"/>, <see cref="Cut"/>, <see cref="Stop"/>) it ends as the API ends.
/// </summary>
public sealed class ChatScript
{
    private int calls;

    internal enum Step
    {
        Delta,
        Finish,
        Event,
        Wait,
        Cut,
        Stop,
    }

    internal List<(Step Step, JsonObject? Json, string? Text, Func<CancellationToken, Task>? Wait)> Steps { get; } = [];

    internal (int Prompt, int Completion, int Cached) Used { get; private set; } = (20, 7, 0);

    internal bool HasCalls => calls > 0;

    /// <summary>Words, one event each.</summary>
    public ChatScript Say(params string[] deltas)
    {
        foreach (var delta in deltas)
            Steps.Add((Step.Delta, new JsonObject { ["content"] = delta }, null, null));
        return this;
    }

    /// <summary>A tool call: its beginning, then its arguments in parts.</summary>
    public ChatScript Call(string id, string name, params string[] arguments)
    {
        var index = calls++;
        CallPart(index, id, name, "");
        foreach (var part in arguments)
            CallPart(index, null, null, part);
        return this;
    }

    /// <summary>A piece of a tool call, as wished.</summary>
    public ChatScript CallPart(int index, string? id, string? name, string arguments)
    {
        calls = Math.Max(calls, index + 1);
        var function = new JsonObject { ["arguments"] = arguments };
        if (name is not null)
            function["name"] = name;
        var call = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
            (call["id"], call["type"]) = (id, "function");
        Steps.Add((Step.Delta, new JsonObject { ["tool_calls"] = new JsonArray(call) }, null, null));
        return this;
    }

    /// <summary>A refusal instead of words.</summary>
    public ChatScript Refuse(string words)
    {
        Steps.Add((Step.Delta, new JsonObject { ["refusal"] = words }, null, null));
        return this;
    }

    /// <summary>Why the model stopped; what follows is sent as well, then the usual end.</summary>
    public ChatScript Finish(string reason)
    {
        Steps.Add((Step.Finish, null, reason, null));
        return this;
    }

    /// <summary>What the usage chunk says.</summary>
    public ChatScript Usage(int prompt, int completion, int cached = 0)
    {
        Used = (prompt, completion, cached);
        return this;
    }

    /// <summary>Text of the stream as it is, such as <c>": keep-alive"</c>, <c>"data: {"</c>; an empty line follows.</summary>
    public ChatScript Event(string text)
    {
        Steps.Add((Step.Event, null, text, null));
        return this;
    }

    /// <summary>Nothing until this is over.</summary>
    public ChatScript Wait(Task until) => Wait(until.WaitAsync);

    /// <summary>Nothing for some time.</summary>
    public ChatScript Delay(TimeSpan time) => Wait(cancellationToken => Task.Delay(time, TimeProvider.System, cancellationToken));

    /// <summary>The connection breaks.</summary>
    public ChatScript Cut()
    {
        Steps.Add((Step.Cut, null, null, null));
        return this;
    }

    /// <summary>The answer ends in order, but without saying so.</summary>
    public ChatScript Stop()
    {
        Steps.Add((Step.Stop, null, null, null));
        return this;
    }

    private ChatScript Wait(Func<CancellationToken, Task> wait)
    {
        Steps.Add((Step.Wait, null, null, wait));
        return this;
    }
}
