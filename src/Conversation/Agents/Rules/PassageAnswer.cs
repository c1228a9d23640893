using System.Text.RegularExpressions;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Rag;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Answers a question with the sentences of a document, word for word.</summary>
internal static partial class PassageAnswer
{
    // Two sentences that can be listened to.
    private const int MostChars = 240;

    /// <summary>The sentences that say most about what was asked; null when none does.</summary>
    public static string? Of(Passage passage, string question, Turn turn)
    {
        List<string> sentences =
        [
            .. Topic().Replace(Untrusted.Clean(passage.Text), "").Split('\n').Where(static line => !line.StartsWith('#')).SelectMany(static line => Sentence().Split(line.Trim().TrimStart('-', ' ')))
                .Where(static s => s.Trim().Length > 1 && !s.TrimEnd().EndsWith('?')),
        ];
        if (sentences.Count == 0 || (HowMany().Match(question) is { Success: true } counted && !Mentions(passage.Text, counted.Groups[1].Value)))
            return null;
        var asked = TextReading.Of(question).Tokens.Where(static t => t.Kind == TokenKind.Word && t.Text.Length > 3).Select(static t => t.Text).ToList();
        int Score(string sentence) => asked.Count(word => TextReading.Of(sentence).Tokens.Any(t => t.Kind == TokenKind.Word && GroundingGate.IsSameWord(t.Text, word)));
        var best = Enumerable.Range(0, sentences.Count).MaxBy(i => Score(sentences[i]));
        var text = Ended(sentences[best]);
        if (best + 1 < sentences.Count && text.Length + sentences[best + 1].Length < MostChars)
            text += " " + Ended(sentences[best + 1]);
        if (text.Length > MostChars)
            return null;

        // A document's own words; where they contradict the profile, a person knows better.
        var evidence = new Evidence(turn.Tenant, turn.Request.Now);
        evidence.Add(EvidenceOrigin.Passage, passage.Source, passage.Text);
        return GroundingGate.Check(text, evidence, question).IsGrounded ? SpokenForm.Of(text, turn.Tenant.Language, turn.HomeNumber) : null;
    }

    private static bool Mentions(string text, string word) => TextReading.Of(text).Tokens.Any(t => t.Kind == TokenKind.Word && GroundingGate.IsSameWord(t.Text, word.ToLowerInvariant()));

    private static string Ended(string sentence) => sentence.TrimEnd() is var text && text[^1] is '.' or '!' ? text : text + ".";

    // "Parking: there is a garage" is said without its label.
    [GeneratedRegex(@"^[\p{L}\d' -]{2,40}:\s+", RegexOptions.Multiline)]
    private static partial Regex Topic();

    // "How many painkillers can I take?" is not answered by what else is said of toothache.
    [GeneratedRegex(@"\bhow many (\p{L}{4,})", RegexOptions.IgnoreCase)]
    private static partial Regex HowMany();

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex Sentence();
}
