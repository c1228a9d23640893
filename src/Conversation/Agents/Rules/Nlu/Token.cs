namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>A normalised word of an utterance.</summary>
/// <param name="Word">Lower case, without punctuation; times as <c>7:30</c>, <c>am</c>, <c>pm</c>, <c>oclock</c>.</param>
/// <param name="Raw">As the recogniser wrote it, without punctuation.</param>
/// <param name="Break">Punctuation follows.</param>
/// <param name="SentenceEnd">The punctuation ends a sentence.</param>
/// <param name="IsRead">The word stands for others, of another language.</param>
internal readonly record struct Token(string Word, string Raw, bool Break = false, bool SentenceEnd = false, bool IsRead = false);
