using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Parley.Conversation;
using Parley.Conversation.Native;
using Parley.Conversation.Rag.Ingestion;
using Parley.Hosting;
using Parley.Persistence;
using Parley.Persistence.Embedded;
using Parley.Persistence.Migrations;
using Parley.Persistence.Tenants;

namespace Parley.Commands;

/// <summary>What all commands share: exit codes, and errors that people can read.</summary>
internal static class CommandHost
{
    /// <summary>Everything went well.</summary>
    public const int Ok = 0;

    /// <summary>Something in the world is not as it must be: a file, the configuration, the database.</summary>
    public const int Failed = 2;

    /// <summary>Runs a command; errors that a user can mend become a message and an exit code, all others stay exceptions.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OptionsValidationException e)
        {
            return Fail("The configuration has errors:\n  " + string.Join("\n  ", e.Failures));
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is OptionsValidationException))
        {
            var failures = e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(i => i.Failures);
            return Fail("The configuration has errors:\n  " + string.Join("\n  ", failures));
        }
        catch (InvalidOperationException e) when (e.InnerException is ArgumentException or FormatException
            && e.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal))
        {
            // A word where a number belongs: binding stops at the first.
            return Fail("The configuration has an error:\n  " + e.Message);
        }
        catch (Exception e) when (e is SpeechAssetException or EmbeddedPostgresException or MigrationException or TenantFileException
            or TenantConflictException or KnowledgeException or Npgsql.NpgsqlException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
    }

    /// <summary>The settings that the flags of a command stand for; flags that were not given change nothing.</summary>
    public static Dictionary<string, string?> Settings(params ReadOnlySpan<(string Key, string? Value)> flags)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in flags)
        {
            if (value is not null)
                settings[key] = value;
        }

        return settings;
    }

    /// <summary>A builder for a command whose standard output is its result: logs go to standard error.</summary>
    public static WebApplicationBuilder CreateBuilder(Dictionary<string, string?>? settings = null)
    {
        var builder = ParleyApp.CreateBuilder(settings);
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }

    /// <summary>Runs <paramref name="work"/> with the database started, for commands without a server.</summary>
    public static Task<int> WithDatabaseAsync(string? data, Func<IServiceProvider, Task<int>> work) => RunAsync(async () =>
    {
        var builder = CreateBuilder(Settings(("Database:DataDirectory", data)));
        builder.Services.AddPersistence(builder.Configuration);
        builder.Services.AddCaptures(builder.Configuration).AddCaptureRemoval();
        await using var app = builder.Build();
        await app.Services.GetRequiredService<Database>().StartAsync(CancellationToken.None);
        return await work(app.Services);
    });

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return Failed;
    }
}
