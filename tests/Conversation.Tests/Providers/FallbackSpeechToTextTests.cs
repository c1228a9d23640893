using Parley.Conversation.Providers;
using Parley.Conversation.Stt;

namespace Parley.Conversation.Tests.Providers;

/// <summary>Recognisers that fail in every way: the next one hears what was said, all of it, once.</summary>
public sealed class FallbackSpeechToTextTests : IDisposable
{
    private readonly ChainParts parts = new();
    private readonly List<string> said = [];
    private readonly List<TranscriptEvent> heard = [];
    private readonly HearingRecogniser first;
    private readonly HearingRecogniser second;
    private readonly ProviderChain<ISpeechToText> chain;

    public FallbackSpeechToTextTests()
    {
        first = new HearingRecogniser(parts.Clock, said);
        second = new HearingRecogniser(parts.Clock, said);
        chain = parts.Chain<ISpeechToText>(Capability.Recognise, ("deepgram", first), (ProviderNames.Embedded, second));
    }

    public void Dispose() => parts.Dispose();

    [Theory]
    [InlineData(Fault.RefusesToOpen)]
    [InlineData(Fault.ErrorAtOpen)]
    [InlineData(Fault.ErrorWhileSpeaking)]
    [InlineData(Fault.ThrowsOnWrite)]
    [InlineData(Fault.ErrorOnRequest)]
    [InlineData(Fault.ThrowsOnRequest)]
    [InlineData(Fault.Silent)]
    [InlineData(Fault.Trickles)]
    [InlineData(Fault.Late)]
    public async Task Whatever_happens_to_the_first_no_word_is_lost_and_none_doubled(Fault fault)
    {
        first.Fault = fault;
        await using var stream = Open();
        Say(stream, "I want a table");
        stream.RequestFinal(1);
        parts.Pass(1000);
        Say(stream, "for two");
        stream.RequestFinal(2);
        parts.Pass(8000);

        Finals().ShouldBe(["I want a table", "I want a table for two"]);
        heard.ShouldAllBe(e => e.Error == null);
        first.Streams.ShouldAllBe(s => s.IsDisposed);

        stream.Commit();
        said.Clear();
        Say(stream, "yes please");
        stream.RequestFinal(3);
        parts.Pass(200);
        Finals()[^1].ShouldBe("yes please");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_failure_leads_to_the_next(ProviderErrorKind kind)
    {
        (first.Fault, first.Kind) = (Fault.ErrorOnRequest, kind);
        await using var stream = Open();
        Say(stream, "hello there");
        stream.RequestFinal(7);
        parts.Pass(300);

        heard.ShouldBe([new TranscriptEvent("hello there", true, 7)]);
        parts.Log.ShouldContain(l => l.Contains("deepgram is left for embedded") && l.Contains(kind.ToString()));
    }

    public static TheoryData<ProviderErrorKind> Kinds => [.. Enum.GetValues<ProviderErrorKind>()];

    [Fact]
    public async Task A_silent_one_is_left_at_its_deadline_and_not_before()
    {
        first.Fault = Fault.Silent;
        await using var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);

        parts.Pass(790);
        second.Streams.ShouldBeEmpty();
        parts.Pass(10);
        second.Streams.ShouldHaveSingleItem().Requests.ShouldBe([1]);
    }

    [Fact]
    public async Task A_deadline_holds_when_its_timer_fires_too_early()
    {
        parts.Clock.TimersEarlyBy = TimeSpan.FromMilliseconds(0.4);
        first.Fault = Fault.Silent;
        await using var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);

