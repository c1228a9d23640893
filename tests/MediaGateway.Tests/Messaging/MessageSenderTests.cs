using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Messaging;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Messaging;

public sealed class MessageSenderTests : IAsyncLifetime
{
    private FakeTwilioRest twilio = null!;

    public async ValueTask InitializeAsync() => twilio = await FakeTwilioRest.StartAsync();

    public async ValueTask DisposeAsync() => await twilio.DisposeAsync();

    private static OutgoingMessage Message(int attempt = 1) => new(
        Guid.Parse("019547a0-0000-7000-8000-000000000002"), MemoryStores.Luigis.Id, "+14155550199", "+14155550100", "See you at 7.", attempt);

    [Fact]
    public async Task A_message_taken_by_twilio_is_sent()
    {
        var outcome = await twilio.Sender().SendAsync(Message(), CancellationToken.None);
        outcome.ShouldBe(new SendOutcome(SendResult.Sent, twilio.Messages.ShouldHaveSingleItem().Sid));
        twilio.Requests.ShouldHaveSingleItem()["StatusCallback"].ShouldBe("https://voice.example.com/twilio/message-status");
    }

    [Fact]
    public async Task A_refused_message_has_failed_and_a_throttled_one_waits()
    {
        twilio.FailNext(400, 21610, "Attempt to send to unsubscribed recipient");
        var refused = await twilio.Sender().SendAsync(Message(), CancellationToken.None);
        refused.Result.ShouldBe(SendResult.Failed);
        refused.Error!.ShouldContain("21610");

        twilio.FailNext(429, 20429, retryAfter: "5");
        var throttled = await twilio.Sender().SendAsync(Message(), CancellationToken.None);
        throttled.Result.ShouldBe(SendResult.Retry);
        throttled.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_not_sent_twice()
    {
        var sender = twilio.Sender();
        twilio.TakeSilently = true;
        twilio.FailNext(500, 20500);
        (await sender.SendAsync(Message(), CancellationToken.None)).Result.ShouldBe(SendResult.Retry);

        var again = await sender.SendAsync(Message(2), CancellationToken.None);
        again.ShouldBe(new SendOutcome(SendResult.Sent, twilio.Messages.ShouldHaveSingleItem().Sid));
    }

    [Fact]
    public async Task A_message_that_never_arrived_is_sent_again()
    {
        var sender = twilio.Sender();
        twilio.FailNext(500, 20500);
        (await sender.SendAsync(Message(), CancellationToken.None)).Result.ShouldBe(SendResult.Retry);
        (await sender.SendAsync(Message(2), CancellationToken.None)).Result.ShouldBe(SendResult.Sent);
        twilio.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_equal_message_of_long_ago_or_another_text_is_no_earlier_attempt()
    {
        var sender = twilio.Sender();
        await sender.SendAsync(Message(), CancellationToken.None);
        twilio.Time.Now += TimeSpan.FromMinutes(61);
        await sender.SendAsync(Message() with { Body = "Another." }, CancellationToken.None);
        await sender.SendAsync(Message(2), CancellationToken.None);
        twilio.Messages.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Without_a_look_at_earlier_attempts_nothing_is_repeated()
    {
        twilio.FailNext(503, 20503);
        (await twilio.Sender().SendAsync(Message(2), CancellationToken.None)).Result.ShouldBe(SendResult.Retry);
        twilio.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_credentials_messages_stay_here_and_count_as_sent()
    {
        using var log = new LogLines();
        var configuration = new ConfigurationBuilder().Build();
        await using var provider = new ServiceCollection().AddLogging(logging => logging.AddProvider(log))
            .AddTwilio(configuration).AddMessaging(configuration).BuildServiceProvider();

        var outcome = await provider.GetRequiredService<IMessageSender>().SendAsync(Message(), CancellationToken.None);
        outcome.ShouldBe(new SendOutcome(SendResult.Sent, "local-019547a0000070008000000000000002"));
        var line = log.Lines.ShouldHaveSingleItem().Text;
        line.ShouldContain("See you at 7.");
        line.ShouldContain("+14***00");
    }
}
