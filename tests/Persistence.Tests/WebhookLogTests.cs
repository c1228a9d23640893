using Parley.Persistence.Webhooks;

namespace Parley.Persistence.Tests;

public sealed class WebhookLogTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_webhook_is_noted_once_even_when_it_comes_several_times_at_once()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var log = new WebhookLog(world.Database);

        var noted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => log.RecordAsync(
            "twilio", "status", "CA1:completed:3", "CA1", new Dictionary<string, string>(), world.Clock.Now, default)));

        noted.Count(n => n).ShouldBe(1);
    }

    [Fact]
    public async Task Numbers_are_masked_secrets_dropped_and_the_tenant_found_through_the_call()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        await world.StartCallAsync(tenant, "CA1");
        var parameters = new Dictionary<string, string>
        {
            ["From"] = "+12125550199",
            ["CallSid"] = "CA12345678901234567890123456789012",
            ["CallStatus"] = "completed",
            ["AuthToken"] = "s3cret",
            ["X-Twilio-Signature"] = "s1gned",
        };

        await new WebhookLog(world.Database).RecordAsync("twilio", "status", "k", "CA1", parameters, world.Clock.Now, default);

        var stored = await world.ScalarAsync<string>("select parameters::text from webhook_events");
        stored.ShouldBe("""{"From": "+1********99", "CallSid": "CA12345678901234567890123456789012", "CallStatus": "completed"}""");
        (await world.ScalarAsync<Guid>("select tenant_id from webhook_events")).ShouldBe(tenant.Id);
    }

    [Theory]
    [InlineData("+491701234567", "+49********67")]
    [InlineData("sip:+12125550199@example.com", "sip:+1********99@example.com")]
    [InlineData("12125550199", "*********99")]
    [InlineData("call me at 2125550199 or +12125550101", "call me at ********99 or +1********01")]
    [InlineData("123456", "123456")]
    [InlineData("", "")]
    public void The_middle_of_a_number_is_hidden(string text, string masked) => WebhookLog.Mask(text).ShouldBe(masked);
}
