using Parley.Conversation.Providers;

namespace Parley.Conversation.Tests.Providers;

/// <summary>The breaker of a provider.</summary>
public sealed class ProviderGateTests : IDisposable
{
    private const string Any = "en-US";
    private readonly ChainParts parts = new();

    public void Dispose() => parts.Dispose();

    [Fact]
    public void It_opens_when_half_of_enough_uses_fail_and_not_before()
    {
        var gate = parts.Gate();
        Use(gate, ProviderErrorKind.Timeout);
        Use(gate, ProviderErrorKind.Timeout);
        Use(gate);
        gate.State.ShouldBe(BreakerState.Closed);
        Use(gate);

        gate.State.ShouldBe(BreakerState.Closed);
        Use(gate, ProviderErrorKind.Disconnected);
        gate.State.ShouldBe(BreakerState.Open);
        gate.TryEnter(Any).ShouldBeNull();
        parts.Log.ShouldHaveSingleItem().ShouldContain("stt: deepgram is left out of calls for 15 s. Disconnected: first: It failed.");
    }

    [Fact]
    public void Failures_of_long_ago_do_not_count()
    {
        var gate = parts.Gate();
        for (var i = 0; i < 3; i++)
            Use(gate, ProviderErrorKind.Timeout);
        parts.Pass(40_000);
        Use(gate, ProviderErrorKind.Timeout);

        gate.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void After_the_break_one_use_probes_and_closes_it()
    {
        var gate = Opened();
        parts.Pass(14_990);
        gate.TryEnter(Any).ShouldBeNull();
        parts.Pass(10);

        var probe = gate.TryEnter(Any).ShouldNotBeNull();
        gate.State.ShouldBe(BreakerState.HalfOpen);
        gate.TryEnter(Any).ShouldBeNull();
        probe.Succeeded();
        gate.State.ShouldBe(BreakerState.Closed);
        gate.TryEnter(Any).ShouldNotBeNull();
        parts.Log.Skip(1).ShouldBe(["stt: one call tries whether deepgram is back", "stt: deepgram is back"]);
    }

    [Fact]
    public void A_probe_that_fails_opens_it_again()
    {
        var gate = Opened();
        parts.Pass(15_000);
        gate.TryEnter(Any)!.Failed(ChainParts.Failure(ProviderErrorKind.Timeout));

        gate.State.ShouldBe(BreakerState.Open);
        parts.Pass(14_990);
        gate.TryEnter(Any).ShouldBeNull();
        parts.Pass(10);
        gate.TryEnter(Any).ShouldNotBeNull();
    }

    [Fact]
    public void A_probe_that_nobody_waits_for_lets_the_next_one_try()
    {
        var gate = Opened();
        parts.Pass(15_000);
        gate.TryEnter(Any)!.Abandoned();

        gate.State.ShouldBe(BreakerState.Open);
        gate.TryEnter(Any)!.Succeeded();
        gate.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void What_uses_from_before_the_break_tell_late_changes_nothing()
    {
        var gate = parts.Gate();
        var early = gate.TryEnter(Any)!;
        for (var i = 0; i < 4; i++)
            Use(gate, ProviderErrorKind.Timeout);
        parts.Pass(20_000);
        early.Succeeded();

        gate.State.ShouldBe(BreakerState.Open);
    }

    [Theory]
    [InlineData(ProviderErrorKind.Unauthorized)]
    [InlineData(ProviderErrorKind.QuotaExceeded)]
    [InlineData(ProviderErrorKind.CertificateInvalid)]
    [InlineData(ProviderErrorKind.ClockSkew)]
    public void A_refusal_opens_it_at_once_and_for_longer(ProviderErrorKind kind)
    {
        var gate = parts.Gate();
        Use(gate);
        Use(gate, kind);

        gate.State.ShouldBe(BreakerState.Open);
        parts.Pass(299_990);
        gate.TryEnter(Any).ShouldBeNull();
        parts.Pass(10);
        gate.TryEnter(Any)!.Failed(ChainParts.Failure(kind));
        gate.TryEnter(Any).ShouldBeNull();
        parts.Pass(300_000);
        gate.TryEnter(Any)!.Succeeded();
        gate.State.ShouldBe(BreakerState.Closed);
        Use(gate);
        gate.TryEnter(Any).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(ProviderErrorKind.RateLimited, 4)]
    [InlineData(ProviderErrorKind.QuotaExceeded, 1)]
    public void It_stays_open_as_long_as_the_provider_asks_for(ProviderErrorKind kind, int failures)
    {
        var gate = parts.Gate();
        for (var i = 0; i < failures; i++)
            gate.TryEnter(Any)!.Failed(ChainParts.Failure(kind, TimeSpan.FromSeconds(40)));

        parts.Pass(39_990);
        gate.TryEnter(Any).ShouldBeNull();
        parts.Pass(10);
        gate.TryEnter(Any).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(ProviderErrorKind.UnknownModel)]
    [InlineData(ProviderErrorKind.UnsupportedLanguage)]
    public void One_tenants_wrong_voice_keeps_only_that_out(ProviderErrorKind kind)
    {
        var gate = parts.Gate();
        gate.TryEnter("he-IL")!.Failed(ChainParts.Failure(kind));

        gate.TryEnter("he-IL").ShouldBeNull();
        gate.TryEnter("he-IL", forced: true).ShouldNotBeNull();
        gate.TryEnter(Any).ShouldNotBeNull();
        gate.State.ShouldBe(BreakerState.Closed);
        parts.Pass(300_000);
        gate.TryEnter("he-IL").ShouldNotBeNull();
    }

    [Theory]
    [InlineData(ProviderErrorKind.BadRequest)]
    [InlineData(ProviderErrorKind.ContentFiltered)]
    [InlineData(ProviderErrorKind.TooLarge)]
    public void A_request_that_was_wrong_says_nothing_about_the_provider(ProviderErrorKind kind)
    {
        var gate = parts.Gate();
        for (var i = 0; i < 10; i++)
            Use(gate, kind);

        gate.State.ShouldBe(BreakerState.Closed);
    }

    private ProviderGate Opened()
    {
        var gate = parts.Gate();
        for (var i = 0; i < 4; i++)
            Use(gate, ProviderErrorKind.Timeout);
        gate.State.ShouldBe(BreakerState.Open);
        return gate;
    }

    private static void Use(ProviderGate gate, ProviderErrorKind? failure = null)
    {
        var use = gate.TryEnter(Any).ShouldNotBeNull();
        if (failure is { } kind)
            use.Failed(ChainParts.Failure(kind));
        else
            use.Succeeded();
    }
}
