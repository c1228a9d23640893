using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Flags;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Sts;

/// <summary>
/// How a speech-to-speech model reads what a business wrote: it asks. Passages cannot be put before its answer as they are before that of a language model,
/// since it answers the caller's sound, whose words are written down only later. What it is told is evidence for what it says.
/// </summary>
internal sealed class KnowledgeLookup(IKnowledge? knowledge, AgentRequest request, Evidence evidence)
{
    /// <summary>Its name as a tool.</summary>
    public const string Name = "look_up";

    private const int MostPassages = 4;
    private const int MostPassageChars = 1200;
    private const int MostRuns = 3;
    private const int MostQuestionChars = 300;

    private readonly JsonArray passages = [];
    private readonly bool isOffered = IsOffered(knowledge, request);
    private int runs;
    private double best;

    /// <summary>How it is offered to a model.</summary>
    public static ModelTool Description { get; } = ToolSchema.Tool(
        Name, "Look up what the business wrote about itself: dishes, products, prices, rules, directions, anything that is not in your instructions.",
        new ToolParameter("question", "string", "What the caller wants to know, in a whole question and in the caller's language.", true, MostQuestionChars));

    /// <summary>What was told, for later answers.</summary>
    public List<ToolTold> Told { get; } = [];

    /// <summary>What was found, for the record; null when nothing was asked.</summary>
    public JsonObject? Record => runs == 0 ? null : new JsonObject { ["confidence"] = Math.Round(best, 3), ["passages"] = passages.DeepClone() };

    /// <summary>Whether a tenant's model may look things up.</summary>
    public static bool IsOffered(IKnowledge? knowledge, AgentRequest request) => knowledge is not null && request.Features.Has(Features.Knowledge);

    /// <summary>Looks up; returns what the model is told. Passages in which nothing answers the question are not shown to it.</summary>
    public async ValueTask<string> RunAsync(ModelToolCall call)
    {
        if (!isOffered)
            return PromptTexts.Of("tool-none");
        if (runs >= MostRuns)
            return PromptTexts.Of("too-many");
        if ((string?)(ToolArguments.Parse(call.ArgumentsJson)?["question"] as JsonValue) is not { } question || string.IsNullOrWhiteSpace(question))
            return PromptTexts.Of("unsure");

        runs++;
        var tenant = request.Call.Tenant;
        question = question.Length <= MostQuestionChars ? question : question[..MostQuestionChars];
        var query = new KnowledgeQuery(tenant.Id, question, AnswerPhrases.LanguageOf(question, tenant.Language), MostPassages, request.Meter);
        var found = await knowledge!.FindAsync(query, CancellationToken.None);
        best = Math.Max(best, found.Confidence);
        foreach (var p in found.Passages)
        {
            passages.Add(new JsonObject
            {
                ["id"] = p.Id, ["source"] = p.Source, ["version"] = p.Version, ["score"] = Math.Round(p.Score, 4), ["confidence"] = Math.Round(p.Confidence, 3),
            });
        }

        return found.Confidence < (tenant.Agent?.Confidence ?? AgentSettings.DefaultConfidence) ? PromptTexts.Of("unsure") : Show(found.Passages);
    }

    private string Show(IReadOnlyList<Passage> found)
    {
        var text = new StringBuilder(PromptTexts.Of("facts"));
        foreach (var passage in found)
        {
            var words = Untrusted.Clean(passage.Text);
            if (words.Length == 0)
                continue;
            words = words.Length <= MostPassageChars ? words : words[..MostPassageChars];
            evidence.Add(EvidenceOrigin.Passage, passage.Source, words);
            Told.Add(new ToolTold(Name, words, null, Failed: false));
            text.Append(CultureInfo.InvariantCulture, $"\n<facts source=\"{Untrusted.Quote(passage.Source).Replace('"', '\'')}\">\n{words}\n</facts>");
        }

        return text.ToString();
    }
}
