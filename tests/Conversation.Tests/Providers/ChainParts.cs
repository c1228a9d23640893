using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Providers;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Providers;

/// <summary>What chains are made of, and what they said in the log.</summary>
internal sealed class ChainParts : IMeterFactory, ILogger
{
    public ManualClock Clock { get; init; } = new();

    public ProviderOptions Options { get; } = new();

    public SingleThread Thread { get; } = new();

    public List<string> Log { get; } = [];

    public ConversationMetrics Metrics => field ??= new ConversationMetrics(this);

    public ProviderChain<T> Chain<T>(Capability capability, params (string, T)[] providers)
        where T : class => new(capability, providers, Options, Clock, Metrics, this);

    public ProviderGate Gate(string name = "deepgram") => new(name, Capability.Recognise, Options.Breaker, Clock, Metrics, this);

    /// <summary>Lets time pass in steps of 10 ms, on the test's thread.</summary>
    public void Pass(int ms)
    {
        for (var done = 0; done < ms; done += 10)
            Thread.Run(() => Clock.Advance(TimeSpan.FromMilliseconds(10)));
    }

    /// <summary>Runs something to its end while time passes.</summary>
    public T Run<T>(Func<Task<T>> work, int atMostMs = 60_000)
    {
        Task<T> task = null!;
        Thread.Run(() => task = work());
        for (var waited = 0; !task.IsCompleted && waited < atMostMs; waited += 10)
            Pass(10);
        task.IsCompleted.ShouldBeTrue("It did not come to an end.");
        return task.GetAwaiter().GetResult();
    }

    public static ProviderException Failure(ProviderErrorKind kind, TimeSpan? retryAfter = null) => new("first", kind, "It failed.", retryAfter);

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Add(formatter(state, exception));
}
