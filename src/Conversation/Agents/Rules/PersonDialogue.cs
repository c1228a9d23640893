using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Connects the caller with a person, or takes a message instead.</summary>
internal static class PersonDialogue
{
    /// <summary>The caller asks for a person.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="said">The words; null for a pressed key.</param>
    /// <param name="now">Connect without asking first.</param>
    public static void Ask(Turn turn, Utterance? said, bool now)
    {
        turn.Wish(CallIntent.Person);
        if (Choose(turn, said) is not { } department)
        {
            turn.Say(turn.Phrases.NoTransfer);
            turn.Ask(Question.OfferMessage, turn.Phrases.MessageInstead);
        }
        else if (now)
            Connect(turn, department);
        else
        {
            turn.State = turn.State with { OfferedDepartment = department.Name };
            turn.Ask(Question.OfferTransfer, turn.Phrases.OfferTransfer(department));
        }
    }

    /// <summary>Offers a person, or a message when there is none to connect with.</summary>
    public static void Offer(Turn turn, Utterance? said)
    {
        if (Choose(turn, said) is { } department)
        {
            turn.State = turn.State with { OfferedDepartment = department.Name };
            turn.Ask(Question.OfferTransfer, turn.Phrases.AskTransfer(department));
        }
        else
            turn.Ask(Question.OfferMessage, turn.Phrases.OfferMessage);
    }

    /// <summary>Nobody answered where the caller was connected to.</summary>
    public static void NobodyAnswered(Turn turn)
    {
        turn.Say(turn.Phrases.NobodyAnswered);
        turn.Ask(Question.OfferMessage, turn.Phrases.MessageInstead);
    }

    /// <summary>The caller wants to be connected with who was offered.</summary>
    public static void Accept(Turn turn, Utterance? said)
    {
        turn.Wish(CallIntent.Person);
        if (Choose(turn, said) is { } department)
            Connect(turn, department);
        else
            Ask(turn, said, true);
    }

    private static void Connect(Turn turn, Department department)
    {
        turn.Say(turn.Phrases.Connecting(department));
        turn.Transfer(department);
    }

    private static Department? Choose(Turn turn, Utterance? said)
    {
        var departments = turn.Departments;
        return (said is null ? null : departments.FirstOrDefault(d => IntentClassifier.IsDepartment(said, d)))
            ?? departments.FirstOrDefault(d => d.Name == turn.State.OfferedDepartment)
            ?? (departments.Count > 0 ? departments[0] : null);
    }
}
