using Microsoft.Extensions.DependencyInjection;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.ProviderBench;

/// <summary>Notes when each provider of an installation is asked.</summary>
internal sealed class Watch
{
    // What a call asks again later than this is another question.
    private static readonly TimeSpan OneQuestion = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly List<(Capability Capability, string Provider, object? What, long At)> asked = [];

    /// <summary>Watches every provider that is registered.</summary>
    public void Over(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true, ServiceKey: string name } known && name != ProviderNames.Embedded)
            {
                if (known.ServiceType == typeof(ISpeechToText))
                    services[i] = Replaced<ISpeechToText>(known, inner => new Recogniser(this, name, inner));
                else if (known.ServiceType == typeof(ILanguageModel))
                    services[i] = Replaced<ILanguageModel>(known, inner => new Model(this, name, inner));
                else if (known.ServiceType == typeof(ITextToSpeech))
                    services[i] = Replaced<ITextToSpeech>(known, inner => new Voice(this, name, inner));
            }
        }
    }

    /// <summary>
    /// Milliseconds from a question to the first provider until another one was asked the same, or opened instead; null when that did not happen. A
    /// recogniser that was left before there was a question, and the rest of a clause that broke off, kept nobody waiting: 0.
    /// </summary>
    public double? FallbackMs(Capability capability)
    {
        lock (gate)
        {
            var all = asked.FindAll(a => a.Capability == capability);
            var second = all.FindIndex(a => a.Provider != all[0].Provider);
            if (second < 0)
                return null;
            var question = capability == Capability.Recognise
                ? all.FindLastIndex(second - 1, a => a.What is not null)
                : all.FindLastIndex(second - 1, a => Equals(a.What, all[second].What));
            return question < 0 ? 0 : TimeProvider.System.GetElapsedTime(all[question].At, all[second].At).TotalMilliseconds;
        }
    }

    /// <summary>Requests that asked another provider the same as one a moment before, as a share of the questions.</summary>
    public double ExtraShare(Capability capability)
    {
        lock (gate)
        {
            var extra = 0;
            var last = new Dictionary<object, (string Provider, long At)>();
            var all = asked.FindAll(a => a.Capability == capability && a.What is not null);
            foreach (var (_, provider, what, at) in all)
            {
                if (last.TryGetValue(what!, out var before) && before.Provider != provider && TimeProvider.System.GetElapsedTime(before.At, at) < OneQuestion)
                    extra++;
                last[what!] = (provider, at);
            }

            return extra / (double)(all.Count - extra);
        }
    }

    private void Note(Capability capability, string provider, object? what)
    {
        lock (gate)
            asked.Add((capability, provider, what, TimeProvider.System.GetTimestamp()));
    }

    private static ServiceDescriptor Replaced<T>(ServiceDescriptor known, Func<T, T> over)
        where T : class => new(
        typeof(T), known.ServiceKey,
        (services, key) => over((T)(known.KeyedImplementationFactory?.Invoke(services, key)
            ?? ActivatorUtilities.CreateInstance(services, known.KeyedImplementationType!))),
        ServiceLifetime.Singleton);

    private static Task Prewarm(object inner, ExpectedCall call, CancellationToken cancellationToken) =>
        inner is IPrewarmed warmed ? warmed.PrewarmAsync(call, cancellationToken) : Task.CompletedTask;

    private sealed class Recogniser(Watch watch, string name, ISpeechToText inner) : ISpeechToText, IPrewarmed, IDisposable
    {
        public string Name => inner.Name;

        public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
        {
            watch.Note(Capability.Recognise, name, null);
            return new Stream(watch, name, inner.Open(options, sink));
        }

        public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => Prewarm(inner, call, cancellationToken);

        public void Dispose() => (inner as IDisposable)?.Dispose();
    }

    private sealed class Stream(Watch watch, string name, ISpeechToTextStream inner) : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples) => inner.Write(samples);

        public void RequestFinal(int request)
        {
            watch.Note(Capability.Recognise, name, request);
            inner.RequestFinal(request);
        }

        public void Commit() => inner.Commit();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Model(Watch watch, string name, ILanguageModel inner) : ILanguageModel, IPrewarmed
    {
        public string Name => inner.Name;

        public IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, CancellationToken cancellationToken)
        {
            watch.Note(Capability.Think, name, request.Messages);
            return inner.CompleteAsync(request, cancellationToken);
        }

        public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => Prewarm(inner, call, cancellationToken);
    }

    private sealed class Voice(Watch watch, string name, ITextToSpeech inner) : ITextToSpeech, IPrewarmed, IDisposable
    {
        public string Name => inner.Name;

        public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
        {
            watch.Note(Capability.Speak, name, (request.Meter, request.Text));
            return inner.SynthesizeAsync(request, cancellationToken);
        }

        public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => Prewarm(inner, call, cancellationToken);

        public void Dispose() => (inner as IDisposable)?.Dispose();
    }
}
