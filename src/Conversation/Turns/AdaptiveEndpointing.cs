using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>
/// Ends a turn sooner or later by what was said and what was asked. A recogniser ends every text with a full stop, so punctuation counts
/// for little: the last words decide. The rules, in order:
/// <list type="number">
/// <item><c>empty</c>: no words yet; neutral.</item>
/// <item><c>trailing</c>: the last word wants another ("and", "at", "the", "um"); long.</item>
/// <item><c>unfinished</c>: digits, an e-mail or a spelling that is not complete; long.</item>
/// <item><c>answered</c>: the answer asked for is there; short.</item>
/// <item><c>dictation</c>: a message is dictated; long.</item>
/// <item><c>complete</c>: a whole sentence of three words or more, or a usual short utterance; short.</item>
/// <item><c>neutral</c>: anything else.</item>
/// </list>
/// </summary>
public sealed class AdaptiveEndpointing(EndpointingOptions options) : IEndpointingStrategy
{
    /// <inheritdoc/>
    public EndpointVerdict Judge(in EndpointContext context)
    {
        var (silence, rule) = Rule(context);
        return new EndpointVerdict((int)Math.Min(options.CeilingMs, silence * context.Patience), rule);
    }

    private (int Silence, string Rule) Rule(in EndpointContext context)
    {
        var words = Utterance.Words(context.Text);
        if (words.Count == 0)
            return (options.NeutralMs, "empty");

        var expected = context.Expectation;
        if (AnswerShape.IsSpelling(words) || expected.Kind == ReplyKind.Spelling)
        {
            return expected.Kind == ReplyKind.Spelling && AnswerShape.IsWholeEmail(context.Text)
                ? (options.AnsweredMs, "answered")
                : (options.UnfinishedMs, "unfinished");
        }

        if (Utterance.WantsMore(words[^1]) && !(words.Count == 1 && AnswerShape.Answers(words, context.Text, expected)))
            return (options.TrailingMs, "trailing");

        var digits = AnswerShape.Digits(words);
        if (expected.Kind == ReplyKind.Digits)
        {
            return expected.Digits > 0 && digits >= expected.Digits
                ? (options.AnsweredMs, "answered")
                : digits > 0 ? (options.UnfinishedMs, "unfinished") : (options.NeutralMs, "neutral");
        }

        // A telephone number that nobody asked for: three digits or more in a row, fewer than a number has.
        if (digits is >= 3 and < 10 && AnswerShape.EndsInDigits(words) && !AnswerShape.LooksLikeTime(words))
            return (options.UnfinishedMs, "unfinished");

        if (AnswerShape.Answers(words, context.Text, expected))
            return (options.AnsweredMs, "answered");

        if (expected.Kind == ReplyKind.Dictation)
            return (options.DictationMs, "dictation");

        if (words.Count >= 3 || Utterance.IsUsualShort(words))
            return (options.CompleteMs, "complete");

        return (options.NeutralMs, "neutral");
    }
}
