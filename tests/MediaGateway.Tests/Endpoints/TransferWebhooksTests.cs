using System.Net;
using System.Xml.Linq;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Endpoints;

public sealed class TransferWebhooksTests : IAsyncLifetime
{
    private const string Caller = "CA00000000000000000000000000000001";
    private const string Called = "CA00000000000000000000000000000002";
    private const string Number = "+14155550177";
    private const string Whisper = $"/twilio/whisper?call={Caller}";

    private WebhookHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await WebhookHost.StartAsync();
        host.Stores.Snapshot = Call();
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_transfer_with_a_summary_whispers_it_to_the_one_who_answers()
    {
        var number = (await AskAsync("/twilio/after-stream", ("CallSid", Caller), ("CallStatus", "in-progress"))).Element("Dial")!.Element("Number")!;
        number.Value.ShouldBe(Number);
        number.Attribute("url")!.Value.ShouldBe($"https://voice.example.com{Whisper}");

        var document = await AskAsync(Whisper, ("CallSid", Called), ("CallStatus", "in-progress"));

        document.Elements().ShouldHaveSingleItem().Value.ShouldBe("A call from Ann. They said: where is my <order>?");
        document.Element("Say")!.Attribute("language")!.Value.ShouldBe("en-US");
    }

    [Fact]
    public async Task Nothing_is_whispered_when_there_is_nothing_to_say_or_the_tenant_does_not_want_it()
    {
        host.Stores.Snapshot = Call() with { TransferSummary = null };
        (await DialAsync()).Attribute("url").ShouldBeNull();

        host.Stores.Snapshot = Call();
        host.Stores.Settings = new EscalationSettings { Whisper = false };
        (await DialAsync()).Attribute("url").ShouldBeNull();
        (await AskAsync(Whisper, ("CallSid", Called))).Elements().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_who_must_accept_presses_one()
    {
        host.Stores.Settings = new EscalationSettings { PressToAccept = true };
        var url = new Uri((await DialAsync()).Attribute("url")!.Value);
        url.PathAndQuery.ShouldBe($"{Whisper}&accept=1");

        var document = await AskAsync(url.PathAndQuery, ("CallSid", Called));

        var gather = document.Element("Gather")!;
        gather.Attribute("numDigits")!.Value.ShouldBe("1");
        gather.Attribute("action")!.Value.ShouldBe("https://voice.example.com/twilio/whisper-key");
        gather.Element("Say")!.Value.ShouldEndWith("Press 1 to take the call.");
        document.Elements().Last().Name.LocalName.ShouldBe("Hangup");
        (await AskAsync("/twilio/whisper-key", ("CallSid", Called), ("Digits", "1"))).Elements().ShouldBeEmpty();
        (await AskAsync("/twilio/whisper-key", ("CallSid", Called), ("Digits", "2"))).Elements().Single().Name.LocalName.ShouldBe("Hangup");
    }

    [Fact]
    public async Task When_the_database_fails_the_two_are_connected_without_words_but_not_without_the_key()
    {
        host.Stores.Gate = _ => throw new InvalidOperationException("away");

        (await AskAsync(Whisper, ("CallSid", Called))).Elements().ShouldBeEmpty();
        (await AskAsync($"{Whisper}&accept=1", ("CallSid", Called))).Element("Gather")!.Value.ShouldBe("Press 1 to take the call.");
    }

    [Theory]
    [InlineData("/twilio/whisper?call=CA_unknown_to_us")]
    [InlineData("/twilio/whisper?call=..%2F..")]
    [InlineData("/twilio/whisper")]
    public async Task An_unknown_call_is_connected_without_words(string path)
    {
        host.Stores.Snapshot = null;

        (await AskAsync(path, ("CallSid", Called))).Elements().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/twilio/whisper?call=CA1")]
    [InlineData("/twilio/whisper-key")]
    public async Task Only_the_carrier_may_ask(string path)
    {
        using var request = WebhookHost.Form(path, ("CallSid", Called));
        using var response = await host.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("completed", "false", "Connect")]
    [InlineData("completed", "true", "Hangup")]
    [InlineData("completed", "", "Hangup")]
    [InlineData("no-answer", "", "Connect")]
    public async Task Who_picks_up_without_taking_the_call_has_not_answered(string status, string bridged, string verb)
    {
        var document = await AskAsync(
            "/twilio/dial-done", ("CallSid", Caller), ("DialCallStatus", status), ("DialBridged", bridged), ("CallStatus", "in-progress"));

        document.Elements().First().Name.LocalName.ShouldBe(verb);
    }

    private async Task<XElement> DialAsync() =>
        (await AskAsync("/twilio/after-stream", ("CallSid", Caller), ("CallStatus", "in-progress"))).Element("Dial")!.Element("Number")!;

    private async Task<XElement> AskAsync(string path, params (string, string)[] parameters)
    {
        var (status, body) = await host.PostAsync(path, parameters);
        status.ShouldBe(HttpStatusCode.OK);
        return XElement.Parse(body);
    }

    private CallSnapshot Call() => new()
    {
        CallId = Guid.CreateVersion7(host.Time.Now),
        TenantId = MemoryStores.Luigis.Id,
        CalledNumber = "+14155550199",
        StartedAt = host.Time.Now,
        EndReason = CallEndReason.Transferred,
        TransferTo = Number,
        TransferSummary = "A call from Ann. They said: where is my <order>?",
    };
}
