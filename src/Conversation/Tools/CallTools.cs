using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Tools;

/// <summary>
/// The tools of one call. Whatever an agent asks for comes to a result: a tool that changes something waits for the caller's turn to be over, runs
/// once per call, turn and arguments, and is not stopped by an interruption; what is malformed, not offered or too much is a failure in words.
/// May be used by several answers at the same time.
/// </summary>
public sealed partial class CallTools
{
    private readonly ToolBox box;
    private readonly CallContext call;
    private readonly CallMeter? meter;
    private readonly Dictionary<string, (ICallTool Tool, ModelTool Description)> offered = new(StringComparer.Ordinal);
    private readonly ToolLimits limits;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<ToolResult>> writes = new(StringComparer.Ordinal);
    private readonly List<Kept> kept = [];
    private readonly Dictionary<int, HashSet<string>> shown = [];  // what an answer knows of, by its number
    private readonly int? resumedAt;  // ordinal of the turn that a call goes on with
    private Task<bool>? recalling;

    internal CallTools(ToolBox box, CallContext call, CallMeter? meter, ResumePoint? resume)
    {
        this.box = box;
        this.call = call;
        this.meter = meter;
        limits = new ToolLimits(box.Options);
        foreach (var tool in box.Of(call.Tenant))
        {
            if (tool.Describe(call.Tenant) is { } description)
                offered.Add(tool.Name, (tool, description));
        }

        Offered = [.. offered.Values.Select(static one => one.Description)];
        resumedAt = resume?.NextOrdinal;
        _ = RecalledAsync();
    }

    /// <summary>What is offered to the agent.</summary>
    public IReadOnlyList<ModelTool> Offered { get; }

    /// <summary>What was done in this call, or begun, and is not in the agent's state: the answer it was done for was interrupted.</summary>
    public IReadOnlyList<ToolOutcome> Unseen
    {
        get
        {
            lock (gate)
                return [.. kept.Where(static one => !one.Seen).Select(static one => one.Outcome)];
        }
    }

    /// <summary>Whether a tool is offered.</summary>
    public bool Has(string name) => offered.ContainsKey(name) && box.IsAllowed(call.Tenant, name);

    /// <summary>Runs a tool as a model asked for it; the arguments may be malformed.</summary>
    /// <exception cref="OperationCanceledException">The answer was thrown away. A tool that was begun goes on.</exception>
    public Task<ToolResult> RunAsync(ModelToolCall wish, AgentRequest request, CallFacts facts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (wish.ArgumentsJson.Length > box.Options.MostArgumentChars)
            return Task.FromResult(Refuse(wish.Name, ToolError.BadArguments, "The arguments are too long."));
        return ToolArguments.Parse(wish.ArgumentsJson) is { } arguments
            ? RunAsync(wish.Name, arguments, request, facts, cancellationToken)
            : Task.FromResult(Refuse(wish.Name, ToolError.BadArguments, "The arguments are not a JSON object. Ask again with valid JSON."));
    }

    /// <summary>Runs a tool.</summary>
    /// <exception cref="OperationCanceledException">The answer was thrown away. A tool that was begun goes on.</exception>
    public async Task<ToolResult> RunAsync(
        string name, JsonObject arguments, AgentRequest request, CallFacts facts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(request);
        if (!offered.TryGetValue(name, out var one) || !box.IsAllowed(call.Tenant, name))
            return Refuse(name, ToolError.UnknownTool, "There is no such tool.");
        var (tool, description) = one;
        if (ToolArguments.Fit(arguments, description.Parameters, out var error) is not { } fitted)
            return Refuse(name, ToolError.BadArguments, $"The arguments do not fit: {error}");
        var canonical = ToolArguments.Canonical(fitted);
        if (canonical.Length > box.Options.MostArgumentChars)
            return Refuse(name, ToolError.BadArguments, "The arguments are too long.");
        // Nothing is done by a call that does not know how much it has done.
        if (tool.Effect == ToolEffect.Writes && !await IsRecalledAsync(cancellationToken))
            return NotPossible;
        lock (gate)
        {
            if (limits.Count(name, request.Answer) is { } exceeded)
                return Refuse(name, ToolError.Limit, exceeded);
        }

        var key = ToolArguments.Key(call.CallId, request.Turn, name, canonical);
        var invocation = new ToolInvocation(call, request.Turn, name, fitted, facts, box.Clock.GetUtcNow(), key, meter);
        if (tool.Effect == ToolEffect.Reads)
            return Bounded(await ReadAsync(tool, invocation, cancellationToken));

        // The turn may be taken back until then, and with it the wish.
        await request.Committed;
        cancellationToken.ThrowIfCancellationRequested();
        var result = await WriteOnce(tool, invocation, canonical).WaitAsync(cancellationToken);
        lock (gate)
            Show(request.Answer, key);
        return Bounded(result);
    }

