using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Llm;

/// <summary>Text of callers and documents on its way to a model: it cannot look like a note of ours, and sentences that give orders to a model are left out.</summary>
internal static partial class Untrusted
{
    /// <summary>The text without the marks that our notes and tags are made of.</summary>
    public static string Quote(string text) => text.Replace('<', '(').Replace('>', ')').Replace('[', '(').Replace(']', ')').Replace("{{", "((", StringComparison.Ordinal);

    /// <summary>A passage without sentences that are addressed to a model; empty when nothing else is in it.</summary>
    public static string Clean(string passage)
    {
        if (!Order().IsMatch(passage))
            return Quote(passage);
        var lines = passage.Split('\n').Select(static line => string.Join(' ', Sentence().Split(line).Where(static s => !Order().IsMatch(s))));
        return Quote(string.Join('\n', lines.Where(static line => line.Trim().Length > 0)));
    }

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex Sentence();

    // A model is spoken to by its role, its instructions, its tools; a business's own text speaks to guests.
    [GeneratedRegex(
        """
        \b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules?|prompts?|above|previous|prior|earlier|notes)\b
        |\b(system|developer)\s*(prompt|message|note|instruction|override)\b|^\s*(system|assistant|developer|user|tool)\s*:
        |\byou\s+are\s+(now\s+)?(an?\s+)?(ai|assistant|language\s+model|chatbot|bot|dan)\b|\b(as|the|an)\s+(ai|assistant|language\s+model|llm)\b
        |\b(call|use|run|invoke|execute)\s+(the\s+)?(tool|function|[a-z]+_[a-z_]+)\b|\b(end_call|transfer_to|take_message|send_link|request_call_back|[a-z]+_booking|check_availability)\b
        |\b(tell|inform)\s+(the|every|all|any)\s+callers?\b|\b(new|updated)\s+(instructions?|rules?)\b|\bprompt\s+injection\b|\bjailbreak|<\|
        |\b(ignora|olvida)\b.{0,40}\b(instrucciones|reglas)\b|\b(игнорируй|забудь)\w*.{0,40}(инструкци|правил)|התעלם.{0,40}(הוראות|כללים)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Order();
}
