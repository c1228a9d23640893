using NodaTime;
using Parley.Conversation.Calendars;
using Parley.Persistence.Calendars;
using Parley.Persistence.Tenants;
using Parley.Persistence.Tests.Bookings;

namespace Parley.Persistence.Tests.Calendars;

public sealed class CalendarFeedsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private BookingWorld world = null!;
    private TenantStore tenants = null!;
    private CalendarFeeds feeds = null!;

    public async ValueTask InitializeAsync()
    {
        world = await BookingWorld.CreateAsync(postgres);
        tenants = new TenantStore(world.World.Database, world.World.Signals, world.World.Vault);
        feeds = Feeds();
    }

    public async ValueTask DisposeAsync()
    {
        tenants.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_booking_is_in_its_resources_feed_without_anybodys_number()
    {
        await (await world.CallAsync("+12125550001")).BookAsync("2026-11-21T19:00", 5, "Ann 212-555-0001");

        var text = await FeedAsync("for six");

        text.ShouldContain("DTSTART:20261122T000000Z\r\nDTEND:20261122T013000Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED");
        text.ShouldContain(@"SUMMARY:Ann ***01\, 5 guests");
        text.ShouldNotContain("5550001");
        text.ShouldNotContain("555-0001");
        (await FeedAsync("for two")).ShouldNotContain("VEVENT");
    }

    [Fact]
    public async Task A_hold_is_in_no_feed()
    {
        await (await world.CallAsync()).RunAsync("hold_booking", new { date_time = "2026-11-21T19:00", guests = 5, name = "Ann" });

        (await FeedAsync("for six")).ShouldNotContain("VEVENT");
    }

    [Fact]
    public async Task A_booking_that_is_moved_stays_one_event_with_a_higher_sequence_until_it_is_cancelled()
    {
        await (await world.CallAsync()).BookAsync("2026-11-21T19:00", 5, "Ann");
        var uid = Line(await FeedAsync("for six"), "UID");
        await MoveAsync(new { date_time = "2026-11-21T19:30" });

        var moved = await FeedAsync("for six");
        Events(moved).ShouldBe(1);
        Line(moved, "UID").ShouldBe(uid);
        moved.ShouldContain("DTSTART:20261122T003000Z\r\nDTEND:20261122T020000Z\r\nSEQUENCE:1\r\nSTATUS:CONFIRMED");

        var caller = await world.CallAsync();
        await caller.RunAsync("cancel_booking");
        (await caller.Next().RunAsync("cancel_booking", new { confirmed = true })).Failed.ShouldBeFalse();
        var cancelled = await FeedAsync("for six");
        Events(cancelled).ShouldBe(1);
        Line(cancelled, "UID").ShouldBe(uid);
        cancelled.ShouldContain("SEQUENCE:2\r\nSTATUS:CANCELLED");
    }

    [Fact]
    public async Task A_booking_that_is_moved_to_another_resource_is_cancelled_in_the_first_feed()
    {
        await (await world.CallAsync()).BookAsync("2026-11-21T19:00", 2, "Ann");
        var uid = Line(await FeedAsync("for two"), "UID");
        await MoveAsync(new { date_time = "2026-11-21T19:00", guests = 5 });

        var before = await FeedAsync("for two");
        var after = await FeedAsync("for six");
        Line(before, "UID").ShouldBe(uid);
        before.ShouldContain("SEQUENCE:1\r\nSTATUS:CANCELLED");
        Line(after, "UID").ShouldBe(uid);
        after.ShouldContain("SEQUENCE:1\r\nSTATUS:CONFIRMED");
    }

    [Fact]
    public async Task A_feed_says_the_same_until_something_changes_and_every_node_has_its_secret()
    {
        await (await world.CallAsync()).BookAsync("2026-11-21T19:00", 5, "Ann");
        var text = await FeedAsync("for six");
        var secrets = await feeds.SecretsAsync(world.Tenant, default);
        world.World.Clock.Now = world.World.Clock.Now.AddDays(1);

        (await Feeds().SecretsAsync(world.Tenant, default)).ShouldBe(secrets);
        (await FeedAsync("for six")).ShouldBe(text);
        CalendarReader.Read(text, DateTimeZone.Utc, new Interval(Instant.FromUtc(2026, 11, 1, 0, 0), Instant.FromUtc(2026, 12, 1, 0, 0)), _ => false)
            .Busy.ShouldHaveSingleItem();
        world.World.Clock.Now = world.World.Clock.Now.AddDays(70);
        (await FeedAsync("for six")).ShouldNotContain("VEVENT");
    }

    [Fact]
    public async Task A_secret_opens_one_feed_of_one_tenant_and_anything_else_opens_none()
    {
        var other = await world.World.Importer.ImportAsync(BookingWorld.Restaurant("other"), default);
        var own = await feeds.SecretsAsync(world.Tenant, default);
        var theirs = await feeds.SecretsAsync(other, default);
        own.Concat(theirs).Select(s => s.Secret).Distinct().Count().ShouldBe(4);
        own.ShouldAllBe(s => s.Secret.Length == 64);

        var secret = own[0].Secret;
        string[] wrong =
        [
            "", "x", secret[..63], secret + "A", secret[..63] + (secret[63] == 'A' ? 'B' : 'A'), new string('A', 64), new string('!', 64),
            theirs[0].Secret[..22] + secret[22..], secret.ToUpperInvariant(),
        ];
        foreach (var attempt in wrong)
            (await feeds.ReadAsync(attempt, default)).ShouldBeNull(attempt);
        (await feeds.ReadAsync(theirs[1].Secret, default))!.ShouldContain("NAME:other: for six");
    }

    private CalendarFeeds Feeds() => new(world.World.Database, tenants, new InstallationKey(world.World.Database, world.World.Clock), world.World.Clock);

    private async Task<string> FeedAsync(string resource) =>
        (await feeds.ReadAsync((await feeds.SecretsAsync(world.Tenant, default)).Single(s => s.Resource == resource).Secret, default))!;

    private async Task MoveAsync(object to)
    {
        var caller = await world.CallAsync();
        (await caller.RunAsync("move_booking", to)).Failed.ShouldBeFalse();
        (await caller.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    private static int Events(string text) => text.Split("BEGIN:VEVENT").Length - 1;

    private static string Line(string text, string name) =>
        text.Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
}
