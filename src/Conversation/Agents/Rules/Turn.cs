using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Rules;

/// <summary>One answer in the making. Lives for one request only.</summary>
internal sealed class Turn
{
    private const string TransferTool = "transfer_to";

    private readonly List<string> _words = [];
    private readonly List<AgentEvent.Escalate> _escalations = [];
    private readonly List<ToolNote> _tools = [];
    private ReplyExpectation? _expectation;
    private bool _ends;
    private MoodSigns? _mood;  // reads the whole call, so it is asked for only where it counts
    private Department? _transfer;

    public Turn(AgentRequest request)
    {
        Request = request;
        var before = request.State as RuleState ?? RuleState.TakingOver(request.State?.Facts ?? CallFacts.None, request.Call.Tenant);
        var language = CallLanguage.Of(request);
        (Language, LanguageOff) = (language.Tag, language.Off);
        State = before with { Turn = before.Turn + 1, Language = Language == Tenant.Language ? null : Language };
        Now = Instant.FromDateTimeOffset(request.Now);
        Calendar = new BookingCalendar(Tenant, Now);
        if (Language != (before.Language ?? Tenant.Language))
            State = State with { LastQuestion = Reasked(), LastSaid = null };
    }

    public AgentRequest Request { get; }

    /// <summary>The language that the call is in.</summary>
    public string Language { get; }

    /// <summary>The language of the caller's newest words when it is not spoken here; null when it is.</summary>
    public string? LanguageOff { get; }

    /// <summary>The wording, in that language.</summary>
    public Phrases Phrases => Phrases.Of(Language);

    /// <summary>Reads words of the caller, who speaks that language.</summary>
    public Utterance Hear(string text) => Utterance.Parse(text, Language);

    public Tenant Tenant => Request.Call.Tenant;

    public Instant Now { get; }

    public LocalDateTime LocalNow => Now.InZone(Tenant.TimeZone).LocalDateTime;

    public LocalDate Today => LocalNow.Date;

    public BookingCalendar Calendar { get; }

    /// <summary>What the caller's newest words give away.</summary>
    public MoodSigns Mood => _mood ??= CallerMood.Read(Request.History, Request.Trigger);

    /// <summary>Who the caller can be connected with now.</summary>
    public IReadOnlyList<Department> Departments => Request.Features.Has(Features.Tool(TransferTool)) ? Tenant.ReachableAt(Now) : [];

    public RuleState State { get; set; }

    public CallFacts Facts
    {
        get => State.Facts;
        set => State = State with { Facts = value };
    }

    /// <summary>A number of the country the tenant is in.</summary>
    public string HomeNumber => Tenant.Phone ?? Request.Call.CalledNumber;

    /// <summary>What the tenant's documents say to questions, once they were asked; null while they were not, or where there are none.</summary>
    public IReadOnlyDictionary<string, KnowledgeAnswer>? Found { get; init; }

    /// <summary>What the catalogue says to <see cref="Product"/>, once it was looked up; null while it was not.</summary>
    public ToolResult? Wares { get; init; }

    /// <summary>What the caller would like to know of the catalogue; null for nothing.</summary>
    public string? Product { get; set; }

    /// <summary>Questions that nothing here answers.</summary>
    public List<string> Open { get; } = [];

    /// <summary>A tool to be run before the answer is complete; takes its result.</summary>
    public (string Name, JsonObject Arguments, Action<ToolResult> Then)? Pending { get; private set; }

    public bool HasWords => _words.Count > 0;

    public bool IsOver => _ends || _transfer is not null;

    public void Say(string words)
    {
        if (words.Length > 0)
            _words.Add(words);
    }

    /// <summary>Asks, and makes it the open question.</summary>
    public void Ask(Question question, string words)
    {
        Say(words);
        State = State with
        {
            Misses = State.Asked == question ? State.Misses : 0,
            Asked = question,
            LastQuestion = words.Length > 0 ? words : State.LastQuestion,
        };
        _expectation = Expectation(question);
    }

    /// <summary>Leaves the open question open, said again or not.</summary>
    public void AskAgain(bool aloud)
    {
        if (aloud && State.LastQuestion is { } question)
            Say(question);
        _expectation = Expectation(State.Asked);
    }

    /// <summary>Has a tool run; nothing more may be said but in <paramref name="then"/>.</summary>
    public void Call(string name, JsonObject arguments, Action<ToolResult> then) => Pending = (name, arguments, then);

    /// <summary>The tool that was asked for has come to a result.</summary>
    public void Resume(ToolResult result)
    {
        var (name, arguments, then) = Pending!.Value;
        Pending = null;
        _tools.Add(ToolNote.Of(name, ToolArguments.Canonical(arguments), result));
        Facts = result.Facts ?? Facts;
        if (ToolFailures.Escalation(name, result) is { } escalation)
            _escalations.Add(escalation);
        then(result);
    }

