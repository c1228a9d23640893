using System.Text.Json;
using Parley.Conversation.Rag.Index;
using Parley.Conversation.Rag.Ingestion;
using Parley.Conversation.Tenants;
using Parley.Persistence.Tenants;
using Parley.Tests.Common;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tests.Knowledge;

/// <summary>A question of the corpus.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Text">The caller's words.</param>
/// <param name="Language">Their language.</param>
/// <param name="Kind">direct, paraphrase, misheard or unanswerable.</param>
/// <param name="Answers">Text of which a right passage contains one; empty when there is no answer.</param>
/// <param name="HeldOut">Every third question: never looked at when the search was tuned.</param>
internal sealed record CorpusQuestion(string Tenant, string Text, string Language, string Kind, IReadOnlyList<string> Answers, bool HeldOut);

/// <summary>What a search made of a question.</summary>
internal sealed record CorpusResult(CorpusQuestion Question, int Rank, double Confidence, Evidence Evidence, string Top)
{
    /// <summary>The confidence from which an agent answers by itself, unless a tenant says otherwise.</summary>
    public const double Confident = 0.5;

    public bool IsUnanswerable => Question.Answers.Count == 0;

    public bool IsRecalled => Rank is >= 1 and <= 3;

    public bool IsConfident => Confidence >= Confident;
}

/// <summary>Five businesses, what they gave as knowledge, and the questions to it.</summary>
internal static class RetrievalCorpus
{
    public static string Root => RepositoryFiles.Root;

    public static string Folder => Path.Combine(Root, "tests", "corpus", "knowledge");

    public static IReadOnlyList<string> Tenants => ["fade-factory", "harbor-dental", "hotel-aurora", "luigis", "sole-supply"];

    public static Tenant Tenant(string slug)
    {
        var file = Path.Combine(Root, "samples", "tenants", slug + ".yaml");
        if (!File.Exists(file))
            file = Path.Combine(Folder, "tenants", slug + ".yaml");
        return TenantFile.Parse(File.ReadAllText(file), file);
    }

    public static KnowledgeIndex Index(string slug)
    {
        var tenant = Tenant(slug);
        var passages = ProfilePassages.Of(tenant).ToList();
        foreach (var path in Directory.GetFiles(Path.Combine(Root, "samples", "knowledge", slug)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (name == "catalogue.csv")
                continue;
            var content = File.ReadAllText(path);
            var document = KnowledgeDocument.Read(name, KnowledgeFormats.Of(name, content)!.Value, content);
            passages.AddRange(document.Passages.Select(p => new IndexedPassage(Guid.Empty, name, 1, p.Heading, p.Text)));
        }

        return IndexBuilder.Build(passages, tenant.Language);
    }

    public static List<CorpusQuestion> Questions(string slug)
    {
        var document = YamlText.Load(File.ReadAllText(Path.Combine(Folder, slug + ".yaml")))[0];
        var list = (YamlSequenceNode)document.RootNode["questions"];
        return [.. list.Children.Cast<YamlMappingNode>().Select((node, i) => new CorpusQuestion(
            slug, Scalar(node, "q")!, Scalar(node, "lang") ?? "en-US", Scalar(node, "kind")!, Answers(node), i % 3 == 2))];
    }

    public static List<CorpusResult> Run()
    {
        var results = new List<CorpusResult>();
        var found = new Found[20];
        foreach (var slug in Tenants)
        {
            var index = Index(slug);
            foreach (var question in Questions(slug))
            {
                var count = index.Search(question.Text, question.Language, found);
                var rank = 0;
                for (var i = 0; i < count && rank == 0; i++)
                {
                    if (question.Answers.Any(a => index.Passages[found[i].Passage].Text.Contains(a, StringComparison.Ordinal)))
                        rank = i + 1;
                }

                var evidence = count > 0 ? found[0].Evidence : default;
                results.Add(new CorpusResult(
                    question, rank, count > 0 ? evidence.Confidence : 0, evidence, count > 0 ? index.Passages[found[0].Passage].Text : ""));
            }
        }

        return results;
    }

    public static string Evidence(IEnumerable<CorpusResult> results) => JsonSerializer.Serialize(results.Select(r => new
    {
        r.Question.HeldOut, r.Question.Kind, Right = r.Rank == 1, r.IsRecalled, r.Evidence.Coverage, r.Evidence.Missing, r.Evidence.Strength,
        r.Evidence.Margin, r.Evidence.Words,
    }));

    private static IReadOnlyList<string> Answers(YamlMappingNode node) => !node.Children.TryGetValue("a", out var answer) ? []
        : answer is YamlSequenceNode several ? [.. several.Children.Select(one => ((YamlScalarNode)one).Value!)]
        : [((YamlScalarNode)answer).Value!];

    private static string? Scalar(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;
}
