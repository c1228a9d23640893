using System.Text.Json;

namespace Parley.Providers.Server.Deepgram;

/// <summary>
/// Recognition of held codes, with the results that Deepgram's documents describe: interim ones, final ones when speech pauses or goes on
/// for long, empty ones in silence, the end of utterances by words. Time is the count of samples.
/// </summary>
internal sealed class ToneRecogniser(IReadOnlyList<string> vocabulary, DeepgramBehaviour behaviour, ToneSettings settings, string requestId)
{
    private const int SamplesPerMs = 8;
    private const int ShortestWord = 50 * SamplesPerMs;
    private const int LeastToFinalize = 100 * SamplesPerMs;

    private readonly List<Word> words = [];
    private long position;
    private long segmentStart;
    private long lastInterim;
    private long runStart;
    private int run = -1;
    private long lastWordEnd = -1;
    private bool speechStarted;
    private bool utteranceOpen;
    private bool speechOpen;

    public double Seconds => position / 8000.0;

    /// <summary>Takes audio; gives what is to be sent.</summary>
    public IEnumerable<string> Process(byte[] audio)
    {
        foreach (var code in audio)
        {
            if (Hear(code < vocabulary.Count ? code : -1) is { } message)
                yield return message;
            position++;
            foreach (var due in Due())
                yield return due;
        }
    }

    /// <summary>The answer to <c>Finalize</c>; null when there is too little to answer.</summary>
    public string? Finish(bool fromFinalize)
    {
        if (position - segmentStart < LeastToFinalize)
            return null;
        EndRun();
        return Final(position, speechFinal: fromFinalize && behaviour.FinalizeIsSpeechFinal, fromFinalize);
    }

    private string? Hear(int code)
    {
        if (code == run)
            return null;
        EndRun();
        run = code;
        runStart = position;
        if (code < 0 || speechStarted || !settings.VadEvents)
            return null;
        speechStarted = true;
        return JsonSerializer.Serialize(new { type = "SpeechStarted", channel = (int[])[0, 1], timestamp = Time(position) });
    }

    private void EndRun()
    {
        if (run >= 0 && position - runStart >= ShortestWord)
        {
            words.Add(new Word(vocabulary[run], runStart, position));
            lastWordEnd = position;
            utteranceOpen = true;
            speechOpen = true;
        }

        run = -1;
    }

    private IEnumerable<string> Due()
    {
        var silence = run < 0 && lastWordEnd >= 0 ? position - lastWordEnd : 0;
        if (speechOpen && behaviour.SeesPauses && settings.EndpointingMs >= 0 && silence >= settings.EndpointingMs * SamplesPerMs)
        {
            speechOpen = false;
            speechStarted = false;
            yield return Final(position, speechFinal: true, fromFinalize: false);
        }
        else if (position - segmentStart >= behaviour.LongestSegmentMs * SamplesPerMs && run < 0)
            yield return Final(position, speechFinal: false, fromFinalize: false);
        else if (settings.Interim && position - Math.Max(lastInterim, segmentStart) >= behaviour.InterimEveryMs * SamplesPerMs)
        {
            lastInterim = position;
            yield return Results(position, isFinal: false, speechFinal: false, fromFinalize: false);
        }

        if (settings.UtteranceEndMs > 0 && utteranceOpen && silence >= settings.UtteranceEndMs * SamplesPerMs)
        {
            utteranceOpen = false;
            yield return JsonSerializer.Serialize(
                new { type = "UtteranceEnd", channel = (int[])[0, 1], last_word_end = words.Count == 0 ? -1 : Time(lastWordEnd) });
        }
    }

    private string Final(long end, bool speechFinal, bool fromFinalize)
    {
        var message = Results(end, isFinal: true, speechFinal, fromFinalize);
        words.Clear();
        segmentStart = end;
        return message;
    }

    private string Results(long end, bool isFinal, bool speechFinal, bool fromFinalize)
    {
        List<Word> heard = [.. words];
        if (run >= 0 && end - runStart >= ShortestWord)
            heard.Add(new Word(vocabulary[run], runStart, end));
        return JsonSerializer.Serialize(new
        {
            type = "Results",
            channel_index = (int[])[0, 1],
            start = Time(segmentStart),
            duration = Time(end - segmentStart),
            is_final = isFinal,
            speech_final = speechFinal,
            channel = new
            {
                alternatives = new[]
                {
                    new
                    {
                        transcript = string.Join(' ', heard.Select(w => w.Text)),
                        confidence = heard.Count == 0 ? 0 : 0.98,
                        words = heard.Select(w => new
                        {
                            word = w.Text.ToLowerInvariant(),
                            start = Time(w.Start),
                            end = Time(w.End),
                            confidence = 0.98,
                            punctuated_word = w.Text,
                        }),
                    },
                },
            },
            metadata = new
            {
                request_id = requestId,
                model_info = new { name = "local", version = "2026-01-01.0", arch = settings.Model },
                model_uuid = "00000000-0000-0000-0000-000000000000",
            },
            from_finalize = fromFinalize,
        });
    }

    private static double Time(long samples) => Math.Round(samples / 8000.0, 6);

    private readonly record struct Word(string Text, long Start, long End);
}

/// <summary>What a connection asked for.</summary>
internal sealed record ToneSettings(string Model, bool Interim, bool VadEvents, int EndpointingMs, int UtteranceEndMs);
