using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>What <see cref="RuleAgent"/> remembers of a call.</summary>
public sealed record RuleState : AgentState
{
    /// <summary>Marks the JSON as this agent's, in this shape.</summary>
    public const string CurrentFormat = "rules/1";

    /// <summary>The shape of the JSON.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>The language that the call is in, BCP 47; null for the tenant's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Language { get; init; }

    /// <summary>Answers given so far; picks among wordings.</summary>
    public int Turn { get; init; }

    /// <summary>The open question.</summary>
    public Question Asked { get; init; }

    /// <summary>What the agent is in the middle of.</summary>
    public RuleTask Task { get; init; }

    /// <summary>The booking's day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The booking's time as said.</summary>
    public ClockTime? Time { get; init; }

    /// <summary>The part of the day the caller named without a time.</summary>
    public DayPart Part { get; init; }

    /// <summary>A time the agent proposed, in the tenant's zone.</summary>
    public DateTime? Offered { get; init; }

    /// <summary>Answers in a row that did not fit the open question.</summary>
    public int Misses { get; init; }

    /// <summary>What the agent said last, to say it again.</summary>
    public string? LastSaid { get; init; }

    /// <summary>The words of the open question.</summary>
    public string? LastQuestion { get; init; }

    /// <summary>The last topic that was answered: a follow-up may be about it.</summary>
    public string? LastTopic { get; init; }

    /// <summary>The one service that was last asked about: "it".</summary>
    public string? LastService { get; init; }

    /// <summary>Name of the department the caller was offered.</summary>
    public string? OfferedDepartment { get; init; }

    /// <summary>The caller gave the number, or has none: do not ask again.</summary>
    public bool PhoneSettled { get; init; }

    /// <summary>The booking was agreed and its details were not changed since.</summary>
    public bool Booked { get; init; }

    /// <summary>When the booking is that a change of time takes the place of: made in this call, or before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? BookedFor { get; init; }

    /// <summary>What is wished of a booking that is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnWish? OwnWish { get; init; }

    /// <summary>
    /// Where a conversation goes on that somebody else led: what is known is kept, and what is missing first was most likely just asked for. A booking
    /// of which all is known is read back again before it is made.
    /// </summary>
    public static RuleState TakingOver(CallFacts facts, Tenant tenant)
    {
        var state = new RuleState { Facts = facts, PhoneSettled = facts.Phone is not null };
        if (facts.RequestedFor is { } when)
            state = state with { Day = DateOnly.FromDateTime(when), Time = new ClockTime(when.Hour, when.Minute, true) };
        return facts.Intent switch
        {
            CallIntent.Booking when facts.Confirmed => state with { Booked = true },
            CallIntent.Booking when facts is { CancelledFor: not null, RequestedFor: null } => state,
            CallIntent.Booking when tenant.Booking is not null => state with { Task = RuleTask.Booking, Asked = FirstMissing(facts, tenant) },
            CallIntent.Message when facts.Message is null => state with { Task = RuleTask.Message, Asked = Question.Message },
            CallIntent.Message when facts.Name is null => state with { Task = RuleTask.Message, Asked = Question.Name },
            _ => state,
        };
    }

    private static Question FirstMissing(CallFacts facts, Tenant tenant) =>
        BookingDialogue.IsForParty(tenant) && facts.PartySize is null ? Question.PartySize
        : !BookingDialogue.IsForParty(tenant) && facts.Service is null && tenant.Services.Count > 0 ? Question.Service
        : facts.RequestedFor is null ? Question.Day
        : BookingDialogue.IsStay(tenant) && facts.Nights is null ? Question.Nights
        : facts.Name is null ? Question.Name : Question.None;

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, RuleStateJson.Default.RuleState);

    /// <summary>Reads <see cref="ToJson"/>'s output; null when it is something else.</summary>
    public static RuleState? FromJson(string json)
    {
        try
        {
            var state = JsonSerializer.Deserialize(json, RuleStateJson.Default.RuleState);
            return state is { Format: CurrentFormat } && json.Contains(CurrentFormat, StringComparison.Ordinal) ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Serialiser of <see cref="RuleState"/>.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleState))]
internal sealed partial class RuleStateJson : JsonSerializerContext;
