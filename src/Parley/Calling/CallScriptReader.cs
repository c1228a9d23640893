using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using Parley.Persistence.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Calling;

/// <summary>Reads a call script from YAML: every key must be known, every value of its kind; errors carry the line.</summary>
public sealed class CallScriptReader
{
    private static readonly SearchValues<char> KeySet = SearchValues.Create("0123456789*#ABCD");
    private static readonly string[] DialStatuses = ["completed", "no-answer", "busy", "failed"];

    private readonly string file;
    private readonly Func<string, Utterance> load;

    private CallScriptReader(string file, Func<string, Utterance> load) => (this.file, this.load) = (file, load);

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
        IList<YamlDocument> documents;
        try
        {
            documents = YamlText.Load(text.ReadToEnd());
        }
        catch (YamlException e)
        {
            throw new CallScriptException($"{file}:{e.Start.Line}: {e.Message}", e);
        }

        if (documents.Count != 1)
            throw new CallScriptException($"{file}: one YAML document expected, {documents.Count} found");
        return new CallScriptReader(file, load).Script(documents[0].RootNode);
    }

    private CallScript Script(YamlNode root)
    {
        var map = Map(root, "a script", ["name", "from", "to", "zone", "dial", "max_silence_ms", "turns", "expect"]);
        var zone = Optional(map, "zone", Text) ?? "America/New_York";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            throw Error(map["zone"], $"unknown time zone '{zone}'");
        var dial = Optional(map, "dial", Text) ?? "completed";
        if (!DialStatuses.Contains(dial))
            throw Error(map["dial"], $"dial is one of {string.Join(", ", DialStatuses)}");

        var turns = Required(map, root, "turns");
        if (turns is not YamlSequenceNode { Children.Count: > 0 } sequence)
            throw Error(turns, "turns is a list of at least one step");

        return new CallScript
        {
            Name = Text(Required(map, root, "name")),
            From = Number(Required(map, root, "from")),
            To = Number(Required(map, root, "to")),
            Zone = zone,
            DialStatus = dial,
            MaxSilenceMs = map.TryGetValue("max_silence_ms", out var silence) ? Count(silence) : 15_000,
            Steps = [.. sequence.Select(Step)],
            Expect = map.TryGetValue("expect", out var expect) ? Expectations(expect) : new CallExpectations(),
        };
    }

    private CallStep Step(YamlNode node)
    {
        var map = Map(node, "a step",
            ["say", "text", "when", "after_ms", "interrupt_after_ms", "press", "wait_ms", "hang_up", "optional"]);
        var kinds = map.Keys.Intersect(["say", "press", "wait_ms", "hang_up"]).ToArray();
        if (kinds.Length != 1)
            throw Error(node, "a step has exactly one of say, press, wait_ms, hang_up");
        if (kinds[0] != "say" && map.TryGetValue("text", out var stray))
            throw Error(stray, "text belongs to say");
        if (map.TryGetValue("interrupt_after_ms", out var interrupt) && (map.ContainsKey("when") || map.ContainsKey("after_ms")))
            throw Error(interrupt, "interrupt_after_ms excludes when and after_ms");
        if (map.TryGetValue("hang_up", out var hangUp) && !Flag(hangUp))
            throw Error(hangUp, "hang_up is true or left out");

        var when = Optional(map, "when", Text) ?? (kinds[0] == "wait_ms" ? "now" : "agent-done");
        if (when is not ("agent-done" or "now"))
            throw Error(map["when"], "when is agent-done or now");

        return new CallStep
        {
            Line = (int)node.Start.Line,
            Say = map.TryGetValue("say", out var say) ? Recording(say) : null,
            Text = Optional(map, "text", Text),
            Press = map.TryGetValue("press", out var press) ? Keys(press) : null,
            WaitMs = map.TryGetValue("wait_ms", out var wait) ? Count(wait) : null,
            HangUp = hangUp is not null,
            Trigger = interrupt is not null ? StepTrigger.Interrupt : when == "now" ? StepTrigger.Now : StepTrigger.AgentDone,
            AfterMs = interrupt is not null ? Count(interrupt)
                : map.TryGetValue("after_ms", out var after) ? Count(after)
                : when == "now" ? 0 : 300,
            Optional = map.TryGetValue("optional", out var optional) && Flag(optional),
        };
    }

    private CallExpectations Expectations(YamlNode node)
    {
        var map = Map(node, "expect",
            ["intent", "status", "party_size", "service", "name", "requested_for", "messages", "end_reason", "agent_says",
                "agent_never_says", "max_turn_latency_ms", "transfer_to"]);
        return new CallExpectations
        {
            Intent = Optional(map, "intent", Text),
            Status = Optional(map, "status", Text),
            PartySize = map.TryGetValue("party_size", out var party) ? Count(party) : null,
            Service = Optional(map, "service", Text),
            Name = Optional(map, "name", Text),
            RequestedFor = Optional(map, "requested_for", Time),
            Messages = Optional(map, "messages", n => List(n, Text)),
            EndReason = Optional(map, "end_reason", Text),
            AgentSays = Optional(map, "agent_says", n => List(n, Phrase)) ?? [],
            AgentNeverSays = Optional(map, "agent_never_says", n => List(n, Phrase)) ?? [],
            MaxTurnLatencyMs = map.TryGetValue("max_turn_latency_ms", out var latency) ? Count(latency) : null,
            TransferTo = Optional(map, "transfer_to", Number),
        };
    }

    private Dictionary<string, YamlNode> Map(YamlNode node, string what, string[] keys)
    {
        if (node is not YamlMappingNode mapping)
            throw Error(node, $"{what} is a mapping of keys to values");

        var map = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping)
        {
            var name = Text(key);
            if (!keys.Contains(name))
                throw Error(key, $"'{name}' is not known in {what}; known are {string.Join(", ", keys)}");
            map.Add(name, value);
        }

        return map;
    }

    private YamlNode Required(Dictionary<string, YamlNode> map, YamlNode owner, string key) =>
        map.TryGetValue(key, out var node) ? node : throw Error(owner, $"'{key}' is missing");

    private static T? Optional<T>(Dictionary<string, YamlNode> map, string key, Func<YamlNode, T> read)
        where T : class => map.TryGetValue(key, out var node) ? read(node) : null;

    private string Text(YamlNode node) =>
        node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Error(node, "a text is expected");

    private int Count(YamlNode node) =>
        int.TryParse(Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Error(node, $"a whole number from 0 is expected, not '{node}'");

    private bool Flag(YamlNode node) => Text(node) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Error(node, $"true or false is expected, not '{node}'"),
    };

    private string Number(YamlNode node)
    {
        var text = Text(node);
        return text is ['+', not '0', ..] && text.Length is >= 8 and <= 16 && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
            ? text
            : throw Error(node, $"a telephone number like \"+14155550123\" is expected, not '{text}'");
    }

    private string Keys(YamlNode node)
    {
        var text = Text(node);
        return text.AsSpan().IndexOfAnyExcept(KeySet) < 0
            ? text
            : throw Error(node, $"keys are 0-9, *, # and A-D, not '{text}'");
    }

    private RequestedTime Time(YamlNode node) =>
        RequestedTime.TryParse(Text(node), out var time)
            ? time
            : throw Error(node, $"a time like 'tomorrow 19:30' or 'friday 19:00' is expected, not '{node}'");

    private string Phrase(YamlNode node)
    {
        var text = Text(node);
        try
        {
            Phrases.Occurs(text, "");
            return text;
        }
        catch (RegexParseException e)
        {
            throw Error(node, $"no valid regular expression: {e.Message}");
        }
    }

    private T[] List<T>(YamlNode node, Func<YamlNode, T> read) =>
        node is YamlSequenceNode sequence ? [.. sequence.Select(read)] : throw Error(node, "a list is expected");

    private Utterance Recording(YamlNode node)
    {
        try
        {
            return load(Text(node));
        }
        catch (CallScriptException e)
        {
            throw Error(node, e.Message);
        }
    }

    private CallScriptException Error(YamlNode node, string message) => new($"{file}:{node.Start.Line}: {message}");
}