    /// <summary>An answer is being made: it is handed what is unseen now.</summary>
    internal void Asked(int answer)
    {
        lock (gate)
        {
            foreach (var one in kept)
            {
                if (!one.Seen)
                    Show(answer, one.Key);
            }
        }
    }

    /// <summary>An answer is over; when the agent's state after it counts, what it knew of is seen.</summary>
    internal void Settle(int answer, bool remembered)
    {
        lock (gate)
        {
            if (remembered && shown.TryGetValue(answer, out var keys))
            {
                foreach (var one in kept)
                    one.Seen |= keys.Contains(one.Key);
            }

            foreach (var old in shown.Keys.Where(number => number <= answer).ToList())
                shown.Remove(old);
        }
    }

    private void Show(int answer, string key)
    {
        if (!shown.TryGetValue(answer, out var keys))
            shown.Add(answer, keys = new HashSet<string>(StringComparer.Ordinal));
        keys.Add(key);
    }

    private async Task<ToolResult> ReadAsync(ICallTool tool, ToolInvocation invocation, CancellationToken cancellationToken)
    {
        // Not disposed when it is given up: work that outlasts its deadline still looks at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var result = await tool.RunAsync(invocation, stop.Token).WaitAsync(Deadline, box.Clock, cancellationToken);
            stop.Dispose();
            return result;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _ = stop.CancelAsync();
            return Broken(tool, e, mayHaveHappened: false);
        }
    }

    /// <summary>The run with this key: the one that is under way or over, or a new one, which nobody's loss of interest stops.</summary>
    private Task<ToolResult> WriteOnce(ICallTool tool, ToolInvocation invocation, string canonical)
    {
        // Completed outside of the lock, and on the thread that the tool came to its end on.
        var mine = new TaskCompletionSource<ToolResult>();
        lock (gate)
        {
            if (!writes.TryAdd(invocation.Key, mine.Task))
                return writes[invocation.Key];
        }

        _ = FinishAsync();
        return mine.Task;

        async Task FinishAsync()
        {
            var (result, isFinal) = await WriteAsync(tool, invocation, canonical);
            Keep(invocation, result, isFinal);
            mine.SetResult(result);
        }
    }

    /// <summary>Runs a tool that writes, never throws; false when the same run may be tried again.</summary>
    private async Task<(ToolResult Result, bool IsFinal)> WriteAsync(ICallTool tool, ToolInvocation invocation, string canonical)
    {
        try
        {
            var run = new ToolRun(
                invocation.Key, call.Tenant.Id, call.CallId, invocation.Turn, tool.Name, canonical, invocation.Now);
            var entry = await box.Ledger.BeginAsync(run, CancellationToken.None).WaitAsync(Deadline, box.Clock);
            if (entry is { State: LedgerState.Done, Result: { } done })
                return (done, true);
            if (entry.State == LedgerState.InDoubt && !tool.IsAtomic)
                return (ToolResult.InDoubt, true);
        }
        catch (Exception e)
        {
            // Nothing is done that could not be written down.
            return (Broken(tool, e, mayHaveHappened: false), false);
        }

        // Not disposed: work that outlasts its deadline still looks at the token.
        var stop = new CancellationTokenSource();
        var running = Started(tool, invocation, stop.Token);
        try
        {
            var result = await running.WaitAsync(Deadline, box.Clock);
            if (result.Failed && tool.IsAtomic)
                return (result, false);
            await CompleteAsync(tool, invocation, result);
            return (result, true);
        }
        catch (Exception e)
        {
            _ = stop.CancelAsync();
            if (!running.IsCompleted)
                _ = KeepLateAsync(tool, invocation, running);
            var broken = Broken(tool, e, mayHaveHappened: !tool.IsAtomic);
            if (!tool.IsAtomic && running.IsCompleted)
                await CompleteAsync(tool, invocation, broken);
            return (broken, !tool.IsAtomic);
        }
    }

    // A tool that throws before it waits for anything fails like one that throws later.
    private static async Task<ToolResult> Started(ICallTool tool, ToolInvocation invocation, CancellationToken cancellationToken) =>
        await tool.RunAsync(invocation, cancellationToken);

    /// <summary>A tool that was given up may still come to an end: then that is what happened.</summary>
    private async Task KeepLateAsync(ICallTool tool, ToolInvocation invocation, Task<ToolResult> running)
    {
        ToolResult result;
        try
        {
            result = await running;
        }
        catch (Exception e)
        {
            result = Broken(tool, e, mayHaveHappened: !tool.IsAtomic);
            if (tool.IsAtomic)
                return;
        }

        Keep(invocation, result, isFinal: true);
        await CompleteAsync(tool, invocation, result);
    }

    private async Task CompleteAsync(ICallTool tool, ToolInvocation invocation, ToolResult result)
    {
        try
        {
            await box.Ledger.CompleteAsync(call.Tenant.Id, invocation.Key, result, CancellationToken.None).WaitAsync(Deadline, box.Clock);
        }
        catch (Exception e)
        {
            // It is done; only a process that comes after this one will not know.
            LogNotCompleted(box.Log, e, tool.Name);
        }
    }

    private void Keep(ToolInvocation invocation, ToolResult result, bool isFinal)
    {
        lock (gate)
        {
            if (!isFinal)
            {
                writes.Remove(invocation.Key);
                return;
            }

            writes[invocation.Key] = Task.FromResult(result);
            kept.RemoveAll(one => one.Key == invocation.Key);
            kept.Add(new Kept(invocation.Key, new ToolOutcome(invocation.Turn, invocation.Name, invocation.Arguments, result)));
        }
    }

    private async Task<bool> IsRecalledAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RecalledAsync().WaitAsync(Deadline, box.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Whether it is known what the call did before; what could not be read is read again.</summary>
    private Task<bool> RecalledAsync()
    {
        if (resumedAt is not { } nextOrdinal)
            return Task.FromResult(true);
        lock (gate)
        {
            if (recalling is null or { IsCompletedSuccessfully: true, Result: false })
                recalling = RecallAsync(nextOrdinal);
            return recalling;
        }
    }

    /// <summary>
    /// What the call did before its line broke, or its process died: all of it counts, and what was done in a turn that was not written down is unseen.
    /// Tools that read leave nothing, and count anew.
    /// </summary>
    private async Task<bool> RecallAsync(int nextOrdinal)
    {
        try
        {
            var before = await box.Ledger.OfCallAsync(call.Tenant.Id, call.CallId, 0, CancellationToken.None);
            lock (gate)
            {
                foreach (var outcome in before)
                    limits.Recall(outcome.Tool);
                // The caller's turn may have been written down while the answer was not.
                foreach (var outcome in before.Where(outcome => outcome.Turn >= nextOrdinal - 1))
                {
                    var key = ToolArguments.Key(call.CallId, outcome.Turn, outcome.Tool, ToolArguments.Canonical(outcome.Arguments));
                    // What is begun and not complete did not happen where the effect and the entry are one.
                    var happened = !outcome.Result.IsInDoubt || !offered.TryGetValue(outcome.Tool, out var tool) || !tool.Tool.IsAtomic;
                    if (happened && !kept.Exists(one => one.Key == key))
                        kept.Add(new Kept(key, outcome));
                }
            }

            return true;
        }
        catch (Exception e)
        {
            LogNotRecalled(box.Log, e);
            return false;
        }
    }

    private TimeSpan Deadline => TimeSpan.FromMilliseconds(box.Options.DeadlineMs);

    private ToolResult Bounded(ToolResult result) =>
        result.Text.Length <= box.Options.MostResultChars ? result : result with { Text = result.Text[..box.Options.MostResultChars] + " [cut]" };

    private ToolResult Refuse(string name, ToolError error, string text)
    {
        LogRefused(box.Log, offered.ContainsKey(name) ? name : "another", error);
        return ToolResult.Failure(error, text);
    }

    private ToolResult Broken(ICallTool tool, Exception error, bool mayHaveHappened)
    {
        LogBroken(box.Log, error, tool.Name);
        return mayHaveHappened ? ToolResult.InDoubt
            : error is TimeoutException ? ToolResult.Failure(ToolError.TimedOut, "That takes too long at the moment. It was not done. Offer a person or to take a message.")
            : NotPossible;
    }

    private static ToolResult NotPossible =>
        ToolResult.Failure(ToolError.Failed, "That is not possible at the moment. It was not done. Offer a person or to take a message.");

    [LoggerMessage(1040, LogLevel.Information, "The tool {Tool} was not run: {Error}")]
    private static partial void LogRefused(ILogger logger, string tool, ToolError error);

    [LoggerMessage(1041, LogLevel.Warning, "The tool {Tool} failed")]
    private static partial void LogBroken(ILogger logger, Exception failure, string tool);

    [LoggerMessage(1042, LogLevel.Error, "What the tool {Tool} did was not written down")]
    private static partial void LogNotCompleted(ILogger logger, Exception failure, string tool);

    [LoggerMessage(1043, LogLevel.Error, "What the call did before it came back is not known")]
    private static partial void LogNotRecalled(ILogger logger, Exception failure);

    private sealed class Kept(string key, ToolOutcome outcome)
    {
        public string Key { get; } = key;

        public ToolOutcome Outcome { get; } = outcome;

        public bool Seen { get; set; }
    }
}
