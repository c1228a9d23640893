using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Llm;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// Runs what a model asks for within one answer: bounded, the same thing once, and never with a number that the caller did not say. What comes of it is
/// evidence for what is said then.
/// </summary>
internal sealed class ToolLoop(AgentRequest request, Evidence evidence, CallFacts facts)
{
    /// <summary>Runs in one answer; a model that wants more is given no more tools.</summary>
    public const int MostCalls = 8;

    /// <summary>Repetitions of the same call before a model is given no more tools.</summary>
    public const int MostRepetitions = 2;

    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, string> done = new(StringComparer.Ordinal);
    private int repetitions;

    /// <summary>What is offered.</summary>
    public IReadOnlyList<ModelTool> Offered => IsOver ? [] : request.Tools?.Offered ?? [];

    /// <summary>No more tools in this answer.</summary>
    public bool IsOver => Outcomes.Count >= MostCalls || repetitions >= MostRepetitions;

    /// <summary>What is known of the caller's wish, with what the tools changed.</summary>
    public CallFacts Facts { get; private set; } = facts;

    /// <summary>What came of them, in order.</summary>
    public List<ToolTold> Outcomes { get; } = [];

    /// <summary>Tools of this answer that did what they were asked.</summary>
    public bool HasSucceeded => Outcomes.Exists(static o => !o.Failed);

    /// <summary>Hang up after this answer.</summary>
    public bool Ends { get; private set; }

    /// <summary>Connect after this answer.</summary>
    public AgentEvent.TransferCall? Transfer { get; private set; }

    /// <summary>What is to be given out with the answer.</summary>
    public List<AgentEvent> Events { get; } = [];

    /// <summary>Runs calls; returns the messages that the model is answered with, its own wish first. What is too much is not answered at all.</summary>
    public async Task<List<ModelMessage>> RunAsync(string said, List<ModelToolCall> calls, CancellationToken cancellationToken)
    {
        List<ModelMessage> results = [];
        List<ModelToolCall> answered = [];
        foreach (var call in calls.DistinctBy(static c => c.Id))
        {
            if (IsOver)
                break;
            answered.Add(call);
            results.Add(new ModelMessage(ModelRole.Tool, await RunOneAsync(call, cancellationToken), ToolCallId: call.Id));
        }

        if (IsOver)
            results.Add(new ModelMessage(ModelRole.System, PromptTexts.Of("too-many")));
        return answered.Count == 0 ? results : [new ModelMessage(ModelRole.Assistant, said, answered), .. results];
    }

    /// <summary>Takes over what was done for an answer that the caller did not hear; returns what the model is told of it.</summary>
    public string TakeOver(ToolOutcome outcome)
    {
        var result = Cleaned(outcome.Tool, outcome.Result);
        evidence.AddTool(outcome.Tool, result.Text, result.Data, result.Failed);
        if (outcome.Result.Facts is { } later)
            Facts = Overlay(Facts, later);
        // What was begun before the line broke, or the process died, and nobody knows of.
        if (ToolFailures.Escalation(outcome.Tool, outcome.Result) is { } escalation)
            Events.Add(escalation);
        return Untrusted.Quote(result.Text);
    }

    /// <summary>Runs one call, bounded like all; returns what the model is told.</summary>
    public async Task<string> RunOneAsync(ModelToolCall call, CancellationToken cancellationToken)
    {
        if (IsOver)
            return PromptTexts.Of("too-many");
        var arguments = ToolArguments.Parse(call.ArgumentsJson);
        var key = $"{call.Name} {(arguments is null ? call.ArgumentsJson : ToolArguments.Canonical(arguments))}";
        if (done.TryGetValue(key, out var before))
        {
            repetitions++;
            return PromptTexts.Of("again", before);
        }

        var result = arguments is not null && Objection(call.Name, arguments) is { } reason
            ? ToolResult.Failure(ToolError.BadArguments, PromptTexts.Of(reason))
            : request.Tools is { } tools
                ? Cleaned(call.Name, await tools.RunAsync(call, request, Facts, cancellationToken))
                : ToolResult.Failure(ToolError.UnknownTool, PromptTexts.Of("tool-none"));
        done.Add(key, result.Text);
        Take(call.Name, arguments is null ? null : ToolArguments.Canonical(arguments), result);
        return result.Text;
    }

