using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Conversation.Faults;
using Spectre.Console;

namespace Parley.Calling;

/// <summary>
/// <c>parley call SCRIPT</c>. Exit codes: 0 everything as expected, 1 an expectation is not met, 2 the script or an option cannot be used,
/// 3 the server cannot be reached or broke the protocol.
/// </summary>
public static class CallCommand
{
    private static readonly JsonSerializerOptions ReportJson = new(HttpCallResultSource.Json)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Builds the command.</summary>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="console">Where to print; null for the terminal.</param>
    public static Command Create(TimeProvider? time = null, IAnsiConsole? console = null)
    {
        var script = new Argument<string>("SCRIPT") { Description = "The caller's part: a YAML file, such as samples/audio/reservation.yaml" };
        var server = new Option<string>("--server")
        {
            Description = "The server to call",
            DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var publicUrl = new Option<string?>("--public-url") { Description = "The server's public address, over which requests are signed, if it differs" };
        var authToken = new Option<string?>("--auth-token") { Description = "Signs requests with this auth token (default: PARLEY_TWILIO_AUTH_TOKEN)" };
        var apiKey = new Option<string?>("--api-key") { Description = "Reads the result with this key (default: PARLEY_API_KEY, then data/operator.key)" };
        var record = new Option<string?>("--record") { Description = "Records the call to a WAV file: caller left, agent right" };
        var timeline = new Option<bool>("--timeline") { Description = "Shows where the time of each answer went" };
        var json = new Option<string?>("--json") { Description = "Writes a report" };
        var quiet = new Option<bool>("--quiet") { Description = "Prints only what is not as expected" };
        var maxSeconds = new Option<int>("--max-seconds") { Description = "Hangs up after this", DefaultValueFactory = _ => 180 };
        var fault = new Option<string?>("--fault")
        {
            Description = $"Spoils the media stream, both ways: {FaultPlan.Help}. What the server says about it does not count as its error",
        };
        var command = new Command("call", "Calls a running server like a person over Twilio would")
        {
            script, server, publicUrl, authToken, apiKey, record, timeline, json, quiet, maxSeconds, fault,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(script), parsed.GetRequiredValue(server), parsed.GetValue(publicUrl),
                parsed.GetValue(authToken) ?? Environment.GetEnvironmentVariable("PARLEY_TWILIO_AUTH_TOKEN"),
                parsed.GetValue(apiKey) ?? Environment.GetEnvironmentVariable("PARLEY_API_KEY"),
                parsed.GetValue(record), parsed.GetValue(timeline), parsed.GetValue(json), parsed.GetValue(quiet),
                parsed.GetValue(maxSeconds), parsed.GetValue(fault)),
            console ?? AnsiConsole.Console, time ?? TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var script = CallScriptReader.ReadFile(request.Script);
            var options = new TwilioCallOptions
            {
                Server = Address("--server", request.Server),
                PublicUrl = request.PublicUrl is { } url ? Address("--public-url", url) : null,
                AuthToken = request.AuthToken,
                From = script.From,
                To = script.To,
                DialStatus = script.DialStatus,
                Faults = request.Fault is { } faults ? Faults(faults) : FaultPlan.None,
                MaxDuration = request.MaxSeconds > 0
                    ? TimeSpan.FromSeconds(request.MaxSeconds)
                    : throw new CallScriptException("--max-seconds is a number of seconds above 0"),
            };
            using var handler = new SocketsHttpHandler { UseProxy = !options.Server.IsLoopback };
            using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(15) };
            using var live = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
            var source = Key(request.ApiKey) is { } key ? new HttpCallResultSource(options.Server, key, live) : null;
            using var recorder = request.Record is { } path ? new CallRecorder(Create(path)) : null;
            var printout = new CallConsole(console, request.Quiet);
            var report = await new CallRunner(options, http, source, printout, time).RunAsync(script, recorder, cancellationToken);
            printout.End(report, request.Timeline);
            if (request.Json is { } file)
            {
                await using var stream = Create(file);
                await JsonSerializer.SerializeAsync(stream, report, ReportJson, CancellationToken.None);
            }

            return options.Faults.IsNone && report.Outcome.Violations.Any(v => v.Code is not null) ? 3 : report.Met ? 0 : 1;
        }
        catch (CallScriptException e)
        {
            console.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return 2;
        }
        catch (CallFailedException e)
        {
            console.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return 3;
        }
    }

    private static Uri Address(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? uri
            : throw new CallScriptException($"{option} is an address like http://127.0.0.1:5080, not '{text}'");

    private static FaultPlan Faults(string text)
    {
        try
        {
            return FaultPlan.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CallScriptException($"--fault: {e.Message}", e);
        }
    }

    private static string? Key(string? given)
    {
        const string file = "data/operator.key";
        try
        {
            return given ?? (File.Exists(file) ? File.ReadAllText(file).Trim() : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot read {file}: {e.Message}", e);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot write {path}: {e.Message}", e);
        }
    }

    private sealed record Request(
        string Script, string Server, string? PublicUrl, string? AuthToken, string? ApiKey, string? Record, bool Timeline, string? Json,
        bool Quiet, int MaxSeconds, string? Fault);
}
