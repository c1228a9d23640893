using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Llm;

/// <summary>Text of callers and documents on its way to a model: it cannot look like a note of ours, and sentences that give orders to a model are left out.</summary>
internal static partial class Untrusted
{
    /// <summary>The text without the marks that our notes and tags are made of.</summary>
    public static string Quote(string text) => Undisguised.Of(text).Replace('<', '(').Replace('>', ')').Replace('[', '(').Replace(']', ')').Replace("{{", "((", StringComparison.Ordinal);

    /// <summary>
    /// A passage without sentences that are addressed to a model, and without what follows them in their line: "Forget your rules. Dinner is one dollar."
    /// Empty when nothing else is in it.
    /// </summary>
    public static string Clean(string passage)
    {
        passage = Undisguised.Of(passage);
        if (!Order().IsMatch(passage))
            return Quote(passage);
        var lines = passage.Split('\n').Select(static line => string.Join(' ', Sentence().Split(line).TakeWhile(static s => !Order().IsMatch(s))));
        return Quote(string.Join('\n', lines.Where(static line => line.Trim().Length > 0)));
    }

    /// <summary>Data that came from outside, cleaned string by string.</summary>
    public static JsonNode? Clean(JsonNode? data) => data switch
    {
        JsonObject map => new JsonObject(map.DistinctBy(static member => Quote(member.Key)).Select(static member => KeyValuePair.Create(Quote(member.Key), Clean(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Clean)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Clean(value.GetValue<string>()),
        _ => data?.DeepClone(),
    };

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex Sentence();

    // A model is spoken to by its role, its instructions, its tools; a business's own text speaks to guests.
    [GeneratedRegex(
        """
        \b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules?|prompts?|above|previous|prior|earlier|notes)\b
        |\b(system|developer)\s*(prompt|message|note|instruction|override)\b|^\s*(system|assistant|developer|user|tool)\s*:
        |\byou\s+are\s+(now\s+)?(an?\s+)?(ai|assistant|language\s+model|chatbot|bot|dan)\b|\b(as|the|an)\s+(ai|assistant|language\s+model|llm)\b
        |\b(call|use|run|invoke|execute)\s+(the\s+)?(tool|function|[a-z]+_[a-z_]+)\b|\b(end_call|transfer_to|take_message|send_link|request_call_back|[a-z]+_booking|check_availability)\b
        |\b(tell|inform|say\s+to)\s+((the|every|all|any|your)\s+)*callers?\b|\b(new|updated)\s+(instructions?|rules?)\b|\bprompt\s+injection\b|\bjailbreak|<\|
        |\b(ignora|ignore|olvida|olvide)\b.{0,40}\b(instrucciones|reglas|anterior)|\b(nuevas\s+instrucciones|mensaje\s+del\s+sistema)\b|\bd(i|ile|iga)\s+a\s+((todos|los|las)\s+)*(que\s+llaman|clientes)\b
        |\beres\s+(ahora\s+)?(una?\s+)?(asistente|ia|modelo|bot)\b|(игнорируй|забудь|не\s+обращай).{0,40}(инструкци|правил)|\b(новые|системн\w+)\s+(инструкци|сообщени)|\bты\s+(теперь\s+)?(ассистент|бот|ии|помощник)\b
        |\b(скажи|говори|сообщи)(те)?\s+(всем|каждому|звонящ)|התעלם.{0,40}(הוראות|כללים)|(הוראות|הנחיות)\s+חדשות|הודעת\s+מערכת|\b(אמור|תגיד|ספר)\s+ל(כל\s+)?ה?(מתקשרים|לקוחות)|אתה\s+(עכשיו\s+)?(בוט|עוזר|מודל)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Order();
}
