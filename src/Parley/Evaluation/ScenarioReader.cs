using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Parley.Calling;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Http;
using Parley.Persistence.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Evaluation;

/// <summary>Reads scenarios from YAML: every key must be known, every value of its kind; errors carry file and line.</summary>
internal sealed class ScenarioReader
{
    private const string TenantsFolder = "tenants";

    // A Friday, so that "tomorrow" and "on Monday" are different days in every scenario that does not say otherwise.
    private static readonly LocalDateTime DefaultNow = new(2026, 11, 20, 12, 0);
    private static readonly LocalDateTimePattern NowPattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm");
    private static readonly string[] Lists = ["agent_says", "agent_never_says", "note", "tools", "tools_never", "bookings"];

    private static readonly string[] ExpectKeys =
    [
        .. ExpectationsReader.Keys.Except(["max_turn_latency_ms"]), "lead", "note", "phone", "call_back", "escalations", "tools", "tools_never", "most_turns", "bookings",
        "bookings_exactly", "sentiment", "outcome", "success", "summary",
    ];

    private readonly ScriptYaml yaml;
    private readonly string file;
    private readonly Func<string, Business?> tenants;

    private ScenarioReader(string file, Func<string, Business?> tenants) => (yaml, this.file, this.tenants) = (new ScriptYaml(file), file, tenants);

