using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Sts;

/// <summary>
/// What a speech-to-speech model is told and can do: the same rules, facts and tools as <see cref="LlmAgent"/>'s models, and the same memory, so that
/// either goes on where the other stopped. The one place that knows where they come from.
/// </summary>
internal sealed class SpeechTools
{
    private readonly AgentRequest request;
    private readonly ToolLoop tools;
    private readonly KnowledgeLookup lookup;
    private string? unanswered;

    /// <summary>For one answer.</summary>
    public SpeechTools(AgentRequest request, IKnowledge? knowledge = null)
    {
        this.request = request;
        Evidence = LlmAnswer.Known(request);
        Evidence.Add(EvidenceOrigin.Profile, "profile", request.Call.Tenant.Greeting);
        tools = new ToolLoop(request, Evidence, request.State?.Facts ?? CallFacts.None);
        lookup = new KnowledgeLookup(knowledge, request, Evidence);
        Languages = new SpokenLanguages(request.Call.Tenant, request.Features);
    }

    /// <summary>Which languages may be spoken.</summary>
    public SpokenLanguages Languages { get; }

    /// <summary>What is known, results of tools included.</summary>
    public Evidence Evidence { get; }

    /// <summary>What is known of the caller's wish, and what tools told.</summary>
    public AgentState State => new LlmState
    {
        Facts = Noted(tools.Facts),
        Told = [.. ((request.State as LlmState)?.Told ?? []).Concat(tools.Outcomes).Concat(lookup.Told).TakeLast(LlmState.MostTold)],
    };

    /// <summary>Hang up once everything said has been heard.</summary>
    public bool Ends => tools.Ends;

    /// <summary>Connect the caller once everything said has been heard.</summary>
    public Department? Transfer => tools.Transfer?.Department;

    /// <summary>What a person is to be told of.</summary>
    public IEnumerable<AgentEvent.Escalate> Escalations => tools.Events.OfType<AgentEvent.Escalate>();

    /// <summary>What a session begins with: rules and turns within the budget of a request.</summary>
    public static SpeechToSpeechOptions Begin(AgentRequest request, IKnowledge? knowledge = null)
    {
        List<string> notes = [];
        if (request.Tools?.Unseen is { Count: > 0 } unseen)
            notes.Add($"{PromptTexts.Of("unseen")}\n{string.Join('\n', unseen.Select(static o => $"- {o.Tool}: {Untrusted.Quote(o.Result.Text)}"))}");
        if ((request.State as LlmState)?.Told is { Count: > 0 } earlier)
            notes.Add($"{PromptTexts.Of("earlier")}\n{string.Join('\n', earlier.Select(static t => $"- {t.Tool}: {Untrusted.Quote(t.Text)}"))}");
        var draft = PromptDraft.Of(request, request.State?.Facts ?? CallFacts.None, [], notes, PromptBudget.Default);
        var past = request.History.Where(static entry => entry.Text.Length > 0).TakeLast(PromptDraft.MostTurns).Skip(draft.DroppedTurns);
        List<string> rules = [draft.Messages[0].Text, .. notes];
        var canLookUp = KnowledgeLookup.IsOffered(knowledge, request);
        if (canLookUp)
            rules.Add(PromptTexts.Of("tool-look-up"));
        var offered = request.Tools?.Offered ?? [];
        return new SpeechToSpeechOptions
        {
            Instructions = string.Join('\n', rules),
            Language = request.Call.Tenant.Language,
            Tools = canLookUp ? [KnowledgeLookup.Description, .. offered.Where(static tool => tool.Name != KnowledgeLookup.Name)] : offered,
            History = [.. past],
            Providers = request.Call.Tenant.Providers,
            Meter = request.Meter,
        };
    }

    /// <summary>What happened on the call that the model did not hear itself; null for speech.</summary>
    public static string? Told(AgentRequest request) => request.Trigger switch
    {
        AgentTrigger.CallerSaid => null,
        AgentTrigger.CallStarted => PromptTexts.Of("greet", request.Call.Tenant.Greeting),
        _ => LlmAgent.Happened(request.Trigger),
    };

