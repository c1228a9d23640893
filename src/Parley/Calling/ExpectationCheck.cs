using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Agents;

namespace Parley.Calling;

/// <summary>Compares what a script expects with what a call came to.</summary>
public static class ExpectationCheck
{
    /// <summary>Checks every expectation the script states, and that the caller could play its part to the end.</summary>
    public static IReadOnlyList<ExpectationOutcome> Run(
        CallScript script, ScriptedCaller caller, CallOutcome outcome, CallResult? result,
        IReadOnlyList<TurnLatency> latencies, Instant startedAt)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(latencies);
        var expect = script.Expect;
        var found = new List<ExpectationOutcome>();

        if (caller.GaveUp)
            found.Add(new("agent_answers", $"within {script.MaxSilenceMs} ms", "the agent stayed silent and the caller hung up", false));
        if (caller.Unspoken is { } unspoken)
            found.Add(new("turns", "the script is played to its end", $"the call ended before the step in line {unspoken.Line}", false));
        if (outcome.End == CallEnd.TimedOut)
            found.Add(new("duration", "the call ends by itself", $"cut off after {outcome.Duration.TotalSeconds:0} s", false));
        if (expect.NeedsResult && result is null)
            found.Add(new("result", "a record of the call on the server", "none was read", false));

        found.AddRange(Compare(expect, script.Zone, result, outcome.TransferTo, startedAt));
        if (expect.MaxTurnLatencyMs is { } most)
        {
            // The greeting answers nobody.
            var worst = latencies.Where(l => l.Caller is not null).Select(l => l.ReceivedMs).DefaultIfEmpty(int.MaxValue).Max();
            found.Add(new("max_turn_latency_ms", $"at most {most}", worst == int.MaxValue ? "no turn was answered" : $"{worst}", worst <= most));
        }

        return found;
    }

    /// <summary>Checks what can be told from the server's record of a call.</summary>
    internal static List<ExpectationOutcome> Compare(
        CallExpectations expect, string zone, CallResult? result, string? transferTo, Instant startedAt)
    {
        var lead = result?.Lead;
        var found = new List<ExpectationOutcome>();
        Same("intent", expect.Intent, lead?.Intent ?? result?.Intent);
        Same("status", expect.Status, lead?.Status);
        Same("party_size", expect.PartySize?.ToString(CultureInfo.InvariantCulture), lead?.PartySize?.ToString(CultureInfo.InvariantCulture));
        Same("service", expect.Service, lead?.Service);
        Same("name", expect.Name, lead?.Name);
        Same("end_reason", expect.EndReason, result?.EndReason);
        Same("transfer_to", expect.TransferTo, transferTo);
        if (expect.RequestedFor is { } requested)
            found.Add(Time("requested_for", requested, zone, startedAt, lead?.RequestedFor));
        if (expect.Messages is { } messages)
        {
            string[] sent = [.. (result?.Messages ?? []).Select(m => m.Type).Order(StringComparer.Ordinal)];
            found.Add(new("messages", List(messages.Order(StringComparer.Ordinal)), List(sent),
                result is not null && sent.Select(Plain).Order(StringComparer.Ordinal).SequenceEqual(messages.Select(Plain).Order(StringComparer.Ordinal))));
        }

        var heard = string.Join('\n', result?.Turns.Where(t => t.Speaker == Speaker.Agent).Select(t => t.HeardText) ?? []);
        foreach (var phrase in expect.AgentSays)
            found.Add(Said("agent_says", phrase, heard, wanted: true));
        foreach (var phrase in expect.AgentNeverSays)
            found.Add(Said("agent_never_says", phrase, heard, wanted: false));
        return found;

        void Same(string name, string? expected, string? actual)
        {
            if (expected is not null)
                found.Add(new(name, expected, actual ?? "none", Plain(expected) == Plain(actual)));
        }
    }

    /// <summary>Compares a time that was wished for.</summary>
    internal static ExpectationOutcome Time(string name, RequestedTime requested, string zone, Instant startedAt, string? actual)
    {
        var now = startedAt.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
        var expected = requested.Resolve(now);
        var met = actual is not null
            && (LocalDateTimePattern.ExtendedIso.Parse(actual) is { Success: true } local
                ? local.Value == expected
                : OffsetDateTimePattern.ExtendedIso.Parse(actual) is { Success: true } offset && offset.Value.LocalDateTime == expected);
        return new(name, $"{requested} = {expected:yyyy-MM-dd HH:mm}", actual ?? "none", met);
    }

    internal static ExpectationOutcome Said(string name, string phrase, string heard, bool wanted)
    {
        var said = Phrases.Occurs(phrase, heard);
        return new(name, phrase, said ? "said" : "not said", said == wanted);
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    // Names differ in case, and codes in how they join words: CallerHungUp, caller_hung_up.
    private static string? Plain(string? text) => text?
        .Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();
}
