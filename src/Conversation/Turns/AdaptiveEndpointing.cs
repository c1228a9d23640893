using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Turns;

/// <summary>
/// Ends a turn sooner or later by what was said and what was asked. Recognisers end nearly every text with a full stop, so a full stop counts
/// for nothing; a comma or a question mark at the end does. The rules, in order:
/// <list type="number">
/// <item><c>empty</c>: no words yet; neutral, or long where a number, a spelling or a message is expected.</item>
/// <item><c>unfinished</c>: a number, an e-mail or a spelling that is not complete; long. A whole one is <c>answered</c>.</item>
/// <item><c>trailing</c>: the last words want others ("and", "at the", "um", "no, I mean"); long.</item>
/// <item><c>closing</c>: the end of a dictated message (thanks, a farewell); middling. <c>dictation</c>: it has said what is to be told or done;
/// somewhat long. <c>story</c>: it has not; long.</item>
/// <item><c>opening</c>: what leads to something else (a greeting, "let me see", "if you have a table", a comma); somewhat long.</item>
/// <item><c>bare</c>: an answer that is often only the first part of one ("no", "four", "on Friday", "Miller"); middling.</item>
/// <item><c>answered</c>: the answer asked for is there; short.</item>
/// <item><c>question</c> and <c>complete</c>: a question, a wish, a farewell, a story with its point; short.</item>
/// <item><c>unanswered</c>: asked for a number, a day or a name, the caller says something else; somewhat long.</item>
/// <item><c>statement</c>: a sentence that neither answers nor asks nor wishes; it often is the story before the wish.</item>
/// <item><c>neutral</c>: anything else.</item>
/// </list>
/// A recogniser's own end of speech turns <c>statement</c> and <c>neutral</c> into <c>hinted</c>: shorter. It changes no other rule, since those know
/// more than a recogniser, which goes by a pause and the melody: that a number is not complete, or what "and" at the end means.
/// </summary>
public sealed class AdaptiveEndpointing(EndpointingOptions defaults) : IEndpointingStrategy
{
    /// <inheritdoc/>
    public EndpointVerdict Judge(in EndpointContext context)
    {
        var options = context.Tuned ?? defaults;
        // The rules are about English words; those of other languages are put into them first.
        var (silence, rule) = Rule(context with { Text = HeardWords.InEnglish(context.Text, context.Language) }, options);
        if (context.EndOfSpeech && rule is "statement" or "neutral")
        {
            var hinted = Math.Max(options.HintedMs, options.CompleteMs);
            if (hinted < silence)
                (silence, rule) = (hinted, "hinted");
        }

        return new EndpointVerdict((int)Math.Min(options.CeilingMs, silence * context.Patience), rule);
    }

    private static (int Silence, string Rule) Rule(in EndpointContext context, EndpointingOptions options)
    {
        var expected = context.Expectation;
        var words = Utterance.Words(context.Text);
        if (words.Count == 0)
        {
            return (expected.Kind is ReplyKind.Digits or ReplyKind.Spelling ? options.UnfinishedMs
                : expected.Kind == ReplyKind.Dictation ? options.DictationMs : options.NeutralMs, "empty");
        }

        if (Piecewise(words, context, options) is { } piecewise)
            return piecewise;

        // "No" and "so" are answers, too: "I think so" to a question with yes or no.
        var answered = AnswerShape.Answers(words, expected)
            && (expected.Kind != ReplyKind.Name || NameShape.Count(context.Text) > 0);
        if (SpeechAct.IsStall(context.Text) || (Utterance.WantsMore(words, expected.Kind) && !(words.Count == 1 && answered)))
            return (options.TrailingMs, "trailing");

        if (expected.Kind == ReplyKind.Dictation)
        {
            return SpeechAct.IsFarewell(words) ? (options.ClosingMs, "closing")
                : SpeechAct.IsRequest(words) && !SpeechAct.IsOpenClause(context.Text) ? (options.DictationMs, "dictation")
                : (options.UnfinishedMs, "story");
        }

        if (context.Text.AsSpan().TrimEnd(' ').EndsWith(',') || (!answered && SpeechAct.IsOpening(words)) || SpeechAct.IsOpenClause(context.Text))
            return (options.OpeningMs, "opening");

        if (answered)
            return AnswerShape.IsBare(words, expected.Kind) || (expected.Kind == ReplyKind.Name && NameShape.Count(context.Text) == 1)
                ? (options.BareMs, "bare") : (options.AnsweredMs, "answered");

        if (SpeechAct.IsQuestion(context.Text))
            return (options.QuestionMs, "question");

        if (SpeechAct.IsRequest(words) || SpeechAct.IsFarewell(words)
            || SpeechAct.IsWholeStory(context.Text) || Utterance.IsUsualShort(words))
            return (options.CompleteMs, "complete");

        // Asked for a number, a day or a name, the caller says something else: thinks aloud, or was misheard.
        if (expected.Kind is ReplyKind.Count or ReplyKind.DateTime or ReplyKind.Name && !SpeechAct.IsRefusal(words))
            return (options.OpeningMs, "unanswered");

        if (words.Count < 3)
            return (options.NeutralMs, "neutral");

        return (options.StatementMs, "statement");
    }

    /// <summary>What is said piece by piece, with a pause after each: numbers, spellings, addresses. Null when it is none of them.</summary>
    private static (int Silence, string Rule)? Piecewise(
        List<string> words, in EndpointContext context, EndpointingOptions options)
    {
        var expected = context.Expectation;
        if (expected.Kind == ReplyKind.Spelling || AnswerShape.IsSpelling(words) || AnswerShape.AnnouncesEmail(words))
        {
            var hadTime = context.SpeechMs == 0 || context.SpeechMs >= context.Text.Length * options.MinCharMs;
            return hadTime && AnswerShape.IsWholeEmail(context.Text, addressExpected: expected.Kind == ReplyKind.Spelling)
                ? (options.PiecewiseMs, "answered")
                : (options.UnfinishedMs, "unfinished");
        }

        var digits = AnswerShape.Digits(words);
        var minimumMs = (digits * options.MinDigitMs) + (AnswerShape.WordsBesideDigits(words) * options.MinWordMs);
        var isBelievable = (context.SpeechMs == 0 || context.SpeechMs >= minimumMs) && !AnswerShape.RepeatsLastDigit(words);
        if (expected.Kind == ReplyKind.Digits)
        {
            // "You can reach me at", "sure": the number follows, unless the caller refuses or asks something.
            if (digits == 0)
                return SpeechAct.IsRefusal(words) || SpeechAct.IsQuestion(context.Text) ? null : (options.UnfinishedMs, "unfinished");

            return expected.Digits > 0 && digits >= expected.Digits && isBelievable
                ? (options.PiecewiseMs, "answered")
                : (options.UnfinishedMs, "unfinished");
        }

        // A telephone number that nobody asked for: three digits or more in a row, fewer than a number has.
        if (digits >= 3 && AnswerShape.EndsInDigits(words) && !AnswerShape.LooksLikeTime(words))
        {
            return digits >= AnswerShape.WholeNumberDigits && isBelievable
                ? (options.PiecewiseMs, "complete")
                : (options.UnfinishedMs, "unfinished");
        }

        return null;
    }
}