    /// <summary>Tells a person.</summary>
    public void Escalate(EscalationReason reason, string summary) => _escalations.Add(new AgentEvent.Escalate(reason, summary));

    public void HangUp() => _ends = true;

    public void Transfer(Department department) => _transfer = department;

    /// <summary>Notes the main wish; a lesser one does not replace it.</summary>
    public void Wish(CallIntent intent)
    {
        if (Rank(intent) > Rank(Facts.Intent))
            Facts = Facts with { Intent = intent };
    }

    public void Topic(string topic)
    {
        State = State with { LastTopic = topic };
        if (!Facts.Topics.Contains(topic))
            Facts = Facts with { Topics = [.. Facts.Topics, topic] };
    }

    public IEnumerable<AgentEvent> Events()
    {
        var text = string.Join(' ', _words);
        if (text.Length > 0)
        {
            State = State with { LastSaid = text };
            yield return new AgentEvent.Say(text);
        }

        if (!IsOver)
            yield return new AgentEvent.Expect(_expectation ?? ReplyExpectation.Anything);
        foreach (var escalation in _escalations)
            yield return escalation;
        if (Wares is { } wares)
            _tools.Insert(0, ToolNote.Of(CatalogueAnswers.Tool, ToolArguments.Canonical(CatalogueAnswers.Arguments(Product)), wares));
        if (Found is not null || _tools.Count > 0)
            yield return new AgentEvent.Decided(Decision());
        yield return new AgentEvent.Remember(State);
        if (_transfer is not null)
            yield return new AgentEvent.TransferCall(_transfer);
        else if (_ends)
            yield return new AgentEvent.EndCall();
    }

    private JsonObject Decision() => new()
    {
        ["agent"] = "rules",
        ["knowledge"] = new JsonArray([.. (Found ?? new Dictionary<string, KnowledgeAnswer>()).Select(static f => new JsonObject
        {
            ["question"] = f.Key,
            ["confidence"] = Math.Round(f.Value.Confidence, 3),
            ["passages"] = new JsonArray([.. f.Value.Passages.Select(static p => new JsonObject
            {
                ["id"] = p.Id, ["source"] = p.Source, ["version"] = p.Version, ["score"] = Math.Round(p.Score, 4), ["confidence"] = Math.Round(p.Confidence, 3),
            })]),
        })]),
        ["tools"] = ToolNote.Write(_tools),
    };

    private ReplyExpectation Expectation(Question question) => question switch
    {
        Question.PartySize or Question.Nights => new ReplyExpectation(ReplyKind.Count),
        Question.Day or Question.WhichBooking or Question.Time or Question.HalfOfDay => new ReplyExpectation(ReplyKind.DateTime),
        Question.Name => new ReplyExpectation(ReplyKind.Name),
        Question.Phone => new ReplyExpectation(ReplyKind.Digits, PhoneParser.CountryCode(HomeNumber) == "1" ? 10 : 0),
        Question.Confirm or Question.OfferMessage or Question.OfferTransfer or Question.OfferBooking or Question.OfferedTime or Question.CancelBooking =>
            new ReplyExpectation(ReplyKind.YesNo),
        Question.Message => new ReplyExpectation(ReplyKind.Dictation),
        _ => ReplyExpectation.Anything,
    };

    // The open question in a language that the call has just come to; null where it hangs on what was said before, and is put together anew.
    private string? Reasked() => State.Asked switch
    {
        Question.None => State.LastQuestion is null ? null : Phrases.HowToGoOn,
        Question.Wish => Phrases.HowToGoOn,
        Question.AnythingElse => Phrases.AnythingElse(State.Turn),
        Question.PartySize => Phrases.AskParty(Tenant.Kind == BusinessKind.Hotel, State.Turn),
        Question.Service => Phrases.AskService(Tenant.Services),
        Question.Day or Question.Time => Phrases.AskWhen(State.Turn),
        Question.Nights => Phrases.AskNights,
        Question.Name => Phrases.AskName(State.Turn),
        Question.Phone => Phrases.AskPhone,
        Question.WhatToChange => Phrases.WhatToChange,
        Question.Message => Phrases.AskMessage,
        Question.OfferMessage => Phrases.OfferMessage,
        Question.OfferTransfer when Departments.FirstOrDefault(d => d.Name == State.OfferedDepartment) is { } department => Phrases.AskTransfer(department),
        Question.OfferBooking => Phrases.CanBook,
        Question.OfferedTime => Phrases.WouldThatSuit,
        _ => null,
    };

    private static int Rank(CallIntent intent) => intent switch
    {
        CallIntent.Booking => 4,
        CallIntent.Message => 3,
        CallIntent.Person => 2,
        CallIntent.Question => 1,
        _ => 0,
    };
}
