using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Rag.Index;
using Parley.Conversation.Tts;
using Parley.Persistence.Tests.Knowledge;
using Parley.Tests.Common;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;
using Evidence = Parley.Conversation.Agents.Grounding.Evidence;

namespace Parley.Persistence.Tests.Grounding;

/// <summary>What an answer of the corpus is for.</summary>
internal enum CorpusPart
{
    /// <summary>The gate was tuned on it.</summary>
    Tuned,

    /// <summary>Every second answer of a kind: never looked at when the gate was tuned.</summary>
    HeldOut,

    /// <summary>Written later, when the holes of the gate that were known were about to be closed; as little looked at.</summary>
    SecondHeldOut,
}

/// <summary>What the gate made of an answer of the corpus.</summary>
/// <param name="Business">Whose.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Part">Whether the gate was tuned on it.</param>
/// <param name="Replaced">The sentence that was taken away, and for which claims; null when all was spoken.</param>
internal sealed record AnswerResult(string Business, CorpusAnswer Answer, CorpusPart Part, string? Replaced)
{
    public bool IsWrong => Answer.IsTrue == Replaced is not null;
}

/// <summary>An answer: with <see cref="So"/> one that is true, with <see cref="Not"/> one with something made up.</summary>
internal sealed class CorpusAnswer
{
    public string Asks { get; set; } = "";

    /// <summary>The tool that told something before.</summary>
    public string? Told { get; set; }

    public string? So { get; set; }

    public string? Not { get; set; }

    public bool IsTrue => So is not null;

    public string Says => So ?? Not!;
}

/// <summary>Answers of five businesses in <c>tests/corpus/answers</c>, and what the gate makes of them.</summary>
internal static class AnswerCorpus
{
    public static string Folder { get; } = RepositoryFiles.PathTo("tests", "corpus", "answers");

    public static List<AnswerResult> Run() => [.. RetrievalCorpus.Tenants.SelectMany(Run)];

    private static IEnumerable<AnswerResult> Run(string slug)
    {
        using var text = File.OpenText(Path.Combine(Folder, slug + ".yaml"));
        var file = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build().Deserialize<AnswerFile>(text);
        var knowledge = Passages(slug);
        foreach (var kind in file.Answers.GroupBy(static answer => answer.IsTrue))
        {
            foreach (var (at, answer) in kind.Index())
                yield return Result(answer, at % 2 == 1 ? CorpusPart.HeldOut : CorpusPart.Tuned);
        }

        foreach (var answer in file.TunedOn)
            yield return Result(answer, CorpusPart.Tuned);
        foreach (var answer in file.SecondHeldOut)
            yield return Result(answer, CorpusPart.SecondHeldOut);

        AnswerResult Result(CorpusAnswer answer, CorpusPart part) => new(slug, answer, part, Replaced(answer, Known(slug, file, knowledge, answer), answer.Asks));
    }

    private static List<EvidenceLine> Passages(string slug) =>
        [.. RetrievalCorpus.Index(slug).Passages.SelectMany(static p => EvidenceLine.Read(EvidenceOrigin.Passage, p.Source, IndexedPassage.Told(p.Heading, p.Text)))];

    private static Evidence Known(string slug, AnswerFile file, List<EvidenceLine> knowledge, CorpusAnswer answer)
    {
        var tenant = RetrievalCorpus.Tenant(slug);
        var now = NodaTime.LocalDateTime.FromDateTime(DateTime.Parse(file.Now, CultureInfo.InvariantCulture)).InZoneStrictly(tenant.TimeZone);
        var evidence = new Evidence(tenant, now.ToDateTimeOffset());
        knowledge.ForEach(evidence.Add);
        evidence.Add(EvidenceOrigin.Caller, "caller", answer.Asks);
        if (answer.Told is { } told)
        {
            var tool = file.Tools[told];
            evidence.IsBooking = tool.Tool is "hold_booking" or "confirm_booking";
            evidence.AddTool(tool.Tool, tool.Text, JsonNode.Parse(tool.Data)!.AsObject(), tool.Failed);
        }

        return evidence;
    }

    // As a model's words are spoken: clause by clause, or whole sentences where something is stated.
    private static string? Replaced(CorpusAnswer answer, Evidence evidence, string asks)
    {
        var (pending, soFar) = ("", "");
        var clauses = SentenceChunker.Split(answer.Says);
        foreach (var (at, clause) in clauses.Index())
        {
            pending = pending.Length == 0 ? clause : $"{pending} {clause}";
            if (at + 1 < clauses.Count && pending[^1] is not ('.' or '!' or '?') && GroundingGate.MustWait(pending))
                continue;
            var result = GroundingGate.Check(pending, evidence, $"{soFar} {asks}");
            if (!result.IsGrounded)
                return $"{pending} // {string.Join(", ", result.Claims.Where(static c => c.Source is null).Select(static c => $"{c.Claim.Kind} {c.Claim.Said}"))}";
            soFar += pending + " ";
            pending = "";
        }

        return null;
    }

    private sealed class AnswerFile
    {
        public string Now { get; set; } = "";

        public Dictionary<string, ToolWords> Tools { get; set; } = [];

        /// <summary>Written before the gate was tuned: every second one is held out.</summary>
        public List<CorpusAnswer> Answers { get; set; } = [];

        /// <summary>Written while it was tuned, to find more that is taken for something else.</summary>
        public List<CorpusAnswer> TunedOn { get; set; } = [];

        /// <summary>Never tuned on, all of them.</summary>
        public List<CorpusAnswer> SecondHeldOut { get; set; } = [];
    }

    private sealed class ToolWords
    {
        public string Tool { get; set; } = "";

        public string Text { get; set; } = "";

        public string Data { get; set; } = "{}";

        public bool Failed { get; set; }
    }
}