    /// <summary>Whether the call ends with the answer to this, whatever the model does.</summary>
    public static bool IsLast(AgentTrigger trigger) => LlmAgent.IsLast(trigger);

    /// <summary>What a session's models must not say.</summary>
    public static LeakCheck Secrets(AgentRequest request) => new(
        PromptTexts.Fixed.Append(request.Call.Tenant.Agent?.Instructions ?? ""), (request.Tools?.Offered ?? []).Select(static tool => tool.Name).Append(KnowledgeLookup.Name));

    /// <summary>What is said in place of a sentence that is not let through.</summary>
    public string Instead(Refusal refusal, string callerWords)
    {
        var tenant = request.Call.Tenant;
        var language = Languages.OrOwn(AnswerPhrases.LanguageOf(refusal.Sentence, Languages.OrOwn(AnswerPhrases.LanguageOf(callerWords, tenant.Language))));
        return refusal.Why switch
        {
            RefusalReason.Leak => AnswerPhrases.CantSay(language, Person),
            RefusalReason.Language => AnswerPhrases.NotThatLanguage(tenant.Language, Person),
            _ => AnswerPhrases.Unknown(language, Person),
        };
    }

    /// <summary>Whether an answer admits that a question about the business is not answered.</summary>
    public bool LeavesOpen(string answer, string callerWords) =>
        callerWords.Length > 0 && AnswerShapes.Refuses(answer) && AnswerShapes.AsksTheBusiness(callerWords, request.Call.Tenant);

    /// <summary>The caller's question is left to people.</summary>
    public void LeaveToPeople(string callerWords) => unanswered = callerWords;

    /// <summary>The record of the answer; null when there is nothing to be told.</summary>
    public JsonObject? Decision(string model, IReadOnlyList<JsonObject> gate, bool isReplaced)
    {
        var found = lookup.Record;
        if (gate.Count == 0 && tools.Outcomes.Count == 0 && found is null && unanswered is null && !isReplaced)
            return null;
        var decision = new JsonObject
        {
            ["agent"] = "sts",
            ["model"] = model,
            ["gate"] = new JsonArray([.. gate.Select(static note => note.DeepClone())]),
            ["tools"] = ToolNote.Write(tools.Outcomes.Select(static o => o.Note)),
        };
        if (found is not null)
            decision["knowledge"] = found;
        if (isReplaced || unanswered is not null)
            decision["fallback"] = Person ? "person" : "message";
        return decision;
    }

    /// <summary>Whether a call names what the caller has not said, as far as it is written down: it would be refused.</summary>
    public bool NeedMoreWords(IReadOnlyList<ModelToolCall> calls) => calls.Any(tools.NeedsMoreWords);

    /// <summary>Does what the model asks, one call after the other; returns what the model is told about each. Never throws.</summary>
    public async Task<List<(string CallId, string Result)>> RunAsync(IReadOnlyList<ModelToolCall> calls)
    {
        var results = new List<(string CallId, string Result)>(calls.Count);
        foreach (var call in calls)
            results.Add((call.Id, await RunAsync(call)));
        return results;
    }

    private async Task<string> RunAsync(ModelToolCall call)
    {
        try
        {
            return call.Name == KnowledgeLookup.Name ? await lookup.RunAsync(call) : await tools.RunOneAsync(call, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The caller went on: what was wished for was not done.
            return PromptTexts.Of("taken-back");
        }
    }

    private bool Person => AnswerPhrases.PersonIsThere(request.Call.Tenant, request.Now);

    private CallFacts Noted(CallFacts facts) => unanswered is null || facts.Unanswered.Contains(unanswered) ? facts : facts with
    {
        Intent = facts.Intent == CallIntent.None ? CallIntent.Question : facts.Intent,
        Unanswered = [.. facts.Unanswered, unanswered],
    };
}
