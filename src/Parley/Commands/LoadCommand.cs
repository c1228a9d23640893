using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Parley.Calling;
using Parley.Conversation.Native;
using Parley.Conversation.Vad;
using Parley.Loading;
using Spectre.Console;

namespace Parley.Commands;

/// <summary>
/// <c>parley load</c>. Exit codes: 0 measured and nothing went wrong, 1 calls were refused, dropped or not answered, 2 an option or the scenario
/// cannot be used, 3 the server cannot be reached.
/// </summary>
public static class LoadCommand
{
    private static readonly JsonSerializerOptions ReportJson = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var server = new Option<string>("--server")
        {
            Description = "The server: http://..., or ws://.../path for a bare media stream", DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var publicUrl = new Option<string?>("--public-url") { Description = "The server's public address, over which requests are signed, if it differs" };
        var authToken = new Option<string?>("--auth-token") { Description = "Signs requests with this auth token (default: PARLEY_TWILIO_AUTH_TOKEN)" };
        var parameter = new Option<string[]>("--parameter") { Description = "NAME=VALUE: a custom parameter of the start message of a bare media stream" };
        var calls = new Option<string>("--calls") { Description = "Calls at once; several, step after step: 10,100,400", DefaultValueFactory = _ => "10" };
        var seconds = new Option<int>("--seconds") { Description = "Seconds a step is measured", DefaultValueFactory = _ => 30 };
        var settle = new Option<int>("--settle") { Description = "Seconds a step runs before it is measured", DefaultValueFactory = _ => 3 };
        var ramp = new Option<double>("--ramp") { Description = "New calls a second", DefaultValueFactory = _ => 40 };
        var scenario = new Option<string>("--scenario")
        {
            Description = "What callers do: a call script (YAML), 'listen' (nothing but silence) or 'echo' (the server is an echo)",
            DefaultValueFactory = _ => "samples/audio/load.yaml",
        };
        var endOfTurn = new Option<int?>("--end-of-turn-ms") { Description = "Silence after which the server ends a turn, to know what it adds" };
        var pid = new Option<int?>("--pid") { Description = "The server's process (default: the one that listens on its port)" };
        var json = new Option<string?>("--json") { Description = "Writes the result as JSON" };
        var svg = new Option<string?>("--svg") { Description = "Draws latency against calls" };
        var textFile = new Option<string?>("--text") { Description = "Writes the table to a file, too" };
        var command = new Command("load", "Calls a running server many times at once and measures it")
        {
            server, publicUrl, authToken, parameter, calls, seconds, settle, ramp, scenario, endOfTurn, pid, json, svg, textFile,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            () => new LoadOptions
            {
                Server = Address("--server", parsed.GetRequiredValue(server), "http", "https", "ws"),
                PublicUrl = parsed.GetValue(publicUrl) is { } url ? Address("--public-url", url, "http", "https") : null,
                AuthToken = parsed.GetValue(authToken) ?? Environment.GetEnvironmentVariable("PARLEY_TWILIO_AUTH_TOKEN"),
                Parameters = (parsed.GetValue(parameter) ?? []).Select(Pair).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal),
                Calls = Counts(parsed.GetRequiredValue(calls)),
                Length = TimeSpan.FromSeconds(InRange("--seconds", parsed.GetValue(seconds), 1, 86_400)),
                Settle = TimeSpan.FromSeconds(InRange("--settle", parsed.GetValue(settle), 0, 3_600)),
                Ramp = InRange("--ramp", parsed.GetValue(ramp), 0.1, 10_000),
                EndOfTurnMs = parsed.GetValue(endOfTurn) is { } ms ? (int)InRange("--end-of-turn-ms", ms, 0, 10_000) : null,
                ProcessId = parsed.GetValue(pid),
            },
            parsed.GetRequiredValue(scenario), new Files(parsed.GetValue(json), parsed.GetValue(svg), parsed.GetValue(textFile)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Func<LoadOptions> read, string scenario, Files files, CancellationToken cancellationToken)
    {
        try
        {
            var options = read();
            var script = Script(scenario);

            // Received bytes are handled on the thread that saw them; read by the runtime when the first socket is made.
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
            using var handler = new SocketsHttpHandler { UseProxy = !options.Server.IsLoopback };
            using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(15) };
            var console = new LoadConsole(AnsiConsole.Console, TimeProvider.System);
            var report = await new LoadRunner(options, script, scenario, http, TimeProvider.System, console.Show).RunAsync(cancellationToken);
            console.Clear();

            var table = LoadTable.Write(report);
            Console.Out.Write(table);
            await WriteAsync(files.Text, table);
            await WriteAsync(files.Json, JsonSerializer.Serialize(report, ReportJson) + "\n");
            await WriteAsync(files.Svg, LatencyChart.Draw(report));
            return report.Steps.All(s => s.IsClean) ? 0 : 1;
        }
        catch (CallScriptException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (CallFailedException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 3;
        }
    }

    private static LoadScript Script(string scenario)
    {
        var silent = new LoadScript { Steps = [], From = "+14155550130", To = "+12125550101" };
        switch (scenario)
        {
            case "listen":
                return silent;
            case "echo":
                return new LoadScript { Steps = [], From = silent.From, To = silent.To, ExpectsEcho = true };
        }

        var script = CallScriptReader.ReadFile(scenario);
        try
        {
            var detectors = new SileroVadFactory(new SpeechAssets(Options.Create(new SpeechOptions())));
            using var detector = detectors.Create();
            return LoadScript.Of(script, detector);
        }
        catch (SpeechAssetException e)
        {
            Console.Error.WriteLine($"{e.Message} Turns are measured by the recordings' level instead.");
            return LoadScript.Of(script, null);
        }
    }

    private static Uri Address(string option, string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme)
            ? uri
            : throw new CallScriptException($"{option} is an address like {schemes[0]}://127.0.0.1:5080, not '{text}'");

    private static (string Name, string Value) Pair(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? (text[..at], text[(at + 1)..])
        : throw new CallScriptException($"--parameter is NAME=VALUE, not '{text}'");

    private static int[] Counts(string text)
    {
        var counts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0)
            .ToArray();
        return counts.Length > 0 && counts.All(c => c is >= 1 and <= 20_000)
            ? counts
            : throw new CallScriptException($"--calls is a number of calls from 1 to 20,000, or several like 10,100,400, not '{text}'");
    }

    private static double InRange(string option, double value, double least, double most) => value >= least && value <= most
        ? value
        : throw new CallScriptException(string.Create(CultureInfo.InvariantCulture, $"{option} is a number from {least} to {most}, not {value}"));

    private static async Task WriteAsync(string? path, string text)
    {
        if (path is null)
            return;

        try
        {
            await File.WriteAllTextAsync(path, text, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot write {path}: {e.Message}", e);
        }
    }

    private sealed record Files(string? Json, string? Svg, string? Text);
}
