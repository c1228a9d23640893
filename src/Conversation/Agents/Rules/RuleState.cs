using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Conversation.Agents.Rules;

/// <summary>What <see cref="RuleAgent"/> remembers of a call.</summary>
public sealed record RuleState : AgentState
{
    /// <summary>Marks the JSON as this agent's, in this shape.</summary>
    public const string CurrentFormat = "rules/1";

    /// <summary>The shape of the JSON.</summary>
    public string Format { get; init; } = CurrentFormat;

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
