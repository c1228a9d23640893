using System.Runtime.CompilerServices;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tests.Providers;

/// <summary>Models that fail in every way.</summary>
public sealed class FallbackLanguageModelTests : IDisposable
{
    private static readonly ModelEvent Done = new ModelEvent.Finished(ModelFinish.Stop);
    private readonly ChainParts parts = new();
    private readonly ScriptedModel first;
    private readonly ScriptedModel second;
    private readonly CallMeter call = new();

    public FallbackLanguageModelTests()
    {
        first = new ScriptedModel(parts.Clock);
        second = new ScriptedModel(parts.Clock) { Answer = [new ModelEvent.Text("Two."), Done] };
    }

    public void Dispose() => parts.Dispose();

    public static TheoryData<ProviderErrorKind> Kinds => [.. Enum.GetValues<ProviderErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_failure_before_the_first_word_leads_to_the_next(ProviderErrorKind kind)
    {
        first.FailWith = ChainParts.Failure(kind);
        Ask(Model()).ShouldBe([new ModelEvent.Text("Two."), Done]);
        parts.Log[^1].ShouldContain(kind.ToString());
    }

    [Fact]
    public void One_that_gives_no_word_in_time_is_left()
    {
        first.Delay = TimeSpan.FromSeconds(60);
        Ask(Model())[0].ShouldBe(new ModelEvent.Text("Two."));
    }

    [Theory]
    [InlineData(ModelFinish.Stop)]
    [InlineData(ModelFinish.Length)]
    [InlineData(ModelFinish.ContentFilter)]
    public void One_that_ends_without_a_word_is_left(ModelFinish finish)
    {
        first.Answer = [new ModelEvent.Text(" "), new ModelEvent.Finished(finish)];
        Ask(Model())[0].ShouldBe(new ModelEvent.Text("Two."));
        parts.Log[^1].ShouldContain(finish == ModelFinish.ContentFilter ? "ContentFiltered" : "MalformedAnswer");
    }

    [Fact]
    public void A_wish_for_a_tool_is_an_answer()
    {
        var tool = new ModelEvent.ToolCall(new ModelToolCall("1", "book", "{}"));
        first.Answer = [tool, new ModelEvent.Finished(ModelFinish.ToolCalls)];
        Ask(Model())[0].ShouldBe(tool);
    }

    [Fact]
    public void A_failure_before_there_is_a_clause_to_speak_leads_to_the_next()
    {
        first.Answer = [new ModelEvent.Text("We "), new ModelEvent.Text("open ")];
        first.FailAfter = ChainParts.Failure(ProviderErrorKind.Disconnected);
        Ask(Model()).ShouldBe([new ModelEvent.Text("Two."), Done]);
    }

    [Theory]
    [InlineData("We open at eight. Then")]
    [InlineData("We open")]
    public void An_answer_is_given_out_whole_and_in_order(string text)
    {
        first.Answer = [.. text.Split(' ').Select(static word => new ModelEvent.Text(word + " ")), Done];
        Ask(Model()).ShouldBe(first.Answer);
        first.Answer = [.. text.Split(' ').Select(static word => new ModelEvent.Text(word + " "))];
        Ask(Model()).ShouldBe(first.Answer);
    }

    [Theory]
    [InlineData(100, 48, "One")]
    [InlineData(400, 20, "Two.")]
    public void One_that_trickles_without_getting_to_a_clause_is_left(int betweenMs, int words, string answered)
    {
        first.Answer = [.. Enumerable.Repeat(new ModelEvent.Text("One "), words), Done];
        first.Between = TimeSpan.FromMilliseconds(betweenMs);
        ((ModelEvent.Text)Ask(Model())[0]).Delta.Trim().ShouldBe(answered);
    }

    [Fact]
    public void A_failure_after_the_first_clause_ends_the_answer_and_the_next_one_is_anothers()
    {
        first.Answer = [new ModelEvent.Text("We open. "), new ModelEvent.Text("At ")];
        first.FailAfter = ChainParts.Failure(ProviderErrorKind.Disconnected);
        var model = Model();
        var given = new List<ModelEvent>();
        Should.Throw<ProviderException>(() => Ask(model, given)).Kind.ShouldBe(ProviderErrorKind.Disconnected);

        given.ShouldBe([new ModelEvent.Text("We open. "), new ModelEvent.Text("At ")]);
        Ask(model)[0].ShouldBe(new ModelEvent.Text("Two."));
        first.Asked.ShouldBe(1);
    }

    [Fact]
    public void What_one_model_refuses_the_next_answers_and_the_first_is_asked_again()
    {
        first.FailWith = ChainParts.Failure(ProviderErrorKind.ContentFiltered);
        var model = Model();
        Ask(model);
        Ask(model);
        first.Asked.ShouldBe(2);
    }

    [Fact]
    public void When_all_fail_the_last_ones_reason_is_told_and_the_rules_take_over()
    {
        first.FailWith = ChainParts.Failure(ProviderErrorKind.Unauthorized);
        second.FailWith = ChainParts.Failure(ProviderErrorKind.QuotaExceeded);
        var model = Model();

        Should.Throw<ProviderException>(() => Ask(model)).Kind.ShouldBe(ProviderErrorKind.QuotaExceeded);
        Should.Throw<ProviderException>(() => Ask(model)).Kind.ShouldBe(ProviderErrorKind.Unavailable);
        model.HasModel(null).ShouldBeTrue();
        model.HasModel(new ProviderChoice { Think = [ProviderNames.Rules, "openai"] }).ShouldBeFalse();
    }

    [Fact]
    public void A_slow_one_is_overtaken_and_asked_again_the_next_time()
    {
        parts.Options.Hedging.Think = true;
        first.Delay = TimeSpan.FromMilliseconds(300);
        var model = Model();
        for (var i = 0; i < 20; i++)
            Ask(model);
        first.Delay = TimeSpan.FromMilliseconds(2000);
        Ask(model)[0].ShouldBe(new ModelEvent.Text("Two."));
        first.Delay = TimeSpan.FromMilliseconds(300);
        Ask(model)[0].ShouldBe(new ModelEvent.Text("One."));
    }

    [Fact]
    public void In_a_race_that_the_second_loses_by_failing_the_first_is_waited_for()
    {
        parts.Options.Hedging.Think = true;
        first.Delay = TimeSpan.FromMilliseconds(300);
        var model = Model();
        for (var i = 0; i < 20; i++)
            Ask(model);
        first.Delay = TimeSpan.FromMilliseconds(1000);
        second.FailWith = ChainParts.Failure(ProviderErrorKind.Unavailable);
        Ask(model)[0].ShouldBe(new ModelEvent.Text("One."));
    }

    private FallbackLanguageModel Model() => new(parts.Chain<ILanguageModel>(Capability.Think, ("openai", first), ("other", second)));

    private List<ModelEvent> Ask(FallbackLanguageModel model, List<ModelEvent>? given = null) => parts.Run(async () =>
    {
        given ??= [];
        await foreach (var item in model.CompleteAsync(new ModelRequest { Messages = [], Meter = call }, default))
            given.Add(item);
        return given;
    });

    private sealed class ScriptedModel(TimeProvider clock) : ILanguageModel
    {
        public string Name => "scripted";

        public IReadOnlyList<ModelEvent> Answer { get; set; } = [new ModelEvent.Text("One."), Done];

        public TimeSpan Delay { get; set; }

        public TimeSpan Between { get; set; }

        public Exception? FailWith { get; set; }

        public Exception? FailAfter { get; set; }

        public int Asked { get; private set; }

        public async IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Asked++;
            await Task.Delay(Delay, clock, cancellationToken);
            if (FailWith is not null)
                throw FailWith;
            foreach (var item in Answer)
            {
                yield return item;
                if (Between > TimeSpan.Zero)
                    await Task.Delay(Between, clock, cancellationToken);
            }

            if (FailAfter is not null)
                throw FailAfter;
        }
    }
}
