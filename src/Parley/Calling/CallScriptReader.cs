using NodaTime;
using YamlDotNet.RepresentationModel;

namespace Parley.Calling;

/// <summary>Reads a call script from YAML: every key must be known, every value of its kind; errors carry the line.</summary>
public sealed class CallScriptReader
{
    private readonly ScriptYaml yaml;
    private readonly Func<string, Utterance> load;

    private CallScriptReader(ScriptYaml yaml, Func<string, Utterance> load) => (this.yaml, this.load) = (yaml, load);

    /// <summary>Reads a script; recordings are looked up beside it.</summary>
    /// <exception cref="CallScriptException">The file cannot be read or is no valid script.</exception>
    public static CallScript ReadFile(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            using var reader = File.OpenText(path);
            return Read(reader, path, name => Utterance.Load(Path.Combine(folder, name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallScriptException($"cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a script named <paramref name="file"/> in errors; <paramref name="load"/> brings its recordings.</summary>
    /// <exception cref="CallScriptException">It is no valid script.</exception>
    public static CallScript Read(TextReader text, string file, Func<string, Utterance> load)
    {
        var yaml = new ScriptYaml(file);
        return new CallScriptReader(yaml, load).Script(yaml.Load(text.ReadToEnd()));
    }

    private CallScript Script(YamlNode root)
    {
        var map = yaml.Map(root, "a script", ["name", "from", "to", "zone", "dial", "max_silence_ms", "turns", "expect"]);
        var zone = ScriptYaml.Optional(map, "zone", yaml.Text) ?? "America/New_York";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            throw yaml.Error(map["zone"], $"unknown time zone '{zone}'");

        var turns = yaml.Required(map, root, "turns");
        if (turns is not YamlSequenceNode { Children.Count: > 0 } sequence)
            throw yaml.Error(turns, "turns is a list of at least one step");

        return new CallScript
        {
            Name = yaml.Text(yaml.Required(map, root, "name")),
            From = yaml.Number(yaml.Required(map, root, "from")),
            To = yaml.Number(yaml.Required(map, root, "to")),
            Zone = zone,
            DialStatus = ScriptYaml.Optional(map, "dial", yaml.DialStatus) ?? "completed",
            MaxSilenceMs = map.TryGetValue("max_silence_ms", out var silence) ? yaml.Count(silence) : 15_000,
            Steps = [.. sequence.Select(Step)],
            Expect = map.TryGetValue("expect", out var expect) ? ExpectationsReader.Read(yaml, expect) : new CallExpectations(),
        };
    }

    private CallStep Step(YamlNode node)
    {
        var map = yaml.Map(node, "a step",
            ["say", "text", "when", "after_ms", "interrupt_after_ms", "press", "wait_ms", "hang_up", "optional"]);
        var kinds = map.Keys.Intersect(["say", "press", "wait_ms", "hang_up"]).ToArray();
        if (kinds.Length != 1)
            throw yaml.Error(node, "a step has exactly one of say, press, wait_ms, hang_up");
        if (kinds[0] != "say" && map.TryGetValue("text", out var stray))
            throw yaml.Error(stray, "text belongs to say");
        if (map.TryGetValue("interrupt_after_ms", out var interrupt) && (map.ContainsKey("when") || map.ContainsKey("after_ms")))
            throw yaml.Error(interrupt, "interrupt_after_ms excludes when and after_ms");
        if (map.TryGetValue("hang_up", out var hangUp) && !yaml.Flag(hangUp))
            throw yaml.Error(hangUp, "hang_up is true or left out");

        var when = ScriptYaml.Optional(map, "when", yaml.Text) ?? (kinds[0] == "wait_ms" ? "now" : "agent-done");
        if (when is not ("agent-done" or "now"))
            throw yaml.Error(map["when"], "when is agent-done or now");

        return new CallStep
        {
            Line = (int)node.Start.Line,
            Say = map.TryGetValue("say", out var say) ? Recording(say) : null,
            Text = ScriptYaml.Optional(map, "text", yaml.Text),
            Press = map.TryGetValue("press", out var press) ? yaml.Keys(press) : null,
            WaitMs = map.TryGetValue("wait_ms", out var wait) ? yaml.Count(wait) : null,
            HangUp = hangUp is not null,
            Trigger = interrupt is not null ? StepTrigger.Interrupt : when == "now" ? StepTrigger.Now : StepTrigger.AgentDone,
            AfterMs = interrupt is not null ? yaml.Count(interrupt)
                : map.TryGetValue("after_ms", out var after) ? yaml.Count(after)
                : when == "now" ? 0 : 300,
            Optional = map.TryGetValue("optional", out var optional) && yaml.Flag(optional),
        };
    }

    private Utterance Recording(YamlNode node)
    {
        try
        {
            return load(yaml.Text(node));
        }
        catch (CallScriptException e)
        {
            throw yaml.Error(node, e.Message);
        }
    }
}
