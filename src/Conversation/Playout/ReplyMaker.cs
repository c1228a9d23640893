using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Playout;

/// <summary>
/// Makes replies: asks the agent, cuts its words into clauses, and has them spoken. Runs beside the call's loop and tells it everything as
/// events. A speculative reply stops after its first clause until it is committed, so that little is thrown away.
/// </summary>
internal sealed class ReplyMaker(
    ICallAgent agent, ITextToSpeech voice, Tenant tenant, CallMeter meter, IReadOnlySet<string> fixedPhrases,
    TimeProvider clock, PipelineOptions options, ConversationMetrics metrics, Func<CallEvent, ValueTask> post) : IReplyMaker
{
    // Nine minutes of speech: whatever an agent wants to say after that, it is out of order.
    private const int MostReplyChars = 8000;
    private const int MostReplyEvents = 20_000;

    // One word of so short a clause tells its language.
    private const int FewBlanks = 3;

    /// <inheritdoc/>
    public void Start(Reply reply, AgentRequest request) => _ = RunAsync(reply, write => ThinkAsync(reply, request, write));

    /// <inheritdoc/>
    public void Start(Reply reply, string text) => _ = RunAsync(reply, async clauses =>
    {
        await post(CallEvent.Output(reply, new AgentEvent.Say(text)));
        await WriteAsync(clauses, SentenceChunker.Split(text));
    });

    /// <inheritdoc/>
    public void StartClause(Clause clause) => _ = SpeakFillerAsync(clause);

    private async Task RunAsync(Reply reply, Func<ChannelWriter<string>, Task> produce)
    {
        var clauses = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var speaking = SpeakAsync(reply, clauses.Reader);
        Exception? error = null;
        try
        {
            await produce(clauses.Writer);
            clauses.Writer.Complete();
            await speaking;
        }
        catch (OperationCanceledException) when (reply.Cancellation.IsCancellationRequested)
        {
            // Nobody waits for this reply any more.
        }
        catch (Exception e)
        {
            // Whatever an agent or a synthesiser throws, the call goes on with an apology.
            error = e;
            clauses.Writer.TryComplete();
            try
            {
                await speaking;
            }
            catch (Exception)
            {
                // The first error tells what happened.
            }
        }

        clauses.Writer.TryComplete();
        await post(CallEvent.ReplyDone(reply, error));
    }

    private async Task ThinkAsync(Reply reply, AgentRequest request, ChannelWriter<string> clauses)
    {
        var chunker = new SentenceChunker();
        var (events, chars) = (0, 0);
        try
        {
            await foreach (var given in AskAsync(request, reply.Cancellation))
            {
                if (++events > MostReplyEvents)
                    throw new InvalidOperationException($"The agent does not come to an end: {MostReplyEvents:N0} events in one reply.");
                if (given is not AgentEvent.Say say)
                {
                    await post(CallEvent.Output(reply, given));
                    continue;
                }

                var text = PlainText.Of(say.Text, MostReplyChars - chars);
                chars += text.Length;
                await post(CallEvent.Output(reply, new AgentEvent.Say(text)));
                await WriteAsync(clauses, chunker.Add(text));
                if (chars >= MostReplyChars)
                    break;
            }
        }
        catch (Exception e) when (!reply.Cancellation.IsCancellationRequested)
        {
            throw new AgentFailedException(e);
        }

        await WriteAsync(clauses, chunker.Complete());
    }

    /// <summary>The agent's answer, measured.</summary>
    private async IAsyncEnumerable<AgentEvent> AskAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        var silent = true;
        await using var answer = agent.RespondAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await answer.MoveNextAsync())
                    yield break;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.ProviderFailed("agent", agent.Name);
                throw;
            }

            if (silent && answer.Current is AgentEvent.Say)
            {
                silent = false;
                metrics.FirstOutput("agent", agent.Name, clock.GetElapsedTime(asked).TotalMilliseconds);
            }

            yield return answer.Current;
        }
    }

    private static async Task WriteAsync(ChannelWriter<string> clauses, IReadOnlyList<string> ready)
    {
        foreach (var clause in ready)
            await clauses.WriteAsync(clause);
    }

    private async Task SpeakAsync(Reply reply, ChannelReader<string> clauses)
    {
        var telephone = new TelephoneVoice();
        var isFirst = true;
        while (await clauses.WaitToReadAsync(reply.Cancellation))
        {
            while (clauses.TryRead(out var text))
            {
                // Dots, dashes and pictures make no sound.
                if (!text.Any(char.IsLetterOrDigit))
                    continue;
                if (!isFirst)
                    await reply.Committed;
                isFirst = false;

                var clause = new Clause(reply, text);
                await post(CallEvent.ClauseAdded(clause));
                await SpeakClauseAsync(telephone, clause, reply.Cancellation);
            }
        }
    }

    /// <summary>
    /// Speaks a clause. A synthesiser that does not begin, or stops in the middle, is given up after <see cref="PipelineOptions.SynthesisStartMs"/>
    /// or <see cref="PipelineOptions.SynthesisStallMs"/>, and the words that it did not speak are tried once more, as a clause of their own.
    /// </summary>
    private async Task SpeakClauseAsync(TelephoneVoice telephone, Clause clause, CancellationToken cancellationToken)
    {
        var text = clause.Text;
        var spoken = await SynthesizeAsync(telephone, clause, cancellationToken);
        await post(CallEvent.ClauseDone(clause, spoken));
        if (spoken >= text.Length)
            return;

        var rest = new Clause(clause.Reply, text[spoken..].TrimStart(), clause.IsFiller);
        await post(CallEvent.ClauseAdded(rest));
        var restLength = rest.Text.Length;
        spoken = await SynthesizeAsync(telephone, rest, cancellationToken);
        await post(CallEvent.ClauseDone(rest, spoken));
        if (spoken < restLength)
            throw new TimeoutException("The synthesiser did not finish a clause, twice.");
    }

    // An agent may follow the caller into another language; a clause that does not tell its own is in that of those before it.
    private string LanguageOf(Clause clause)
    {
        if (fixedPhrases.Contains(clause.Text))
            return tenant.Language;
        if (SpokenLanguages.SpokenIn(clause.Text, least: clause.Text.Count(char.IsWhiteSpace) <= FewBlanks ? 1 : 2) is { } spoken)
            clause.Reply.SpokenLanguage = tenant.Language.Split('-')[0].Equals(spoken, StringComparison.OrdinalIgnoreCase) ? tenant.Language : spoken;
        return clause.Reply.SpokenLanguage ?? tenant.Language;
    }

    /// <summary>Synthesises a clause; returns how many characters of it were spoken, all unless the synthesiser stalled.</summary>
    private async Task<int> SynthesizeAsync(TelephoneVoice telephone, Clause clause, CancellationToken cancellationToken)
    {
        telephone.Begin();
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = clock.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), stall, options.SynthesisStart, Timeout.InfiniteTimeSpan);
        var progress = new ClauseProgress(clause.Text);
        var asked = clock.GetTimestamp();
        try
        {
            var request = new SpeechRequest(
                clause.Text, tenant.Voice, LanguageOf(clause), fixedPhrases.Contains(clause.Text), tenant.Providers, meter);
            await foreach (var chunk in voice.SynthesizeAsync(request, stall.Token).WithCancellation(stall.Token))
            {
                timer.Change(options.SynthesisStall, Timeout.InfiniteTimeSpan);
                using var audio = chunk.Audio;
                if (progress.IsEndless(audio))
                    break;
                progress.Words ??= chunk.Words;
                if (audio is null || telephone.Convert(audio) is not { } converted)
                    continue;

                // Timings are given once the silence before the first sound is known.
                var words = progress.TakeWords(telephone);
                if (progress.Bytes == 0)
                    metrics.FirstOutput("tts", voice.Name, clock.GetElapsedTime(asked).TotalMilliseconds);
                progress.Bytes += converted.Bytes.Length;
                await post(CallEvent.ClauseChunk(clause, converted, words));
            }

            if (telephone.Flush() is { } rest)
            {
                progress.Bytes += rest.Bytes.Length;
                await post(CallEvent.ClauseChunk(clause, rest, null));
            }

            // A clause has something to be heard: no sound at all is a fault.
            return progress.Bytes == 0 ? 0 : clause.Text.Length;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.ProviderFailed("tts", voice.Name);
            return progress.CharsSpoken;
        }
        catch (ProviderException) when (!cancellationToken.IsCancellationRequested && progress.Bytes > 0)
        {
            // It broke in the middle: whoever is asked next says the rest.
            return progress.CharsSpoken;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.ProviderFailed("tts", voice.Name);
            throw;
        }
    }

    private async Task SpeakFillerAsync(Clause clause)
    {
        try
        {
            await SpeakClauseAsync(new TelephoneVoice(), clause, clause.Reply.Cancellation);
        }
        catch (Exception)
        {
            // A holding phrase that can't be spoken is left out; the reply itself reports what is wrong with the voice.
            await post(CallEvent.ClauseDone(clause, clause.Text.Length));
        }
    }
}