    /// <summary>Reads a file, or every scenario in a folder and those below it, by name.</summary>
    /// <exception cref="CallScriptException">There is none, or one has a mistake; all mistakes are told at once.</exception>
    public static IReadOnlyList<Scenario> ReadAll(string path)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        string[] files;
        try
        {
            files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*.yaml", SearchOption.AllDirectories);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot read {path}: {e.Message}", e);
        }

        var scenarios = new List<Scenario>();
        var errors = new List<string>();
        foreach (var file in files.Where(f => Path.GetFileName(Path.GetDirectoryName(f)) != TenantsFolder).Order(StringComparer.Ordinal))
        {
            try
            {
                scenarios.Add(ReadFile(file) with { File = Path.GetRelativePath(folder, file) });
            }
            catch (CallScriptException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors.Count > 0 ? throw new CallScriptException(string.Join('\n', errors.Distinct()))
            : scenarios.Count > 0 ? scenarios
            : throw new CallScriptException($"{path} holds no scenario (*.yaml)");
    }

    /// <summary>Reads a scenario named <paramref name="file"/> in errors; <paramref name="tenants"/> brings a business by its file's name.</summary>
    /// <exception cref="CallScriptException">It is no valid scenario.</exception>
    public static Scenario Read(string text, string file, Func<string, Business?> tenants)
    {
        var reader = new ScenarioReader(file, tenants);
        return reader.Scenario(reader.yaml.Load(text));
    }

    private static Scenario ReadFile(string file)
    {
        try
        {
            return Read(File.ReadAllText(file), file, name => FindTenant(Path.GetDirectoryName(Path.GetFullPath(file))!, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot read {file}: {e.Message}", e);
        }
    }

    // The nearest folder of tenants: beside the scenario, or beside a folder that it is in.
    private static Business? FindTenant(string folder, string name)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, TenantsFolder, name + ".yaml");
            if (!File.Exists(file))
                continue;
            var tenant = TenantFile.Parse(File.ReadAllText(file), Path.GetRelativePath(Environment.CurrentDirectory, file));
            var knowledge = Path.ChangeExtension(file, null);
            return new Business(tenant, Directory.Exists(knowledge) ? knowledge : null);
        }

        return null;
    }

    private Scenario Scenario(YamlNode root)
    {
        var map = yaml.Map(root, "a scenario",
            ["name", "tenant", "now", "from", "dial", "agents", "audio", "before", "fails", "persona", "turns", "on_return", "analysis", "expect"]);
        var business = Find(yaml.Required(map, root, "tenant"));
        var from = map.TryGetValue("from", out var number) ? yaml.Text(number) == "withheld" ? null : yaml.Number(number) : "+14155550123";
        var bookings = new BookingsReader(yaml, file, business.Tenant, from);
        var steps = ScriptYaml.Optional(map, "turns", n => yaml.List(n, s => Step(s, bookings))) ?? [];
        var persona = ScriptYaml.Optional(map, "persona", Persona);
        if (steps.Length == 0 && persona is null)
            throw yaml.Error(root, "a scenario has turns, or a persona whom a model plays");
        var isAudio = map.TryGetValue("audio", out var audio) && yaml.Flag(audio);
        if (isAudio && steps.FirstOrDefault(static s => s.Meanwhile.Count > 0 || s.AfterMinutes > 0 || s.Does == CallerDoes.MakeNoise) is { } textOnly)
            throw yaml.Error(textOnly.Line, "noise, meanwhile and after_minutes are for text mode only");
        AgentKind[] agents = map.TryGetValue("agents", out var named) ? yaml.List(named, Agent)
            : steps.Any(s => s.Model is not null) ? [AgentKind.Rules, AgentKind.Llm]
            : persona is not null ? [AgentKind.Llm] : [AgentKind.Rules];
        if (map.TryGetValue("analysis", out var analysis) && !agents.Contains(AgentKind.Llm))
            throw yaml.Error(analysis, "analysis is the model's, and no model answers here: no step says what it does");
        return new Scenario
        {
            File = file,
            Name = yaml.Text(yaml.Required(map, root, "name")),
            Tenant = business.Tenant,
            Knowledge = business.Knowledge,
            Now = map.TryGetValue("now", out var now) ? Now(now) : DefaultNow,
            From = from,
            DialStatus = ScriptYaml.Optional(map, "dial", yaml.DialStatus) ?? "completed",
            Agents = agents,
            IsForAnyone = named is null,
            Audio = isAudio,
            Before = ScriptYaml.Optional(map, "before", bookings.Others) ?? [],
            Fails = ScriptYaml.Optional(map, "fails", n => Faults(n, business.Tenant)) ?? [],
            Persona = persona,
            Steps = steps,
            OnReturn = ScriptYaml.Optional(map, "on_return", n => yaml.List(n, Action)) ?? [],
            Analysis = analysis is null ? null : Analysis(analysis),
            Expect = Expectations(yaml.Required(map, root, "expect"), bookings),
        };
    }

    private Business Find(YamlNode node)
    {
        var name = yaml.Text(node);
        try
        {
            return tenants(name) ?? throw yaml.Error(node, $"there is no {TenantsFolder}/{name}.yaml beside the scenario or above it");
        }
        catch (TenantFileException e)
        {
            // Told once, however many scenarios call there.
            throw new CallScriptException(e.Message, e);
        }
    }

    private Dictionary<string, ToolFault> Faults(YamlNode node, Tenant tenant)
    {
        var own = tenant.Tools.Select(static tool => tool.Name).ToArray();
        return yaml.Map(node, "fails", [.. HttpToolSettings.Reserved.Order(StringComparer.Ordinal), .. own])
            .ToDictionary(static one => one.Key, one => Fault(one.Value, own.Contains(one.Key)), StringComparer.Ordinal);
    }

    private ToolFault Fault(YamlNode node, bool isOwn) => yaml.Text(node) switch
    {
        "timeout" => new ToolFault(TimesOut: true),
        "error" when !isOwn => new ToolFault(),
        var text when isOwn && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and < 600 => new ToolFault(Status: status),
        _ => throw yaml.Error(node, isOwn ? "a service of the business fails with a status from 400 to 599, or timeout" : "a tool fails with error or timeout"),
    };

    private Persona Persona(YamlNode node)
    {
        var map = yaml.Map(node, "a persona", ["about", "goal", "most_lines"]);
        return new Persona(
            yaml.Text(yaml.Required(map, node, "about")), yaml.Text(yaml.Required(map, node, "goal")),
            map.TryGetValue("most_lines", out var most) ? Math.Max(1, yaml.Count(most)) : 20);
    }

    private ScenarioStep Step(YamlNode node, BookingsReader bookings)
    {
        var map = yaml.Map(node, "a step", ["say", "press", "silence", "noise", "hang_up", "interrupt_after_ms", "after_minutes", "meanwhile", "optional", "model"]);
        var kinds = map.Keys.Intersect(["say", "press", "silence", "noise"]).ToArray();
        var hangsUp = map.TryGetValue("hang_up", out var hangUp);
        if (kinds.Length > 1 || (kinds.Length == 0 && !hangsUp))
            throw yaml.Error(node, "a step has exactly one of say, press, silence, noise, hang_up; hang_up may also follow say");
        if (hangsUp && kinds is ["press" or "silence" or "noise"])
            throw yaml.Error(hangUp!, "hang_up stands alone or with say");
        foreach (var flag in (ReadOnlySpan<string>)["silence", "noise", "hang_up"])
        {
            if (map.TryGetValue(flag, out var value) && !yaml.Flag(value))
                throw yaml.Error(value, $"{flag} is true or left out");
        }

        return new ScenarioStep
        {
            Line = (int)node.Start.Line,
            Does = kinds switch
            {
                ["say"] => CallerDoes.Say,
                ["press"] => CallerDoes.Press,
                ["silence"] => CallerDoes.StaySilent,
                ["noise"] => CallerDoes.MakeNoise,
                _ => CallerDoes.HangUp,
            },
            Text = kinds switch { ["say"] => yaml.Text(map["say"]), ["press"] => yaml.Keys(map["press"]), _ => "" },
            InterruptAfterMs = map.TryGetValue("interrupt_after_ms", out var interrupt) ? yaml.Count(interrupt) : null,
            AfterMinutes = map.TryGetValue("after_minutes", out var minutes) ? yaml.Count(minutes) : 0,
            Meanwhile = ScriptYaml.Optional(map, "meanwhile", bookings.Others) ?? [],
            ThenHangsUp = hangsUp && kinds.Length > 0,
            Optional = map.TryGetValue("optional", out var optional) && yaml.Flag(optional),
            Model = ScriptYaml.Optional(map, "model", n => yaml.List(n, Action)),
        };
    }

    private ModelAction Action(YamlNode node)
    {
        var map = yaml.Map(node, "what a model does", ["say", "call", "with", "fail"]);
        if (map.Keys.Intersect(["say", "call", "fail"]).Count() != 1)
            throw yaml.Error(node, "a model does exactly one of say, call, fail");
        if (map.TryGetValue("with", out var with) && !map.ContainsKey("call"))
            throw yaml.Error(with, "with belongs to call");
        return new ModelAction(
            (int)node.Start.Line, ScriptYaml.Optional(map, "say", yaml.Text), ScriptYaml.Optional(map, "call", yaml.Text),
            with is null ? null : Json(with) as JsonObject ?? throw yaml.Error(with, "with is a mapping of arguments to values"),
            map.TryGetValue("fail", out var fail) && yaml.Flag(fail));
    }

    private JsonObject Analysis(YamlNode node)
    {
        var analysis = Json(node) as JsonObject ?? throw yaml.Error(node, "analysis is a mapping: what the model writes");
        return AnalysisAnswer.TryRead(analysis.ToJsonString(), out _, out var error) ? analysis : throw yaml.Error(node, $"the server would not take this analysis: {error}");
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(p => KeyValuePair.Create(p.Key.ToString(), Json(p.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } plain when long.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
            JsonValue.Create(whole),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" or "" } => null,
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };

    private Dictionary<AgentKind, ScenarioExpectations> Expectations(YamlNode node, BookingsReader bookings)
    {
        var map = yaml.Map(node, "expect", [.. ExpectKeys, "rules", "llm"]);
        return Enum.GetValues<AgentKind>().ToDictionary(agent => agent, agent =>
        {
            var all = new Dictionary<string, YamlNode>(map, StringComparer.Ordinal);
            if (map.TryGetValue(agent == AgentKind.Rules ? "rules" : "llm", out var own))
            {
                foreach (var (key, value) in yaml.Map(own, "expect", ExpectKeys))
                {
                    all[key] = Lists.Contains(key) && all.TryGetValue(key, out var common) && common is YamlSequenceNode both && value is YamlSequenceNode more
                        ? new YamlSequenceNode(both.Concat(more)) : value;
                }
            }

            return Expectations(all, bookings);
        });
    }

    private ScenarioExpectations Expectations(Dictionary<string, YamlNode> map, BookingsReader bookings) => new()
    {
        Call = ExpectationsReader.Read(yaml, map),
        Lead = map.TryGetValue("lead", out var lead) ? yaml.Flag(lead) : null,
        Note = ScriptYaml.Optional(map, "note", n => yaml.List(n, yaml.Phrase)) ?? [],
        Phone = ScriptYaml.Optional(map, "phone", yaml.Number),
        CallBack = ScriptYaml.Optional(map, "call_back", yaml.Time),
        Escalations = ScriptYaml.Optional(map, "escalations", n => yaml.List(n, yaml.Text)),
        Tools = ScriptYaml.Optional(map, "tools", n => yaml.List(n, yaml.Text)) ?? [],
        ToolsNever = ScriptYaml.Optional(map, "tools_never", n => yaml.List(n, yaml.Text)) ?? [],
        MostTurns = map.TryGetValue("most_turns", out var most) ? yaml.Count(most) : null,
        Bookings = ScriptYaml.Optional(map, "bookings", bookings.Expected) ?? [],
        BookingsExactly = ScriptYaml.Optional(map, "bookings_exactly", bookings.Expected),
        Analysis = new AnalysisExpectations
        {
            Sentiment = ScriptYaml.Optional(map, "sentiment", OneOf<Sentiment>),
            Outcome = ScriptYaml.Optional(map, "outcome", OneOf<CallOutcomeKind>),
            Success = map.TryGetValue("success", out var success) ? yaml.Flag(success) : null,
            Summary = ScriptYaml.Optional(map, "summary", yaml.Phrase),
        },
    };

    private string OneOf<T>(YamlNode node)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);
        return names.Contains(yaml.Text(node)) ? yaml.Text(node) : throw yaml.Error(node, $"one of {string.Join(", ", names)} is expected, not '{node}'");
    }

    private LocalDateTime Now(YamlNode node) => NowPattern.Parse(yaml.Text(node)) is { Success: true, Value: var now }
        ? now
        : throw yaml.Error(node, $"now is a local time like {NowPattern.Format(DefaultNow)}, not '{node}'");

    private AgentKind Agent(YamlNode node) => yaml.Text(node) switch
    {
        "rules" => AgentKind.Rules,
        "llm" => AgentKind.Llm,
        _ => throw yaml.Error(node, $"an agent is rules or llm, not '{node}'"),
    };
}

/// <summary>A business that scenarios call.</summary>
/// <param name="Tenant">As its file tells it.</param>
/// <param name="Knowledge">Folder of its documents and its catalogue; null without one.</param>
internal sealed record Business(Tenant Tenant, string? Knowledge = null);
