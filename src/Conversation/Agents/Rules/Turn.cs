using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>One answer in the making. Lives for one request only.</summary>
internal sealed class Turn
{
    private const string TransferTool = "transfer_to";

    private readonly List<string> _words = [];
    private ReplyExpectation? _expectation;
    private bool _ends;
    private Department? _transfer;

    public Turn(AgentRequest request)
    {
        Request = request;
        var before = request.State as RuleState ?? RuleState.TakingOver(request.State?.Facts ?? CallFacts.None, request.Call.Tenant);
        State = before with { Turn = before.Turn + 1 };
        Now = Instant.FromDateTimeOffset(request.Now);
        Calendar = new BookingCalendar(Tenant, Now);
        Mood = CallerMood.Read(request.History, request.Trigger);
    }

    public AgentRequest Request { get; }

    public Tenant Tenant => Request.Call.Tenant;

    public Instant Now { get; }

    public LocalDateTime LocalNow => Now.InZone(Tenant.TimeZone).LocalDateTime;

    public LocalDate Today => LocalNow.Date;

    public BookingCalendar Calendar { get; }

    /// <summary>What the caller's newest words give away.</summary>
    public MoodSigns Mood { get; }

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
        yield return new AgentEvent.Remember(State);
        if (_transfer is not null)
            yield return new AgentEvent.TransferCall(_transfer);
        else if (_ends)
            yield return new AgentEvent.EndCall();
    }

    private ReplyExpectation Expectation(Question question) => question switch
    {
        Question.PartySize or Question.Nights => new ReplyExpectation(ReplyKind.Count),
        Question.Day or Question.Time or Question.HalfOfDay => new ReplyExpectation(ReplyKind.DateTime),
        Question.Name => new ReplyExpectation(ReplyKind.Name),
        Question.Phone => new ReplyExpectation(ReplyKind.Digits, PhoneParser.CountryCode(HomeNumber) == "1" ? 10 : 0),
        Question.Confirm or Question.OfferMessage or Question.OfferTransfer or Question.OfferBooking or Question.OfferedTime =>
            new ReplyExpectation(ReplyKind.YesNo),
        Question.Message => new ReplyExpectation(ReplyKind.Dictation),
        _ => ReplyExpectation.Anything,
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
