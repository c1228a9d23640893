using Parley.Conversation.Tts;

namespace Parley.Conversation.Providers;

/// <summary>
/// The voices of a chain as one. A voice that does not begin in time or fails is left for the next, which speaks the clause from its beginning and
/// is the voice of the rest of the call. One that fails, stalls or falls behind in the middle of a clause ends it with a <see cref="ProviderException"/>: who
/// asked knows to the word what it was given, and asks for the rest as a clause of its own.
/// </summary>
internal sealed class FallbackTextToSpeech : ITextToSpeech, IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>
{
    private readonly ProviderChain<ITextToSpeech> chain;
    private readonly FallbackAnswer<ITextToSpeech, SpeechRequest, SpeechChunk> answers;

    public FallbackTextToSpeech(ProviderChain<ITextToSpeech> chain)
    {
        this.chain = chain;
        answers = new FallbackAnswer<ITextToSpeech, SpeechRequest, SpeechChunk>(chain, this);
    }

    /// <inheritdoc/>
    public string Name => chain.Name;

    /// <inheritdoc/>
    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken) =>
        request.IsFixed && Kept(request) is { } kept
            ? kept.Provider.SynthesizeAsync(Suited(kept.Name, request), cancellationToken)
            : answers.AskAsync(request, request.Language, request.Providers, request.Meter, cancellationToken);

    IAsyncEnumerable<SpeechChunk> IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.Ask(
        string name, ITextToSpeech provider, SpeechRequest request, CancellationToken cancellationToken) =>
        Asked(provider, Suited(name, request)).SynthesizeAsync(Suited(name, request), cancellationToken);

    bool IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.IsUseful(SpeechChunk item) => item.Audio is not null;

    bool IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.IsEnough(IReadOnlyList<SpeechChunk> before, SpeechChunk newest) => true;

    TimeSpan IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.Plays(SpeechChunk item) => item.Audio?.Duration ?? TimeSpan.Zero;

    ProviderErrorKind? IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.Refuse(SpeechChunk item) => null;

    void IAnswerKind<ITextToSpeech, SpeechRequest, SpeechChunk>.Drop(SpeechChunk item) => item.Audio?.Dispose();

    // A phrase that was kept is only asked for here when the breaker wants to know whether the provider is back.
    private static ITextToSpeech Asked(ITextToSpeech provider, SpeechRequest request) =>
        provider is PhraseCache cache && cache.Has(request) ? cache.Inner : provider;

    // A voice's name means something to one provider only; the tenant's own one is the embedded voice's.
    private static SpeechRequest Suited(string name, SpeechRequest request) => request with
    {
        Voice = request.Providers?.Voices.GetValueOrDefault(name) ?? (name == ProviderNames.Embedded ? request.Voice : null),
    };

    /// <summary>The voice that would be asked, if it has kept the phrase: that says nothing about its provider, so no breaker is told.</summary>
    private ProviderCandidate<ITextToSpeech>? Kept(SpeechRequest request)
    {
        var candidates = chain.For(request.Providers);
        var left = chain.LeftBy(request.Meter).Value;
        for (var i = 0; i < candidates.Length; i++)
        {
            if ((left & 1 << i) != 0 || candidates[i].Gate.State == BreakerState.Open)
                continue;
            return candidates[i].Provider is PhraseCache cache && cache.Has(Suited(candidates[i].Name, request)) ? candidates[i] : null;
        }

        return null;
    }
}
