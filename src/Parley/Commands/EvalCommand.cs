using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Calling;
using Parley.Evaluation;
using Spectre.Console;

namespace Parley.Commands;

/// <summary>
/// <c>parley eval DIR</c>. Exit codes: 0 everything as expected, 1 something is not, 2 a scenario or an option cannot be used.
/// </summary>
internal static class EvalCommand
{
    private const int Differs = 1;

    // As shells tell of a command that SIGINT ended: 128 + 2.
    private const int Interrupted = 130;
    private const string KeyVariable = "PARLEY_EVAL_API_KEY";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Builds the command.</summary>
    /// <param name="console">Where to print; null for the terminal.</param>
    public static Command Create(IAnsiConsole? console = null)
    {
        var path = new Argument<string>("DIR") { Description = "A folder of scenarios, such as samples/scenarios, or one scenario (YAML)." };
        var agent = new Option<string>("--agent")
        {
            Description = "Who answers: 'rules', the embedded agent; 'llm', the one with a language model; or 'both'.", DefaultValueFactory = _ => "both",
        };
        agent.AcceptOnlyFromAmong("rules", "llm", "both");
        var filter = new Option<string?>("--filter") { Description = "Only scenarios whose file or name contains this." };
        var audio = new Option<bool>("--audio") { Description = "Over real audio and in real time: the scenarios that say 'audio: true'." };
        var json = new Option<FileInfo?>("--json") { Description = "Write everything into this file." };
        var transcripts = new Option<bool>("--transcripts") { Description = "Print every conversation, not only those that failed." };
        var address = new Option<string?>("--base-url")
        {
            Description = $"An OpenAI-compatible server with a real model, instead of the scenarios' scripted one. Its key: {KeyVariable}.",
        };
        var model = new Option<string?>("--model") { Description = "The real model's name." };
        var eval = new Command("eval", "Play scenarios against the agents and check what comes of them.")
        {
            path, agent, filter, audio, json, transcripts, address, model,
        };
        eval.SetAction((parsed, cancellation) => CommandHost.RunAsync(async () =>
        {
            try
            {
                AgentKind[] kinds = parsed.GetValue(agent) switch
                {
                    "rules" => [AgentKind.Rules],
                    "llm" => [AgentKind.Llm],
                    _ => [AgentKind.Rules, AgentKind.Llm],
                };
                return await RunAsync(
                    parsed.GetRequiredValue(path), kinds, parsed.GetValue(filter), parsed.GetValue(audio), parsed.GetValue(json),
                    new EvalConsole(console ?? AnsiConsole.Console, parsed.GetValue(transcripts)), Model(parsed.GetValue(address), parsed.GetValue(model)), cancellation);
            }
            catch (CallScriptException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return CommandHost.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return Interrupted;
            }
        }));
        return eval;
    }

    private static async Task<int> RunAsync(
        string path, AgentKind[] kinds, string? filter, bool audio, FileInfo? json, EvalConsole console, EvalModel? model, CancellationToken cancellation)
    {
        var scenarios = ScenarioReader.ReadAll(path)
            .Where(s => filter is null || s.File.Contains(filter, StringComparison.OrdinalIgnoreCase) || s.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            .Where(s => s.Audio || !audio)
            .ToList();
        var wanted = scenarios
            .SelectMany(s => kinds.Where(k => s.Agents.Contains(k) || (k == AgentKind.Llm && model is not null && s.IsForAnyone)).Select(k => (Scenario: s, Kind: k)))
            .ToList();
        if (wanted.Count == 0)
            throw new CallScriptException($"{path} holds no scenario like that");

        // Found out before everything is played, and not behind it.
        if (json is { Directory.Exists: false })
            throw new CallScriptException($"cannot write {json}: there is no such folder");

        await using var server = await EvalServer.StartAsync(model, audio, cancellation);
        var runner = new ScenarioRunner(server, audio);
        var runs = new List<ScenarioRun>();
        console.Begin(scenarios);
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            foreach (var (scenario, kind) in wanted)
            {
                var run = await runner.RunAsync(scenario, kind, cancellation);
                runs.Add(run);
                console.Add(run);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What has been played is reported.
        }

        var report = new EvalReport
        {
            Mode = audio ? "audio" : "text",
            Model = model?.Name ?? "scripted",
            Milliseconds = (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds,
            Runs = runs,
        };
        console.End(report);
        if (json is not null)
        {
            await using var file = json.Create();
            await JsonSerializer.SerializeAsync(file, report, Json, CancellationToken.None);
        }

        if (runs.Count < wanted.Count)
        {
            await Console.Error.WriteLineAsync($"stopped: {runs.Count} of {wanted.Count} were played");
            return Interrupted;
        }

        return report.Failed == 0 ? CommandHost.Ok : Differs;
    }

    private static EvalModel? Model(string? address, string? name)
    {
        if (address is null && name is null)
            return null;
        if (address is null || name is null)
            throw new CallScriptException("--base-url and --model belong together");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new EvalModel(uri, name, Environment.GetEnvironmentVariable(KeyVariable))
            : throw new CallScriptException($"--base-url is an address like http://127.0.0.1:11434/v1, not '{address}'");
    }
}
