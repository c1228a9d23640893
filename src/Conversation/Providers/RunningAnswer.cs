namespace Parley.Conversation.Providers;

/// <summary>
/// A provider's answer on its way, watched: too late, too slow, or broken, it fails with an exception. A provider that does not even react to
/// being cancelled is left behind, never waited for.
/// </summary>
internal sealed class RunningAnswer<TProvider, TRequest, TItem>(
    ProviderCandidate<TProvider> candidate, int index, ProviderUse use, IAnswerKind<TProvider, TRequest, TItem> kind, TimeProvider clock,
    CancellationToken callerGone)
{
    private readonly CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(callerGone);
    private readonly List<TItem> early = [];
    private IAsyncEnumerator<TItem>? items;
    private Task<bool>? pending;
    private bool gaveSomething;
    private bool settled;
    private bool closed;
    private bool hasItem;
    private int outcome;
    private long beganAt;
    private TimeSpan plays;

    /// <summary>Who answers.</summary>
    public ProviderCandidate<TProvider> Candidate => candidate;

    /// <summary>Its place in the chain.</summary>
    public int Index => index;

    /// <summary>Milliseconds to the first useful piece.</summary>
    public double FirstOutputMs { get; private set; }

    /// <summary>Milliseconds until there was enough to be heard.</summary>
    public double EnoughMs { get; private set; }

    /// <summary>What came before the piece with which there was enough: word timings, the words of a first clause.</summary>
    public IReadOnlyList<TItem> Early => early;

    /// <summary>The answer ended within <see cref="Early"/>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The piece that came last; its taker owns it.</summary>
    public TItem Current
    {
        get
        {
            hasItem = false;
            plays += kind.Plays(items!.Current);
            return items.Current;
        }
    }

    /// <summary>
    /// Asks, and waits for the first useful piece within <paramref name="deadline"/>, and for enough to be heard within twice that; returns why there
    /// is none, null when there is. Throws only when the caller is gone.
    /// </summary>
    public async Task<Exception?> FirstAsync(TRequest request, TimeSpan deadline)
    {
        var asked = clock.GetTimestamp();
        try
        {
            items = kind.Ask(candidate.Name, candidate.Provider, request, cancellation.Token).GetAsyncEnumerator(cancellation.Token);
            var isUseful = false;
            while (true)
            {
                var left = (isUseful ? 2 * deadline : deadline) - clock.GetElapsedTime(asked);
                if (!await NextAsync(left, isUseful ? "not enough output" : "no first output"))
                {
                    HasEnded = isUseful;
                    if (isUseful)
                        break;
                    return new ProviderException(candidate.Name, ProviderErrorKind.MalformedAnswer, "The answer is empty.");
                }

                if (!isUseful && kind.Refuse(items.Current) is { } wrong)
                    return new ProviderException(candidate.Name, wrong, "There is no answer.");
                if (!isUseful && kind.IsUseful(items.Current))
                {
                    isUseful = true;
                    FirstOutputMs = clock.GetElapsedTime(asked).TotalMilliseconds;
                }

                if (isUseful && kind.IsEnough(early, items.Current))
                    break;
                early.Add(Current);
            }

            EnoughMs = clock.GetElapsedTime(asked).TotalMilliseconds;
            beganAt = clock.GetTimestamp();
            gaveSomething = true;
            return null;
        }
        catch (Exception e) when (!callerGone.IsCancellationRequested)
        {
            return e;
        }
    }

    /// <summary>
    /// The next piece; false at the end. Fails when it takes longer than <paramref name="idle"/>, or when the answer falls behind the listener by that.
    /// </summary>
    public ValueTask<bool> MoreAsync(TimeSpan idle)
    {
        var ahead = plays > TimeSpan.Zero ? plays - clock.GetElapsedTime(beganAt) : TimeSpan.Zero;
        return NextAsync(ahead < TimeSpan.Zero ? idle + ahead : idle);
    }

    /// <summary>The next piece; false at the end. Fails when it takes longer than <paramref name="patience"/>.</summary>
    private async ValueTask<bool> NextAsync(TimeSpan patience, string what = "nothing more")
    {
        hasItem = false;
        var next = items!.MoveNextAsync();
        if (next.IsCompleted)
            return hasItem = await next;

        pending = next.AsTask();
        if (!pending.IsCompleted)
        {
            try
            {
                await pending.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock, callerGone);
            }
            catch (TimeoutException) when (!pending.IsCompleted)
            {
                throw new ProviderException(candidate.Name, ProviderErrorKind.Timeout, $"There was {what} in time.");
            }
        }

        hasItem = await pending;
        pending = null;
        return hasItem;
    }

    /// <summary>The wait for its first piece is over; false when it was cancelled meanwhile, and has to be closed.</summary>
    public bool TryFinish() => Interlocked.CompareExchange(ref outcome, 1, 0) == 0;

    /// <summary>Another one was faster. Who waits for its first piece closes it; when that is over, it is closed here.</summary>
    public void Cancel()
    {
        if (Interlocked.CompareExchange(ref outcome, 2, 0) == 0)
            CancelRequest();
        else
            Close();
    }

    /// <summary>It failed: its gate is told.</summary>
    public void Fail(Exception failure)
    {
        settled = true;
        use.Failed(failure);
    }

    /// <summary>Nothing more is wanted of it; what has to be cleared up is not waited for.</summary>
    public void Close()
    {
        if (closed)
            return;

        closed = true;
        Interlocked.Exchange(ref outcome, 1);
        if (!settled && gaveSomething)
            use.Succeeded();
        else if (!settled)
            use.Abandoned();
        settled = true;
        CancelRequest();
        _ = ClearAsync();
    }

    private void CancelRequest()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (AggregateException)
        {
            // What a provider does when it is cancelled is its own affair.
        }
    }

    private async Task ClearAsync()
    {
        try
        {
            if (pending is not null)
                hasItem = await pending;
            if (hasItem)
                kind.Drop(items!.Current);
        }
        catch (Exception)
        {
            // It was given up: how it ends does not matter any more.
        }

        try
        {
            if (items is not null)
                await items.DisposeAsync();
        }
        catch (Exception)
        {
            // As above.
        }

        cancellation.Dispose();
    }
}
