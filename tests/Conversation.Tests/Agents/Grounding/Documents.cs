using NodaTime;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Rag.Ingestion;
using Parley.Conversation.Tenants;
using IndexedPassage = Parley.Conversation.Rag.Index.IndexedPassage;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>Evidence made of all documents of a business in <c>samples/knowledge</c>, cut as owners' documents are.</summary>
internal static class Documents
{
    public static Evidence Of(string business, OpeningHours? hours = null, params Fact[] facts)
    {
        var evidence = new Evidence(
            new Tenant
            {
                Id = Guid.Parse("01930000-0000-7000-8000-000000000002"), Slug = business, Name = business, Kind = BusinessKind.Other,
                TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"], Greeting = "Hello, how can I help you?",
                Hours = hours ?? OpeningHours.Unknown, Facts = facts,
            },
            Known.Now);
        foreach (var file in Directory.GetFiles(Path.Combine(Samples(), business)).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file) == "catalogue.csv")
                continue;
            var text = File.ReadAllText(file);
            var format = Path.GetExtension(file) switch
            {
                ".csv" => KnowledgeFormat.Csv,
                ".html" => KnowledgeFormat.Html,
                ".md" => KnowledgeFormat.Markdown,
                _ => text.StartsWith("Q:", StringComparison.Ordinal) || text.StartsWith("ש:", StringComparison.Ordinal) ? KnowledgeFormat.Questions : KnowledgeFormat.Text,
            };
            var name = Path.GetFileName(file);
            foreach (var passage in KnowledgeDocument.Read(name, format, text).Passages)
                evidence.Add(EvidenceOrigin.Passage, name, IndexedPassage.Told(passage.Heading, passage.Text));
        }

        return evidence;
    }

    /// <summary>Checks a sentence, with the caller's question before a bar.</summary>
    public static GateResult Check(string sentence, Evidence evidence)
    {
        var parts = sentence.Split('|');
        var question = parts.Length > 1 ? parts[0] : "";
        evidence.Add(EvidenceOrigin.Caller, "caller", question);
        return GroundingGate.Check(parts[^1], evidence, question);
    }

    private static string Samples()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                return Path.Combine(folder.FullName, "samples", "knowledge");
        }

        throw new DirectoryNotFoundException($"No repository above {AppContext.BaseDirectory}.");
    }
}
