using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parley.Tests.Common.Calls;

/// <summary>Keeps what is logged as an error or worse.</summary>
public sealed class ErrorLog : ILoggerFactory, ILogger
{
    /// <summary>Level, text and the error's message of each line.</summary>
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception?.Message}".TrimEnd()));
    }

    public void Dispose()
    {
    }
}
