using Microsoft.Extensions.Logging.Console;

namespace Parley.Hosting;

internal static class LoggingExtensions
{
    /// <summary>
    /// Readable lines on a terminal, JSON lines otherwise; <c>Logging:Console:FormatterName</c> (<c>terminal</c> or <c>json</c>) decides
    /// when it is set. Scopes carry the call and tenant id.
    /// </summary>
    public static void AddParleyLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        var formatter = builder.Configuration["Logging:Console:FormatterName"]
            ?? (Console.IsOutputRedirected ? ConsoleFormatterNames.Json : TerminalFormatter.FormatterName);
        builder.Logging.AddConsole(o => o.FormatterName = formatter);
        builder.Logging.AddConsoleFormatter<TerminalFormatter, ConsoleFormatterOptions>();
        builder.Services.Configure<JsonConsoleFormatterOptions>(o =>
        {
            o.IncludeScopes = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
    }
}
