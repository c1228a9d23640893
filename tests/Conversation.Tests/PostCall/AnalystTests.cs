using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.PostCall;

public sealed class AnalystTests
{
    private const string Good =
        """
        {"intent": "message", "sentiment": "positive", "summary": "Ann asks to be called about a cake.", "successful": true,
         "fields": {"name": "Ann", "phone": "+15550107788", "party_size": 12, "service": "tiramisu", "message": "call me about a cake"}}
        """;

    private static readonly string[] Said = ["Hi this is Ann.", "Please call me about a cake for twelve, five five five oh one oh seven seven eight eight.", "Thank you so much!"];

    [Theory]
    [InlineData(CallIntent.Booking, true, null, CallEndReason.AgentEnded, CallOutcomeKind.Booked, true)]
    [InlineData(CallIntent.Booking, false, null, CallEndReason.CallerHungUp, CallOutcomeKind.Open, false)]
    [InlineData(CallIntent.Message, false, "Call me.", CallEndReason.AgentEnded, CallOutcomeKind.MessageTaken, true)]
    [InlineData(CallIntent.Person, false, null, CallEndReason.Transferred, CallOutcomeKind.Transferred, true)]
    [InlineData(CallIntent.Question, false, null, CallEndReason.CallerHungUp, CallOutcomeKind.Answered, true)]
    [InlineData(CallIntent.None, false, null, CallEndReason.AgentFailed, CallOutcomeKind.Failed, false)]
    public void Rules_tell_what_came_of_a_call(
        CallIntent intent, bool confirmed, string? message, CallEndReason end, CallOutcomeKind outcome, bool successful)
    {
        var analysis = RuleAnalyst.Analyse(Call(["Hello."]) with
        {
            Facts = new CallFacts { Intent = intent, Confirmed = confirmed, Message = message }, EndReason = end,
        });

        analysis.Outcome.ShouldBe(outcome);
        analysis.Successful.ShouldBe(successful);
        analysis.Summary.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_booking_that_was_called_off_is_a_success_that_nobody_has_to_look_at()
    {
        var analysis = RuleAnalyst.Analyse(Call(["Please cancel it."]) with
        {
            Facts = new CallFacts { Intent = CallIntent.Booking, Name = "Ann", CancelledFor = new DateTime(2026, 11, 22, 19, 0, 0) },
        });

        (analysis.Outcome, analysis.Successful, analysis.Sentiment).ShouldBe((CallOutcomeKind.Cancelled, true, Sentiment.Neutral));
        analysis.Fields["cancelled_for"].ShouldBe("2026-11-22T19:00");
        analysis.Summary.ShouldBe("Ann called off a booking on Sun, Nov 22 at 7:00 PM.");
    }

    [Fact]
    public void Rules_tell_how_a_caller_felt()
    {
        Feeling("Perfect, thank you so much!").ShouldBe(Sentiment.Positive);
        Feeling("What are your hours?").ShouldBe(Sentiment.Neutral);
        Feeling("This is ridiculous!", "Perfect.").ShouldBe(Sentiment.Negative);
        RuleAnalyst.Analyse(Call(["Hello."]) with { Escalations = [EscalationReason.ToolFailure] }).Sentiment.ShouldBe(Sentiment.NeedsAttention);
        RuleAnalyst.Analyse(Call(["Hello."]) with { Facts = new CallFacts { Unanswered = ["Vegan?"] } }).Sentiment.ShouldBe(Sentiment.NeedsAttention);
        RuleAnalyst.Analyse(Call([])).Outcome.ShouldBe(CallOutcomeKind.Abandoned);

        static Sentiment Feeling(params string[] said) =>
            RuleAnalyst.Analyse(Call(said) with { Facts = new CallFacts { Intent = CallIntent.Question, Topics = ["hours"] } }).Sentiment;
    }

    [Fact]
    public async Task A_models_answer_is_used_with_the_fields_that_the_caller_said()
    {
        var model = new Model(_ => $"```json\n{Good}\n```");
        var analysis = await AnalyseAsync(model, Call(Said));

        analysis.MadeBy.ShouldBe("scripted");
        analysis.Sentiment.ShouldBe(Sentiment.Positive);
        analysis.Summary.ShouldBe("Ann asks to be called about a cake.");
        analysis.Fields.ShouldBe(
            new Dictionary<string, string> { ["name"] = "Ann", ["phone"] = "+15550107788", ["party_size"] = "12", ["message"] = "call me about a cake" },
            ignoreOrder: true);     // nobody spoke of a tiramisu
        model.Requests.ShouldHaveSingleItem().MaxOutputTokens.ShouldBeLessThanOrEqualTo(500);
    }

    [Theory]
    [InlineData("name", "Maria")]
    [InlineData("name", "An")]
    [InlineData("phone", "+15550107789")]
    [InlineData("phone", "5550107788")]
    [InlineData("phone", "+1555010")]
    [InlineData("party_size", "4")]
    [InlineData("party_size", "many")]
    [InlineData("party_size", "0")]
    [InlineData("service", "tiramisu")]
    [InlineData("service", "cake")]
    [InlineData("requested_for", "2026-11-22T19:00")]
    [InlineData("message", "Ann threatens to sue over the broken oven")]
    [InlineData("loyalty_number", "12")]
    [InlineData("name", "")]
    public void Nothing_is_made_up(string field, string value) =>
        new TranscriptCheck(Call(Said)).Keep([KeyValuePair.Create(field, value)]).ShouldBeEmpty();

    [Fact]
    public void What_was_noted_on_the_line_stands_against_a_model()
    {
        var call = Call(Said) with { Facts = new CallFacts { Name = "Anne Smith", PartySize = 6, RequestedFor = new DateTime(2026, 11, 22, 19, 0, 0, DateTimeKind.Unspecified) } };

        new TranscriptCheck(call).Keep([KeyValuePair.Create("name", "Ann"), KeyValuePair.Create("party_size", "12")]).ShouldBe(
            new Dictionary<string, string> { ["name"] = "Anne Smith", ["party_size"] = "6", ["requested_for"] = "2026-11-22T19:00" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("I cannot do that.")]
    [InlineData("{\"intent\": \"message\"")]
    [InlineData("{\"intent\": \"party\", \"sentiment\": \"neutral\", \"summary\": \"x\", \"successful\": true}")]
    [InlineData("{\"intent\": \"none\", \"sentiment\": \"neutral\", \"summary\": \"\", \"successful\": true}")]
    [InlineData("{\"intent\": \"none\", \"sentiment\": \"neutral\", \"summary\": \"x\", \"successful\": \"yes\"}")]
    [InlineData("[1, 2]")]
    public async Task An_answer_that_is_not_what_was_asked_for_is_asked_for_once_more(string bad)
    {
        var model = new Model(request => request.Messages.Count == 2 ? bad : Good);
        (await AnalyseAsync(model, Call(Said))).MadeBy.ShouldBe("scripted");
        model.Requests.Count.ShouldBe(2);
        model.Requests[1].Messages[^1].Text.ShouldStartWith("That cannot be used: ");

        var stubborn = new Model(_ => bad);
        (await AnalyseAsync(stubborn, Call(Said))).MadeBy.ShouldBe("rules");
        stubborn.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_model_or_when_it_fails_or_for_a_silent_call_the_rules_analyse()
    {
        (await AnalyseAsync(new Model(_ => Good), Call(Said), has: false)).MadeBy.ShouldBe("rules");
        (await AnalyseAsync(new Model(_ => throw new InvalidOperationException("down")), Call(Said))).MadeBy.ShouldBe("rules");
        var unused = new Model(_ => Good);
        (await AnalyseAsync(unused, Call([]))).MadeBy.ShouldBe("rules");
        unused.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_the_days_budget_is_used_up_the_rules_analyse_and_calls_that_need_no_model_take_nothing_of_it()
    {
        var model = new Model(_ => Good);
        var budget = new Budget { Left = 1 };
        var analyst = new ModelAnalyst(model, _ => true, TimeProvider.System, NullLogger<ModelAnalyst>.Instance, budget);

        (await analyst.AnalyseAsync(Call([]), default)).MadeBy.ShouldBe("rules");
        (await analyst.AnalyseAsync(Call(Said), default)).MadeBy.ShouldBe("scripted");
        (await analyst.AnalyseAsync(Call(Said), default)).MadeBy.ShouldBe("rules");

        model.Requests.ShouldHaveSingleItem();
        budget.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_model_that_does_not_answer_is_given_up_after_its_time()
    {
        var clock = new ManualClock();
        var running = new ModelAnalyst(new Silent(), _ => true, clock, NullLogger<ModelAnalyst>.Instance).AnalyseAsync(Call(Said), default);
        running.IsCompleted.ShouldBeFalse();

        clock.Advance(ModelAnalyst.Timeout);

        (await running).MadeBy.ShouldBe("rules");
    }

    [Fact]
    public async Task A_long_call_is_cut_in_the_middle_and_a_model_cannot_make_a_failed_call_a_success()
    {
        var model = new Model(_ => Good);
        var call = Call([.. Enumerable.Range(0, 2000).Select(i => $"This is sentence number {i} of mine.")]) with { EndReason = CallEndReason.AgentFailed };

        var analysis = await AnalyseAsync(model, call);

        model.Requests[0].Messages[1].Text.Length.ShouldBeLessThan(17_000);
        model.Requests[0].Messages[1].Text.ShouldContain("number 0 of");
        model.Requests[0].Messages[1].Text.ShouldContain("number 1999 of");
        analysis.Outcome.ShouldBe(CallOutcomeKind.Failed);
        analysis.Successful.ShouldBeFalse();
        analysis.Sentiment.ShouldBe(Sentiment.NeedsAttention);
    }

    private static Task<CallAnalysis> AnalyseAsync(ILanguageModel model, AnalysisInput call, bool has = true) =>
        new ModelAnalyst(model, _ => has, TimeProvider.System, NullLogger<ModelAnalyst>.Instance).AnalyseAsync(call, default);

    private static AnalysisInput Call(string[] said) => new()
    {
        Tenant = SampleTenants.Restaurant,
        CallerNumber = "+15550101234",
        StartedAt = DialogueScript.SaturdayMorning,
        EndReason = CallEndReason.CallerHungUp,
        Facts = CallFacts.None,
        History = [new HistoryEntry(Speaker.Agent, "Hello, we have tiramisu and Maria."), .. said.Select(s => new HistoryEntry(Speaker.Caller, s))],
    };

    private sealed class Budget : IAnalysisBudget
    {
        public int Left { get; set; }

        public int Asked { get; private set; }

        public Task<bool> TakeAsync(Tenant tenant, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Left-- > 0);
        }
    }

    private sealed class Model(Func<ModelRequest, string> answer) : ILanguageModel
    {
        public string Name => "scripted";

        public List<ModelRequest> Requests { get; } = [];

        public async IAsyncEnumerable<ModelEvent> CompleteAsync(
            ModelRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Requests.Add(request);
            var text = answer(request);
            yield return new ModelEvent.Text(text[..(text.Length / 2)]);
            await Task.CompletedTask;
            yield return new ModelEvent.Text(text[(text.Length / 2)..]);
            yield return new ModelEvent.Finished(ModelFinish.Stop);
        }
    }

    private sealed class Silent : ILanguageModel
    {
        public string Name => "silent";

        public async IAsyncEnumerable<ModelEvent> CompleteAsync(
            ModelRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            yield return new ModelEvent.Finished(ModelFinish.Stop);
        }
    }
}
