using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Takes a message: the words, then name and number.</summary>
internal static class MessageDialogue
{
    /// <summary>The caller wants to leave a message, and may have said it already.</summary>
    public static void Start(Turn turn, Utterance? said)
    {
        turn.State = turn.State with { Task = RuleTask.Message };
        if (said is not null)
            turn.Facts = turn.Facts with { CallBackFor = CallBack(said, turn.Tenant, turn.Now) ?? turn.Facts.CallBackFor };
        if (said is not null && MessageText.Find(said) is { } text)
            Take(turn, text);
        else
        {
            turn.Wish(CallIntent.Message);
            turn.Ask(Question.Message, turn.Phrases.AskMessage);
        }
    }

    /// <summary>What the caller dictated.</summary>
    public static void Dictated(Turn turn, Utterance said)
    {
        var text = MessageText.Clean(said);
        if (said.Count < 2 && YesNo.Read(said) is not null)
            turn.Ask(Question.Message, turn.Phrases.EmptyMessage);
        else
        {
            turn.Facts = Noted(turn.Facts, said, turn.Tenant, turn.HomeNumber, turn.Now);
            Take(turn, text);
        }
    }

    /// <summary>Asks for what is missing, or closes.</summary>
    public static void Continue(Turn turn, bool badPhone = false)
    {
        turn.State = turn.State with { Task = RuleTask.Message };
        if (turn.Facts.Name is null)
            turn.Ask(Question.Name, turn.Phrases.AskCallerName(turn.State.Turn));
        else if (turn.Facts.Phone is null && turn.Request.Call.CallerNumber is null && !turn.State.PhoneSettled)
            turn.Ask(Question.Phone, badPhone ? turn.Phrases.BadPhone : turn.Phrases.AskPhone);
        else
        {
            turn.State = turn.State with { Task = RuleTask.None };
            turn.Say(turn.Phrases.MessageTaken(turn.Facts.Name));
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
        }
    }

    /// <summary>What a message tells of its caller: "This is Bob ... call me back at ... after five" need not be asked for again.</summary>
    public static CallFacts Noted(CallFacts facts, Utterance said, Tenant tenant, string homeNumber, Instant now) => facts with
    {
        Name = facts.Name ?? NameParser.ReadStated(said),
        Phone = PhoneParser.Read(said.Tokens, homeNumber, out _, out _, out _) ?? facts.Phone,
        CallBackFor = CallBack(said, tenant, now) ?? facts.CallBackFor,
    };

    // A time in a message is the call-back's only where one is spoken of.
    private static DateTime? CallBack(Utterance said, Tenant tenant, Instant now) =>
        said.HasAny("call me", "call us", "call back", "callback", "ring me", "phone me", "reach me", "give me a call", "give us a call", "get back to me", "get back to us")
            ? CallBackTime.Read(said, tenant, now)?.ToDateTimeUnspecified() : null;

    private static void Take(Turn turn, string text)
    {
        turn.Wish(CallIntent.Message);
        turn.Facts = turn.Facts with { Message = turn.Facts.Message is { } earlier ? $"{earlier} {text}" : text };
        Continue(turn);
    }
}
