using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>What the caller does not hear of a model's answers, while those go on. Belongs to the call's loop.</summary>
internal sealed class UnheardItems
{
    private readonly Dictionary<AnswerItem, bool> items = [];

    /// <summary>A message; <paramref name="isKnown"/>: the model was told how much of it was heard.</summary>
    public void Add(AnswerItem item, bool isKnown) => items[item] = isKnown || items.GetValueOrDefault(item);

    /// <summary>An answer is over: what the model does not know of it, it is told.</summary>
    public void Over(string response, ISpeechToSpeechSession session)
    {
        foreach (var (item, isKnown) in items.Where(i => i.Key.Response == response).ToArray())
        {
            items.Remove(item);
            if (!isKnown)
                session.Truncate(item, 0);
        }
    }
}
