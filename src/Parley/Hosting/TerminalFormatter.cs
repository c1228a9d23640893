using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Parley.Hosting;

/// <summary>One line an entry, for people: time, level when it matters, the call it belongs to, the message.</summary>
internal sealed class TerminalFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "terminal";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(clock.GetLocalNow().ToString("HH:mm:ss.fff ", System.Globalization.CultureInfo.InvariantCulture));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Trace => "trace ",
            LogLevel.Debug => "debug ",
            LogLevel.Warning => "WARN  ",
            LogLevel.Error => "ERROR ",
            LogLevel.Critical => "FATAL ",
            _ => "",
        });
        scopeProvider?.ForEachScope(WriteCall, textWriter);
        textWriter.WriteLine(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is not null)
            textWriter.WriteLine(logEntry.Exception);
    }

    private static void WriteCall(object? scope, TextWriter writer)
    {
        if (scope is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;

        foreach (var (name, value) in values)
        {
            if (name is "CallId" or "Tenant")
            {
                writer.Write('[');
                writer.Write(value is Guid id ? id.ToString("N")[^6..] : value);
                writer.Write("] ");
            }
        }
    }
}
