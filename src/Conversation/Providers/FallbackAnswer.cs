using System.Runtime.CompilerServices;

namespace Parley.Conversation.Providers;

/// <summary>
/// Asks the providers of a chain for a streamed answer: one after the other until one gives something useful within its deadline, and beside a
/// slow one the next where hedging is on. Once something was given out a failure is the caller's to handle: only that knows what was heard.
/// </summary>
internal sealed class FallbackAnswer<TProvider, TRequest, TItem>(ProviderChain<TProvider> chain, IAnswerKind<TProvider, TRequest, TItem> kind)
    where TProvider : class
{
    private readonly ProviderChain<TProvider> chain = chain;
    private readonly IAnswerKind<TProvider, TRequest, TItem> kind = kind;

    // The embedded voice is always there; behind the language models the agent has its rules.
    private readonly bool lastIsForced = chain.Capability != Capability.Think;

    /// <summary>Answers, or fails with what the last provider failed with.</summary>
    public async IAsyncEnumerable<TItem> AskAsync(
        TRequest request, string language, ProviderChoice? choice, CallMeter? call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        chain.CountRequest();
        var attempt = new Attempt(this, request, language, choice, call, cancellationToken);
        var answer = await attempt.FirstAsync();
        try
        {
            foreach (var item in answer.Early)
                yield return item;
            if (answer.HasEnded)
                yield break;
            do
                yield return answer.Current;
            while (await MoreAsync(answer, attempt, cancellationToken));
        }
        finally
        {
            answer.Close();
        }
    }

    private async ValueTask<bool> MoreAsync(RunningAnswer<TProvider, TRequest, TItem> answer, Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.MoreAsync(chain.Deadlines.Idle);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            attempt.Leave(answer, e);
            throw e as ProviderException ?? new ProviderException(
                answer.Candidate.Name, ProviderErrorKind.Disconnected, "The answer broke off.", inner: e);
        }
    }

    /// <summary>One request on its way through the chain.</summary>
    private sealed class Attempt(
        FallbackAnswer<TProvider, TRequest, TItem> owner, TRequest request, string language, ProviderChoice? choice, CallMeter? call,
        CancellationToken cancellationToken)
    {
        private readonly ProviderChain<TProvider> chain = owner.chain;
        private readonly ProviderCandidate<TProvider>[] candidates = owner.chain.For(choice);
        private readonly StrongBox<int> left = owner.chain.LeftBy(call);
        private int next;
        private Exception? failure;

        /// <summary>The first answer with something useful in it.</summary>
        public async Task<RunningAnswer<TProvider, TRequest, TItem>> FirstAsync()
        {
            while (Begin() is { } running)
            {
                var first = WaitAsync(running);
                if (chain.Options.Hedging.IsOn(chain.Capability) && await IsSlowAsync(running, first) && chain.TryHedge() && Begin() is { } other)
                {
                    if (await RaceAsync(running, first, other) is { } winner)
                        return winner;
                }
                else if (await first)
                {
                    return running;
                }
            }

            throw failure ?? new ProviderException(
                chain.Name, ProviderErrorKind.Unavailable,
                candidates.Length == 0 ? "No provider is configured." : "All providers are left out for now.");
        }

        /// <summary>A provider is not asked again in this call, unless it was only this request that it refused.</summary>
        public void Leave(RunningAnswer<TProvider, TRequest, TItem> answer, Exception why)
        {
            failure = why;
            answer.Fail(why);
            if (!ProviderFailures.IsOfTheRequest(why))
                left.Value |= 1 << answer.Index;
            chain.Left(answer.Candidate.Name, answer.Index + 1 < candidates.Length ? candidates[answer.Index + 1].Name : null, why);
        }

        private RunningAnswer<TProvider, TRequest, TItem>? Begin()
        {
            while (next < candidates.Length)
            {
                var index = next++;
                var candidate = candidates[index];
                var forced = owner.lastIsForced && next == candidates.Length;
                if ((left.Value & 1 << index) != 0 && !forced)
                    continue;
                var variant = ProviderChain<TProvider>.Variant(candidate.Name, language, choice);
                if (candidate.Gate.TryEnter(variant, forced) is { } use)
                    return new RunningAnswer<TProvider, TRequest, TItem>(candidate, index, use, owner.kind, chain.Clock, cancellationToken);
            }

            return null;
        }

        /// <summary>Waits for an answer's first useful piece; one that fails is left and closed.</summary>
        private async Task<bool> WaitAsync(RunningAnswer<TProvider, TRequest, TItem> running)
        {
            Exception? failed;
            try
            {
                failed = await running.FirstAsync(request, chain.Deadlines.FirstOutput);
            }
            catch (Exception)
            {
                // Nobody waits any more.
                running.Close();
                throw;
            }

            if (!running.TryFinish())
            {
                // Another one was faster.
                running.Close();
                return false;
            }

            if (failed is null)
            {
                running.Candidate.Gate.Times.Add(running.EnoughMs);
                chain.Metrics.FirstOutput(ProviderNames.Stage(chain.Capability), running.Candidate.Name, running.FirstOutputMs);
                return true;
            }

            Leave(running, failed);
            running.Close();
            return false;
        }

        /// <summary>Whether an answer takes longer than nearly all before it, and another could be asked.</summary>
        private async Task<bool> IsSlowAsync(RunningAnswer<TProvider, TRequest, TItem> running, Task<bool> first)
        {
            if (first.IsCompleted || next >= candidates.Length || running.Candidate.Gate.Times.P95() is not { } usual)
                return false;

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var slow = Task.Delay(TimeSpan.FromMilliseconds(usual), chain.Clock, stop.Token);
            var isSlow = await Task.WhenAny(first, slow) == slow && !cancellationToken.IsCancellationRequested;
            Stop(stop);
            return isSlow && next < candidates.Length;
        }

        private static void Stop(CancellationTokenSource timer) => timer.Cancel();

        private async Task<RunningAnswer<TProvider, TRequest, TItem>?> RaceAsync(
            RunningAnswer<TProvider, TRequest, TItem> running, Task<bool> first, RunningAnswer<TProvider, TRequest, TItem> other)
        {
            var second = WaitAsync(other);
            var (winner, loser, lost) = await Task.WhenAny(first, second) == first ? (running, other, second) : (other, running, first);
            var won = winner == running ? first : second;
            if (!await won)
            {
                // The one that was ready failed: the other one it is, if anybody.
                return await lost ? loser : null;
            }

            loser.Cancel();
            if (winner == other && chain.Capability == Capability.Speak)
                left.Value |= 1 << running.Index;
            return winner;
        }
    }
}
