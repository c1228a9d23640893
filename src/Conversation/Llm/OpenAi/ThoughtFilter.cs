namespace Parley.Conversation.Llm.OpenAi;

/// <summary>
/// Leaves out what a reasoning model on a compatible server writes before its answer, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>: it is not
/// for the caller's ears.
/// </summary>
internal sealed class ThoughtFilter
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private string held = "";
    private State state;

    private enum State
    {
        AtStart,
        Thinking,
        Speaking,
    }

    /// <summary>The words of the next piece that are meant to be heard.</summary>
    public string Next(string text)
    {
        if (state == State.Speaking)
            return text;

        held += text;
        if (state == State.AtStart)
        {
            var bare = held.TrimStart();
            if (bare.Length < Open.Length && Open.StartsWith(bare, StringComparison.Ordinal))
                return "";
            if (!bare.StartsWith(Open, StringComparison.Ordinal))
                return Speak(held);
            state = State.Thinking;
            held = bare[Open.Length..];
        }

        var end = held.IndexOf(Close, StringComparison.Ordinal);
        if (end >= 0)
            return Speak(held[(end + Close.Length)..].TrimStart());
        // Enough to know the end when its second half comes.
        held = held[^Math.Min(held.Length, Close.Length - 1)..];
        return "";
    }

    /// <summary>What is left when no more comes.</summary>
    public string End() => state == State.AtStart ? Speak(held) : "";

    private string Speak(string text)
    {
        state = State.Speaking;
        held = "";
        return text;
    }
}
