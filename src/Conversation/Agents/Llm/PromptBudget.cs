using Parley.Conversation.Llm;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// How much a model is told. Tokens are estimated from characters, as no tokenizer is shared by the providers: four ASCII characters or two others make
/// one, and a message costs four more. Estimated for English prose with OpenAI's o200k_base this is about 10 percent too many.
/// </summary>
internal static class PromptBudget
{
    /// <summary>Tokens of a request, without the tools' descriptions.</summary>
    public const int Default = 6000;

    private const int PerMessage = 4;

    /// <summary>An estimate for a text.</summary>
    public static int Tokens(string text)
    {
        var quarters = 0;
        foreach (var c in text)
            quarters += c < 128 ? 1 : 2;
        return (quarters + 3) / 4;
    }

    /// <summary>An estimate for a message.</summary>
    public static int Tokens(ModelMessage message) => PerMessage + Tokens(message.Text) + (message.ToolCalls?.Sum(static c => Tokens(c.Name) + Tokens(c.ArgumentsJson)) ?? 0);
}
