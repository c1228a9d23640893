using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Escalations;
using Parley.Conversation.Playout;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// Takes over from an agent that failed: apologises and connects the caller to a person or, where none can be reached, takes a message for
/// calling back. The agent is not asked again in this call. The message becomes part of the agent's facts, and so the call's lead, with the name, the number and
/// the time for the call-back that it tells.
/// </summary>
internal sealed class FailureDesk(CallContext call, AgentSide agent, CallClock clock, IReadOnlyList<Department> reachable, bool personIsAway)
{
    // The agent's own failure, and then the voice's: said twice more before the call is given up.
    private const int MostFailures = 3;

    // How often a caller is asked again who said nothing, or nothing that was understood.
    private const int MostMisses = 2;

    // Fewer words are a name, or a "hello?": what it is about is asked for.
    private const int LeastWords = 4;

    private readonly string language = call.Tenant.Language;
    private readonly bool numberKnown = call.CallerNumber is not null;

    private (string Text, Action<Reply> Shape)? lastSaid;
    private int failures;
    private int misses;
    private bool askedSubject;

    /// <summary>Whether it talks to the caller in place of the agent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Who can be reached; null when nobody can.</summary>
    public Department? Person { get; } = personIsAway || reachable.Count == 0 ? null : reachable[0];

    /// <summary>
    /// Apologises for a reply that failed, once for the agent; when its own words fail they are said again. False when nothing is left to say.
    /// </summary>
    public bool TryApologise(Reply failed, long nowMs)
    {
        var times = new TurnTimes { EndOfTurnMs = (int)nowMs };
        failures++;
        if (failures == 1)
            agent.Escalate(EscalationReason.AgentFailed, Summary(failed.Trigger));
        if (failures == 1 && Person is { } person)
        {
            agent.Recite(Agents.Phrases.ApologyTransfer(language), times, nowMs, reply =>
            {
                reply.Transfer = person;
                reply.TransferSummary = Summary(failed.Trigger);
            });
            return true;
        }

        if (Person is not null || failures > MostFailures)
            return false;

        if (!IsOpen)
        {
            IsOpen = true;
            Say(Agents.Phrases.ApologyMessage(language, numberKnown), Opened((failed.Trigger as AgentTrigger.CallerSaid)?.Text), ends: false);
        }

        Repeat(times, nowMs);
        return true;
    }

    /// <summary>
    /// Answers in place of the agent. With <paramref name="isLast"/> the call ends with the answer. False when it ends without a message,
    /// because the caller was not understood.
    /// </summary>
    public bool Answer(AgentTrigger trigger, TurnTimes times, bool isLast, long nowMs)
    {
        var said = trigger switch
        {
            AgentTrigger.CallerSaid speech => speech.Text,
            AgentTrigger.CallerPressed keys => keys.Digits,
            _ => null,
        };
        var state = said is null ? agent.State : With(said);
        var message = state?.Facts.Message;
        if (said is not null && !isLast && !askedSubject && WordCount(message) < LeastWords)
        {
            askedSubject = true;
            Say(Agents.Phrases.AskSubject(language), state, ends: false);
        }
        else if (message is not null)
        {
            Say(Agents.Phrases.MessageTaken(language, numberKnown), state, ends: true);
        }
        else if (!isLast && trigger is AgentTrigger.NotUnderstood or AgentTrigger.CallerSilent && ++misses <= MostMisses)
        {
            Say(Agents.Phrases.AskMessage(language, numberKnown), state, ends: false);
        }
        else
        {
            Say(Agents.Phrases.Apology(language), state, ends: true);
            Repeat(times, nowMs);
            return isLast;
        }

        Repeat(times, nowMs);
        return true;
    }

    /// <summary>The agent's memory with the caller's words added to the message.</summary>
    public AgentState With(string words)
    {
        var facts = agent.State?.Facts ?? CallFacts.None;
        var said = Utterance.Parse(words, HeardWords.Spoken(words, language));
        var told = MessageDialogue.Noted(facts, said, call.Tenant, call.Tenant.Phone ?? call.CalledNumber, Instant.FromDateTimeOffset(clock.UtcNow));
        return Remembering(told with
        {
            // Its first words are likely a name alone; it was asked for first.
            Name = told.Name ?? (facts.Message is null && said.Count < LeastWords ? NameParser.ReadAnswer(said) : null),
            // A booking that was agreed upon stays one; there is a message to it.
            Intent = facts is { Intent: CallIntent.Booking, Confirmed: true } ? CallIntent.Booking : CallIntent.Message,
            Message = facts.Message is { } earlier ? $"{earlier} {words}" : words,
        });
    }

    /// <summary>What the person who takes the call over is told.</summary>
    public string Summary(AgentTrigger trigger) => agent.Summarise(trigger);

    // What the agent was asked when it failed is known even if the caller says no more.
    private AgentState? Opened(string? question)
    {
        if (question is null)
            return agent.State;

        var facts = agent.State?.Facts ?? CallFacts.None;
        return Remembering(facts with
        {
            Intent = facts.Intent == CallIntent.None ? CallIntent.Question : facts.Intent,
            Unanswered = [.. facts.Unanswered, question],
        });
    }

    private AgentState Remembering(CallFacts facts) => (agent.State ?? new NoMemory()) with { Facts = facts };

    private void Say(string text, AgentState? state, bool ends) => lastSaid = (text, reply =>
    {
        reply.State = state;
        reply.Expectation = new ReplyExpectation(ReplyKind.Dictation);
        reply.EndCall = ends;
    });

    private void Repeat(TurnTimes times, long nowMs) => agent.Recite(lastSaid!.Value.Text, times, nowMs, lastSaid.Value.Shape);

    private static int WordCount(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    /// <summary>Of an agent that failed before it remembered anything: facts only. No agent can read it back.</summary>
    private sealed record NoMemory : AgentState
    {
        public override string ToJson() => "{}";
    }
}
