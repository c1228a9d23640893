using System.Text.Json;
using Parley.Admin.Api.Escalations;
using Parley.Admin.Api.Leads;
using Parley.Admin.Api.Messages;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Calls;

/// <summary>A call in a list. Times are null for steps that have not happened; numbers are E.164.</summary>
public record CallItem
{
    /// <summary>Copies what a list shows of a call.</summary>
    public CallItem(CallRow call)
    {
        Id = call.Id;
        CarrierCallId = call.CarrierCallId;
        Tenant = call.TenantSlug;
        TenantId = call.TenantId;
        Direction = call.Direction;
        StartedAt = call.StartedAt;
        ConnectedAt = call.ConnectedAt;
        EndedAt = call.EndedAt;
        DurationMs = call.DurationMs;
        EndReason = call.EndReason;
        EndIsFinal = call.EndIsFinal;
        TransferTo = call.TransferTo;
        Intent = call.Intent;
        CallerNumber = call.CallerNumber;
        CalledNumber = call.CalledNumber;
        SpeculationsUsed = call.SpeculationsUsed;
        SpeculationsWasted = call.SpeculationsWasted;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The carrier's id.</summary>
    public string CarrierCallId { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>Who placed it.</summary>
    public CallDirection Direction { get; }

    /// <summary>When the carrier announced it.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>When its audio began to flow.</summary>
    public DateTimeOffset? ConnectedAt { get; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; }

    /// <summary>Its length in milliseconds.</summary>
    public long? DurationMs { get; }

    /// <summary>Why it ended.</summary>
    public CallEndReason? EndReason { get; }

    /// <summary>It has ended and its record is complete; false, for a minute at most, while more of it is on its way or the caller may be back.</summary>
    public bool EndIsFinal { get; }

    /// <summary>Number the caller was connected to.</summary>
    public string? TransferTo { get; }

    /// <summary>What the caller wanted.</summary>
    public CallIntent Intent { get; }

    /// <summary>The caller's number; null when withheld.</summary>
    public string? CallerNumber { get; }

    /// <summary>The number that was called.</summary>
    public string CalledNumber { get; }

    /// <summary>Replies that were prepared before the caller had finished, and used.</summary>
    public int SpeculationsUsed { get; }

    /// <summary>Replies that were prepared before the caller had finished, and thrown away.</summary>
    public int SpeculationsWasted { get; }
}

/// <summary>A call with its transcript and what came of it.</summary>
public sealed record CallView : CallItem
{
    /// <summary>Copies a call and all that belongs to it.</summary>
    public CallView(CallDetails details)
        : base(details.Call)
    {
        Turns = [.. details.Turns.Select(t => new TurnView(t))];
        Lead = details.Lead is { } lead ? new LeadView(lead) : null;
        Messages = [.. details.Messages.Select(m => new MessageView(m))];
        Usage = details.Usage;
        Cost = details.Cost;
        Currency = details.Currency;
        Analysis = details.Analysis;
        Escalations = [.. details.Escalations.Select(e => new EscalationView(e))];
    }

    /// <summary>What was said, in order.</summary>
    public IReadOnlyList<TurnView> Turns { get; }

    /// <summary>What came of it.</summary>
    public LeadView? Lead { get; }

    /// <summary>Texts to the caller, oldest first.</summary>
    public IReadOnlyList<MessageView> Messages { get; }

    /// <summary>What it used of its providers: milliseconds of audio, tokens, characters.</summary>
    public IReadOnlyList<ProviderUsage> Usage { get; }

    /// <summary>What that costs by the installation's price table; null when something it used has no price, or it used nothing.</summary>
    public decimal? Cost { get; }

    /// <summary>Currency of the cost, ISO 4217.</summary>
    public string? Currency { get; }

    /// <summary>What it was about; null until that is known, some seconds after its end.</summary>
    public CallAnalysis? Analysis { get; }

    /// <summary>Why it needed a person, in order.</summary>
    public IReadOnlyList<EscalationView> Escalations { get; }
}

/// <summary>A turn in three layers: what was made up, what was sent as audio, what was heard.</summary>
public sealed record TurnView
{
    /// <summary>Copies a turn.</summary>
    public TurnView(TurnRecord turn)
    {
        Ordinal = turn.Ordinal;
        Speaker = turn.Speaker;
        Source = turn.Source;
        GeneratedText = turn.GeneratedText;
        SentText = turn.SentText;
        HeardText = turn.HeardText;
        Interrupted = turn.Interrupted;
        StartedAt = turn.StartedAt;
        EndedAt = turn.EndedAt;
        Times = turn.Times;
        Decision = turn.DecisionJson is { } decision ? JsonElement.Parse(decision) : null;
    }

    /// <summary>Position in the call, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>Who spoke.</summary>
    public Speaker Speaker { get; }

    /// <summary>Caller: <c>speech</c> or <c>keys</c>. Agent: null.</summary>
    public string? Source { get; }

    /// <summary>Caller: the recognised words. Agent: everything it made up.</summary>
    public string GeneratedText { get; }

    /// <summary>Agent: what was sent as audio.</summary>
    public string SentText { get; }

    /// <summary>Agent: what the caller heard, to the word.</summary>
    public string HeardText { get; }

    /// <summary>The caller cut it short.</summary>
    public bool Interrupted { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset EndedAt { get; }

    /// <summary>When its steps happened, in milliseconds since the call started.</summary>
    public TurnTimes Times { get; }

    /// <summary>Agent: what its answer rests on (passages, tools, what was not let through); null when it said nothing of it.</summary>
    public JsonElement? Decision { get; }
}

/// <summary>The last event of a call.</summary>
/// <param name="Id">Parley's id of the call.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="EndReason">Why.</param>
public sealed record CallEndedEvent(Guid Id, DateTimeOffset EndedAt, CallEndReason? EndReason);
