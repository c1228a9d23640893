using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Llm;

/// <summary>One answer in the making: what it may rest on, what a model is told, what it has done and said, and the record of it. Lives for one request.</summary>
internal sealed class LlmAnswer
{
    private readonly AgentRequest request;
    private readonly Evidence evidence;
    private readonly JsonArray gate = [];
    private readonly IReadOnlyList<ToolTold> earlier;
    private readonly PromptDraft draft;
    private readonly KnowledgeAnswer found;
    private readonly bool isUnsure;
    private readonly SpokenLanguages languages;

    private LlmAnswer(AgentRequest request, KnowledgeAnswer found, bool wasAsked)
    {
        this.request = request;
        this.found = found;
        var tenant = request.Call.Tenant;
        languages = new SpokenLanguages(tenant, request.Features);
        var facts = request.State?.Facts ?? CallFacts.None;
        earlier = (request.State as LlmState)?.Told ?? [];
        CallerWords = (request.Trigger as AgentTrigger.CallerSaid)?.Text ?? "";
        isUnsure = wasAsked && found.Confidence < (tenant.Agent?.Confidence ?? AgentSettings.DefaultConfidence) && AnswerShapes.AsksTheBusiness(CallerWords, tenant);
        evidence = Known(request);
        Tools = new ToolLoop(request, evidence, facts);
        var unseen = request.Tools?.Unseen ?? [];
        List<string> told = [.. unseen.Select(outcome => $"- {outcome.Tool}: {Tools.TakeOver(outcome)}")];
        List<string> notes = [];
        if (unseen.Count > 0)
            notes.Add($"{PromptTexts.Of("unseen")}\n{string.Join('\n', told)}");
        if (earlier.Count > 0)
            notes.Add($"{PromptTexts.Of("earlier")}\n{string.Join('\n', earlier.Select(static t => $"- {t.Tool}: {Untrusted.Quote(t.Text)}"))}");
        if (languages.OffIn(CallerWords) is { } off)
            notes.Add(PromptTexts.Of("language-off", SpokenLanguages.Name(off)));
        if (isUnsure)
            notes.Add(PromptTexts.Of("unsure"));
        if (CallerMood.Read(request.History, request.Trigger) is { WantPerson: true } mood)
            notes.Add(PromptTexts.Of(mood.Angry ? "angry" : "misunderstood"));
        draft = PromptDraft.Of(request, Tools.Facts, found.Passages, notes, PromptBudget.Default);
        foreach (var passage in draft.Passages)
            evidence.Add(EvidenceOrigin.Passage, passage.Source, passage.Text);
        var leaks = new LeakCheck(
            PromptTexts.Fixed.Append(tenant.Agent?.Instructions ?? ""), (request.Tools?.Offered ?? []).Select(static tool => tool.Name));
        Speech = new SpokenAnswer(request, evidence, leaks, CallerWords, gate) { Holds = isUnsure };
    }

    /// <summary>What the caller said; empty for anything else that happened.</summary>
    public string CallerWords { get; }

    /// <summary>What it says.</summary>
    public SpokenAnswer Speech { get; }

    /// <summary>What it does.</summary>
    public ToolLoop Tools { get; }

    /// <summary>The conversation with the model so far.</summary>
    public List<ModelMessage> Messages => draft.Messages;

    /// <summary>What is known before anything is looked up: the profile, the conversation, what tools told before.</summary>
    public static Evidence Known(AgentRequest request)
    {
        var facts = request.State?.Facts ?? CallFacts.None;
        var evidence = new Evidence(request.Call.Tenant, request.Now) { IsBooked = facts.Confirmed, IsBooking = facts.Intent == CallIntent.Booking };
        foreach (var told in (request.State as LlmState)?.Told ?? [])
            told.AddTo(evidence);
        evidence.Add(EvidenceOrigin.Profile, "profile", request.Call.CalledNumber);
        evidence.AddCallerNumber(request.Call.CallerNumber);
        evidence.AddCallerNumber(facts.Phone);
        foreach (var entry in request.History)
            evidence.Add(entry.Speaker == Speaker.Caller ? EvidenceOrigin.Caller : EvidenceOrigin.Agent, entry.Speaker == Speaker.Caller ? "caller" : "agent", entry.Text);
        evidence.Add(EvidenceOrigin.Caller, "caller", (request.Trigger as AgentTrigger.CallerSaid)?.Text);
        evidence.Add(EvidenceOrigin.Caller, "caller", (request.Trigger as AgentTrigger.CallerPressed)?.Digits);
        if (facts.RequestedFor is { } wished)
            evidence.Add(EvidenceOrigin.Caller, "noted", FormattableString.Invariant($"{wished:yyyy-MM-ddTHH:mm}"));
        return evidence;
    }