        parts.Pass(799);
        second.Streams.ShouldBeEmpty();
        parts.Pass(3);
        second.Streams.ShouldHaveSingleItem().Requests.ShouldBe([1]);
    }

    [Fact]
    public async Task One_that_only_guesses_is_left_after_the_utterance()
    {
        first.Fault = Fault.Guesses;
        await using var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);
        parts.Pass(200);
        Finals().ShouldBe(["hello"]);
        second.Streams.ShouldBeEmpty();

        stream.Commit();
        said.Clear();
        Say(stream, "yes please");
        stream.RequestFinal(2);
        parts.Pass(200);
        Finals().ShouldBe(["hello", "yes please"]);
        second.Streams.ShouldHaveSingleItem().Requests.ShouldBe([2]);
        first.Streams.ShouldHaveSingleItem().IsDisposed.ShouldBeTrue();
        parts.Log.ShouldContain(l => l.Contains("deepgram is left for embedded") && l.Contains("Timeout"));
    }

    [Fact]
    public async Task A_request_that_was_replaced_is_asked_once_of_the_next()
    {
        first.Fault = Fault.Silent;
        await using var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);
        parts.Pass(400);
        Say(stream, "again");
        stream.RequestFinal(2);
        parts.Pass(900);

        second.Streams.ShouldHaveSingleItem().Requests.ShouldBe([2]);
        heard.ShouldBe([new TranscriptEvent("hello again", true, 2)]);
    }

    [Fact]
    public async Task After_a_commit_nothing_is_heard_again_and_nothing_asked()
    {
        first.Fault = Fault.Silent;
        await using var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);
        stream.Commit();
        parts.Pass(2000);

        second.Streams.ShouldBeEmpty();
        heard.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_ones_errors_are_told_and_it_is_asked_on()
    {
        first.Fault = Fault.RefusesToOpen;
        second.Fault = Fault.ErrorOnRequest;
        await using var stream = Open();
        stream.RequestFinal(1);
        parts.Pass(200);
        heard.ShouldHaveSingleItem().Error.ShouldBe("It failed.");

        second.Fault = Fault.None;
        Say(stream, "hello");
        stream.RequestFinal(2);
        parts.Pass(200);
        heard[^1].ShouldBe(new TranscriptEvent("hello", true, 2));
    }

    [Fact]
    public async Task The_last_one_may_throw_and_the_call_goes_on()
    {
        first.Fault = Fault.RefusesToOpen;
        second.Fault = Fault.ThrowsOnRequest;
        await using var stream = Open();
        stream.RequestFinal(1);

        heard.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Request.ShouldBe(1), e => e.Error.ShouldNotBeNull());
    }

    [Fact]
    public async Task Of_more_than_a_minute_the_last_minute_is_heard_again()
    {
        first.Fault = Fault.Silent;
        await using var stream = Open();
        Say(stream, string.Join(' ', Enumerable.Range(0, 300)));
        stream.RequestFinal(1);
        parts.Pass(20_000);

        var words = heard.ShouldHaveSingleItem().Text.Split(' ');
        words[^1].ShouldBe("299");
        words.Length.ShouldBeInRange(195, 200);
    }

    [Fact]
    public void A_call_that_ends_while_a_deadline_runs_leaves_nothing_behind()
    {
        first.Fault = Fault.Silent;
        var stream = Open();
        Say(stream, "hello");
        stream.RequestFinal(1);
        stream.DisposeAsync().AsTask().IsCompleted.ShouldBeTrue();

        parts.Clock.ActiveTimers.ShouldBe(0);
        parts.Pass(2000);
        second.Streams.ShouldBeEmpty();
        heard.ShouldBeEmpty();
        Should.Throw<ObjectDisposedException>(() => stream.RequestFinal(2));
    }

    [Fact]
    public async Task Calls_keep_off_one_that_failed_often_and_one_call_finds_that_it_is_back()
    {
        first.Fault = Fault.RefusesToOpen;
        for (var call = 0; call < 4; call++)
            await Open().DisposeAsync();
        first.Fault = Fault.None;
        await using (Open())
            first.Streams.ShouldBeEmpty();

        parts.Pass(15_000);
        await using (var probe = Open())
        await using (Open())
        {
            // The second call of the two does not wait for what the first finds out.
            first.Streams.Count.ShouldBe(1);
            Say(probe, "hello");
            probe.RequestFinal(1);
            parts.Pass(200);
        }

        await using (Open())
            first.Streams.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_tenant_has_its_own_order()
    {
        await using var stream = new FallbackSpeechToText(chain).Open(
            new SpeechToTextOptions("en-US", [], new ProviderChoice { Recognise = ["azure", ProviderNames.Embedded] }), heard.Add);

        first.Streams.ShouldBeEmpty();
        second.Streams.Count.ShouldBe(1);
        parts.Log.ShouldHaveSingleItem().ShouldContain("azure, which is not configured");
    }

    private List<string> Finals() => [.. heard.Where(e => e.IsFinal).Select(e => e.Text)];

    private ISpeechToTextStream Open() => new FallbackSpeechToText(chain).Open(new SpeechToTextOptions("en-US", []), heard.Add);

    private void Say(ISpeechToTextStream stream, string words)
    {
        var frame = new short[160];
        Array.Fill(frame, (short)4000);
        foreach (var word in words.Split(' '))
        {
            for (var i = 0; i < 15; i++)
                stream.Write(frame);
            said.Add(word);
        }
    }
}
