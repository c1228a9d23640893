using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Takes a message: the words, then name and number.</summary>
internal static class MessageDialogue
{
    /// <summary>The caller wants to leave a message, and may have said it already.</summary>
    public static void Start(Turn turn, Utterance? said)
    {
        turn.State = turn.State with { Task = RuleTask.Message };
        if (said is not null)
            NoteCallBack(turn, said);
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
            // "This is Bob ... call me back at ..." need not be asked for again.
            turn.Facts = turn.Facts with
            {
                Name = turn.Facts.Name ?? NameParser.ReadStated(said),
                Phone = PhoneParser.Read(said.Tokens, turn.HomeNumber, out _, out _, out _) ?? turn.Facts.Phone,
            };
            NoteCallBack(turn, said);
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

    // A time in a message is the call-back's only where one is spoken of.
    private static void NoteCallBack(Turn turn, Utterance said)
    {
        if (said.HasAny("call me", "call us", "call back", "callback", "ring me", "phone me", "reach me", "give me a call", "give us a call", "get back to me", "get back to us")
            && CallBackTime.Read(said, turn.Tenant, turn.Now) is { } at)
            turn.Facts = turn.Facts with { CallBackFor = at.ToDateTimeUnspecified() };
    }

    private static void Take(Turn turn, string text)
    {
        turn.Wish(CallIntent.Message);
        turn.Facts = turn.Facts with { Message = turn.Facts.Message is { } earlier ? $"{earlier} {text}" : text };
        Continue(turn);
    }
}