    /// <summary>Looks up what the caller's words are about, and begins.</summary>
    public static async Task<LlmAnswer> BeginAsync(AgentRequest request, IKnowledge? knowledge, CancellationToken cancellationToken)
    {
        if (knowledge is null || request.Trigger is not AgentTrigger.CallerSaid { Text: { Length: > 0 } words } || !request.Features.Has(Features.Knowledge))
            return new LlmAnswer(request, KnowledgeAnswer.Nothing, wasAsked: false);
        var tenant = request.Call.Tenant;
        var query = new KnowledgeQuery(tenant.Id, words, AnswerPhrases.LanguageOf(words, tenant.Language), Meter: request.Meter);
        return new LlmAnswer(request, await knowledge.FindAsync(query, cancellationToken), wasAsked: true);
    }

    /// <summary>The next request to the model.</summary>
    public ModelRequest Request() => new()
    {
        Messages = [.. Messages],
        Tools = Tools.Offered,
        Providers = request.Call.Tenant.Providers,
        Meter = request.Meter,
    };

    /// <summary>What is said once the model is done: an offer behind an admission that has none.</summary>
    public string? Close()
    {
        if (!Speech.HasSpoken || Speech.WasReplaced || !AnswerShapes.Refuses(Speech.Text) || AnswerShapes.Offers(Speech.Text) || Tools.Ends || Tools.Transfer is not null)
            return null;
        return Speech.Say(Offer());
    }

    /// <summary>
    /// Said of what tools have done in this answer when the model did not come to say it: the booking is made, the caller is connected, the call ends.
    /// Null when nothing of the kind was done.
    /// </summary>
    public string? Done()
    {
        var tenant = request.Call.Tenant;
        var phrases = Rules.Phrases.Of(Rules.CallLanguage.Of(request).Tag);
        if (Tools.Transfer is { } transfer)
            return Speech.Say(phrases.Connecting(transfer.Department));
        if (Tools.Ends)
            return Speech.Say(phrases.Goodbye(tenant, request.Turn));
        return Tools.Facts.Confirmed && request.State?.Facts.Confirmed != true
            ? Speech.Say($"{phrases.Booked(Tools.Facts.Name ?? "")} {phrases.AnythingElse(request.Turn)}") : null;
    }

    /// <summary>Said when the model has nothing to say.</summary>
    public string Unknown() => Speech.Say(AnswerPhrases.Unknown(Language, Person));

    /// <summary>The state to be remembered.</summary>
    public LlmState State() => new()
    {
        Facts = Noted(),
        Told = [.. earlier.Concat(Tools.Outcomes).TakeLast(LlmState.MostTold)],
    };

    /// <summary>What a person is told: that the agent was not sure enough.</summary>
    public AgentEvent.Escalate? Escalation() =>
        NeedsPerson ? new AgentEvent.Escalate(EscalationReason.LowConfidence, $"The agent could not answer: {CallerWords}") : null;

    /// <summary>The record of it.</summary>
    public AgentEvent.Decided Decision(string model)
    {
        var decision = new JsonObject
        {
            ["agent"] = "llm",
            ["model"] = model,
            ["knowledge"] = new JsonObject
            {
                ["confidence"] = Math.Round(found.Confidence, 3),
                ["unsure"] = isUnsure,
                ["passages"] = new JsonArray([.. found.Passages.Select(static p => new JsonObject
                {
                    ["id"] = p.Id, ["source"] = p.Source, ["version"] = p.Version, ["score"] = Math.Round(p.Score, 4), ["confidence"] = Math.Round(p.Confidence, 3),
                })]),
            },
            ["gate"] = gate.DeepClone(),
            ["tools"] = ToolNote.Write(Tools.Outcomes.Select(static o => o.Note)),
            ["prompt"] = new JsonObject { ["tokens"] = draft.Tokens, ["dropped_turns"] = draft.DroppedTurns, ["dropped_passages"] = draft.DroppedPassages },
        };
        if (NeedsPerson)
            decision["fallback"] = Person ? "person" : "message";
        return new AgentEvent.Decided(decision);
    }

    private bool NeedsPerson => CallerWords.Length > 0 && (Speech.WasReplaced || (AnswerShapes.Refuses(Speech.Text) && AnswerShapes.AsksTheBusiness(CallerWords, request.Call.Tenant)));

    private bool Person => AnswerPhrases.PersonIsThere(request.Call.Tenant, request.Now);

    private string Language => languages.OrOwn(AnswerPhrases.LanguageOf(CallerWords, request.Call.Tenant.Language));

    private string Offer() => AnswerPhrases.Offer(languages.OrOwn(AnswerPhrases.LanguageOf(Speech.Text, Language)), Person);

    private CallFacts Noted()
    {
        var facts = Tools.Facts;
        if (!NeedsPerson || facts.Unanswered.Contains(CallerWords))
            return facts;
        return facts with
        {
            Intent = facts.Intent == CallIntent.None ? CallIntent.Question : facts.Intent,
            Unanswered = [.. facts.Unanswered, CallerWords],
        };
    }
}
