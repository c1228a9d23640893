using System.Net;
using Microsoft.AspNetCore.Hosting;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt.Azure;
using Parley.Providers.Server.Azure;
using Parley.Tests.Common.Time;

namespace Parley.Providers.Tests.Azure;

public sealed class ConnectionTests
{
    private const string Sentence = "a table for four";

    [Fact]
    public async Task A_connection_warmed_up_while_the_telephone_rings_is_the_call_s()
    {
        await using var rig = await AzureRig.StartAsync(Sentence);
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        rig.Recogniser.IdleConnections.ShouldBe(1);

        rig.Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Text.ShouldBe("A table for four.");
        rig.Server.Connections.ShouldHaveSingleItem();
        rig.Recogniser.IdleConnections.ShouldBe(0);
    }

    [Fact]
    public async Task The_next_call_uses_the_last_one_s_connection()
    {
        await using var rig = await AzureRig.StartAsync(Sentence);
        for (var call = 0; call < 3; call++)
        {
            rig.Open();
            rig.Say(Sentence);
            (await rig.AskAsync(call)).Text.ShouldBe("A table for four.");
            await AzureRig.UntilAsync(() => !((AzureRecognition)rig.Stream).HasOpenTurn);
            await rig.Stream.DisposeAsync();
            rig.Recogniser.IdleConnections.ShouldBe(1);
        }

        rig.Server.Connections.ShouldHaveSingleItem().Turns.Count.ShouldBe(3);
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_that_closed_while_it_waited_is_replaced()
    {
        await using var rig = await AzureRig.StartAsync(Sentence);
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await AzureRig.UntilAsync(() => rig.Server.OpenConnections == 1);
        await rig.Server.CloseConnectionsAsync(1000);
        await AzureRig.UntilAsync(() => rig.Server.OpenConnections == 0);
        rig.Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Text.ShouldBe("A table for four.");
        rig.Events.ShouldAllBe(e => e.Error == null);
    }

    [Fact]
    public async Task Waiting_connections_are_bounded_and_closed_when_idle()
    {
        var clock = new ManualClock();
        await using var rig = await AzureRig.StartAsync(Sentence, o => o.IdleConnections = 1, clock);
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await rig.Recogniser.PrewarmAsync(
            new ExpectedCall("en-US", [], new ProviderChoice { Models = new Dictionary<string, string> { ["azure"] = "other" } }), CancellationToken.None);
        rig.Recogniser.IdleConnections.ShouldBe(1);
        rig.Server.Connections.ShouldHaveSingleItem();

        clock.Advance(TimeSpan.FromSeconds(rig.Options.IdleSeconds / 2));
        rig.Recogniser.IdleConnections.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(rig.Options.IdleSeconds));
        rig.Recogniser.IdleConnections.ShouldBe(0);
        await AzureRig.UntilAsync(() => rig.Server.OpenConnections == 0);
    }

    [Fact]
    public async Task Warming_up_a_service_that_is_away_harms_nobody()
    {
        await using var rig = await AzureRig.StartAsync(Sentence, faults: new AzureFault { UpgradeStatus = 503 });
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        using var voice = rig.Voice();
        await rig.Server.DisposeAsync();
        await voice.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await rig.Recogniser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        rig.Recogniser.IdleConnections.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_takes_the_place_of_the_key_and_is_renewed_after_nine_minutes()
    {
        var clock = new ManualClock();
        await using var rig = await AzureRig.StartAsync(Sentence, o => (o.UseToken, o.IdleConnections) = (true, 0), clock);
        var calls = 0;
        foreach (var issued in (int[])[1, 1, 2])
        {
            rig.Open();
            rig.Say(Sentence);
            (await rig.AskAsync(++calls)).Error.ShouldBeNull();
            await rig.Stream.DisposeAsync();
            rig.Server.TokensIssued.ShouldBe(issued);
            clock.Advance(TimeSpan.FromMinutes(5));
        }
    }

    [Fact]
    public async Task A_wrong_key_gets_no_token()
    {
        await using var rig = await AzureRig.StartAsync(Sentence, o => (o.UseToken, o.Key) = (true, new string('f', 32)));
        rig.Open();
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain("key or token was refused");
        rig.Server.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        using var certificate = Certificates.SelfSigned();
        await using var secure = await new AzureServer().StartAsync(listen => listen.UseHttps(certificate));
        await using var rig = await AzureRig.StartAsync(
            Sentence, o => o.Endpoint = new UriBuilder("https", IPAddress.Loopback.ToString(), secure.Address.Port).Uri);

        rig.Open();
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain("certificate");
        using var voice = rig.Voice();
        var error = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var chunk in voice.SynthesizeAsync(new("Hello", null, "en-US"), CancellationToken.None))
                chunk.Audio?.Dispose();
        });
        error.Kind.ShouldBe(ProviderErrorKind.CertificateInvalid);
        secure.Connections.ShouldBeEmpty();
    }
}
