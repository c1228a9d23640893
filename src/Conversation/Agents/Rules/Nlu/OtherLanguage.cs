using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Notices a caller who speaks Spanish, the language that callers of an English-speaking business speak most next to English.</summary>
internal static class OtherLanguage
{
    private static readonly FrozenSet<string> Spanish = new[]
    {
        "hola", "buenos", "buenas", "días", "dias", "tardes", "noches", "habla", "hablan", "hablar", "español", "espanol", "quisiera", "quiero", "necesito", "puedo", "mesa",
        "reservar", "cita", "mañana", "por", "favor", "persona", "gracias", "para", "una", "con", "usted", "alguien", "cuánto", "cuanto", "dónde", "donde", "qué",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Agreement = new[] { "sí", "si", "claro", "bueno", "persona", "vale" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether these words are Spanish.</summary>
    public static bool IsSpoken(Utterance said)
    {
        var count = said.Tokens.Count(t => Spanish.Contains(Bare(t)));
        return count >= 2 && count * 3 >= said.Count;
    }

    /// <summary>Whether these words, in Spanish, agree or ask for a person.</summary>
    public static bool Agrees(Utterance said) => said.Count <= 8 && said.Tokens.Any(t => Agreement.Contains(Bare(t)));

    private static string Bare(Token token) => token.Word.TrimStart('¿', '¡');
}