    /// <summary>Whether a call is refused as long as the caller has not said more than is known.</summary>
    public bool NeedsMoreWords(ModelToolCall call) => ToolArguments.Parse(call.ArgumentsJson) is { } arguments && Objection(call.Name, arguments) is not null;

    private string? Objection(string tool, JsonObject arguments) => ArgumentGuard.Refuse(tool, arguments, evidence, Facts);

    // What a tenant's own service answers and what stands in a catalogue was written by who knows whom; the texts of our own tools speak to the model.
    private ToolResult Cleaned(string tool, ToolResult result)
    {
        if (tool != CatalogueAnswers.Tool && !request.Call.Tenant.Tools.Any(own => own.Name == tool))
            return result;
        var data = Untrusted.Clean(result.Data) as JsonObject;
        // A service's text is its data as it was sent: by sentences it would be cut in the middle.
        var text = data is not null && result.Text.StartsWith('{') ? data.ToJsonString(PlainJson) : Untrusted.Clean(result.Text);
        return result with { Text = text.Length == 0 ? "Done." : text, Data = data };
    }

    private void Take(string tool, string? arguments, ToolResult result)
    {
        Facts = result.Facts ?? Facts;
        Outcomes.Add(ToolTold.Of(tool, result) with { Note = ToolNote.Of(tool, arguments, result) });
        evidence.AddTool(tool, result.Text, result.Data, result.Failed);
        evidence.IsBooking |= Facts.Intent == CallIntent.Booking;
        if (result.Facts?.Confirmed == true)
            evidence.IsBooked = true;
        foreach (var given in result.Events)
        {
            switch (given)
            {
                case AgentEvent.EndCall:
                    Ends = true;
                    break;
                case AgentEvent.TransferCall transfer when request.Call.Tenant.Departments.Contains(transfer.Department):
                    Transfer = transfer;
                    break;
                case AgentEvent.Escalate:
                    Events.Add(given);
                    break;
            }
        }

        if (ToolFailures.Escalation(tool, result) is { } escalation)
            Events.Add(escalation);
    }

    private static CallFacts Overlay(CallFacts facts, CallFacts later) => facts with
    {
        Intent = later.Intent == CallIntent.None ? facts.Intent : later.Intent,
        Name = later.Name ?? facts.Name,
        Phone = later.Phone ?? facts.Phone,
        PartySize = later.PartySize ?? facts.PartySize,
        Service = later.Service ?? facts.Service,
        RequestedFor = later.RequestedFor ?? facts.RequestedFor,
        WishedInTurn = later.WishedInTurn ?? facts.WishedInTurn,
        CancelledFor = later.CancelledFor ?? facts.CancelledFor,
        CallBackFor = later.CallBackFor ?? facts.CallBackFor,
        Confirmed = later.Confirmed || facts.Confirmed,
        Message = later.Message ?? facts.Message,
    };
}

/// <summary>What a tool told, as it is remembered: the next answers may rest on it.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Text">What the model was told.</param>
/// <param name="Data">The same as JSON.</param>
/// <param name="Failed">It was not done.</param>
public sealed record ToolTold(string Tool, string Text, string? Data, bool Failed)
{
    private const int MostTextChars = 800;
    private const int MostDataChars = 2000;

    /// <summary>How it is written down with the answer; not remembered.</summary>
    [JsonIgnore]
    internal ToolNote? Note { get; init; }

    /// <summary>What came of a run, bounded.</summary>
    internal static ToolTold Of(string tool, ToolResult result)
    {
        var data = result.Data?.ToJsonString();
        return new ToolTold(
            tool, result.Text.Length <= MostTextChars ? result.Text : result.Text[..MostTextChars], data?.Length > MostDataChars ? null : data, result.Failed);
    }

    /// <summary>Makes it evidence.</summary>
    internal void AddTo(Evidence evidence) => evidence.AddTool(Tool, Text, Data is null ? null : JsonNode.Parse(Data) as JsonObject, Failed);
}
