using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Calendars;
using Parley.Persistence.Calendars.Google;
using Parley.Persistence.Jobs;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tests.Bookings;

namespace Parley.Persistence.Tests.Calendars;

public sealed class GoogleCalendarTests(PostgresFixture postgres) : IAsyncLifetime
{
    private BookingWorld world = null!;
    private GoogleServer google = null!;
    private GoogleCalendarOptions options = null!;
    private GoogleTokens tokens = null!;
    private CalendarRefresher refresher = null!;
    private JobQueue jobs = null!;

    public async ValueTask InitializeAsync()
    {
        google = await GoogleServer.StartAsync();
        var plain = await TestWorld.CreateAsync(postgres);
        var restaurant = BookingWorld.Restaurant("luigis");
        world = new BookingWorld(plain, await plain.Importer.ImportAsync(
            restaurant with
            {
                Booking = restaurant.Booking! with
                {
                    Resources = [.. restaurant.Booking.Resources.Select(r => r with { Calendar = new ResourceCalendar(null, r.Capacity == 6 ? "primary" : "other") })],
                },
            },
            default));
        options = new GoogleCalendarOptions
        {
            BaseUrl = new Uri(google.Address, "/calendar/v3"), TokenUrl = new Uri(google.Address, "/token"), ClientId = "client", ClientSecret = "secret",
            RefreshTokens = { ["luigis"] = GoogleServer.RefreshToken },
        };
        var clock = plain.Clock;
        var key = new InstallationKey(plain.Database, clock);
        tokens = new GoogleTokens(options, plain.Outgoing, clock);
        var client = new GoogleCalendarClient(options, tokens, plain.Outgoing, clock);
        refresher = new CalendarRefresher(
            plain.Database, plain.Signals, plain.Vault, new CalendarSources(plain.Database, clock), new FeedReader(plain.Outgoing, key, clock), client, key, clock,
            NullLogger<CalendarRefresher>.Instance);
        jobs = new JobQueue(plain.Database, plain.Signals, clock, [new GoogleCalendarJob(plain.Database, client, key)], NullLogger<JobQueue>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        jobs.Dispose();
        refresher.Dispose();
        tokens.Dispose();
        await world.DisposeAsync();
        await google.DisposeAsync();
    }

    [Fact]
    public async Task A_booking_is_inserted_after_its_commit_on_the_clock_of_its_business()
    {
        await BookAsync(5);
        google.Log.ShouldBeEmpty();

        await RunAsync();

        var inserted = google.Calendars["primary"].Single().Value;
        ((string?)inserted["summary"]).ShouldBe("Ann, 5 guests");
        ((string?)inserted["start"]!["dateTime"]).ShouldBe("2026-11-21T19:00:00-05:00");
        ((string?)inserted["start"]!["timeZone"]).ShouldBe("America/New_York");
        ((string?)inserted["end"]!["dateTime"]).ShouldBe("2026-11-21T20:30:00-05:00");
        inserted.ToJsonString().ShouldNotContain("5550199");
        google.Log.ShouldBe(["POST /token 200", "POST /primary/events 200"]);
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_is_there_once()
    {
        google.LosesInserts = true;
        await BookAsync(5);
        await RunAsync();
        (await StatusAsync()).ShouldBe("queued");

        google.LosesInserts = false;
        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(1);
        await RunAsync();

        google.Log.TakeLast(2).ShouldBe(["POST /primary/events 409", $"PATCH /primary/events/{google.Calendars["primary"].Single().Key} 200"]);
        (await StatusAsync()).ShouldBe("done");
        google.Calendars["primary"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_move_patches_a_move_elsewhere_takes_it_along_and_a_cancellation_deletes_in_whatever_order_jobs_are_done()
    {
        await BookAsync(5);
        await RunAsync();
        await MoveAsync(new { date_time = "2026-11-21T19:30" });
        await RunAsync();
        var id = google.Calendars["primary"].Single().Key;
        ((string?)google.Calendars["primary"][id]["start"]!["dateTime"]).ShouldBe("2026-11-21T19:30:00-05:00");
        google.Log.Last().ShouldBe($"PATCH /primary/events/{id} 200");

        await MoveAsync(new { date_time = "2026-11-21T19:30", guests = 2 });
        await RunAsync();
        ((string?)google.Calendars["primary"][id]["status"]).ShouldBe("cancelled");
        ((string?)google.Calendars["other"][id]["status"]).ShouldBe("confirmed");

        var caller = await world.CallAsync();
        await caller.RunAsync("cancel_booking");
        await caller.Next().RunAsync("cancel_booking", new { confirmed = true });
        await RunAsync();
        ((string?)google.Calendars["other"][id]["status"]).ShouldBe("cancelled");
        (await StatusAsync()).ShouldBe("done");
    }

    [Fact]
    public async Task An_event_that_somebody_deleted_is_there_again_when_its_booking_is_sent_anew()
    {
        google.LosesInserts = true;
        await BookAsync(5);
        await RunAsync();
        var id = google.Calendars["primary"].Single().Key;
        google.Calendars["primary"][id]["status"] = "cancelled";

        google.LosesInserts = false;
        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(1);
        await RunAsync();

        ((string?)google.Calendars["primary"][id]["status"]).ShouldBe("confirmed");
        (await StatusAsync()).ShouldBe("done");
    }

    [Fact]
    public async Task A_place_that_another_calendar_took_between_the_hold_and_the_yes_is_not_booked()
    {
        var caller = await world.CallAsync();
        (await caller.RunAsync("hold_booking", new { date_time = "2026-11-21T19:00", guests = 5, name = "Ann" })).Failed.ShouldBeFalse();
        google.Add("a0001", """{"start": {"dateTime": "2026-11-21T20:00:00-05:00"}, "end": {"dateTime": "2026-11-21T21:00:00-05:00"}}""");
        await refresher.RefreshAsync(default);

        var result = await caller.Next().RunAsync("confirm_booking");

        (result.Failed, (string?)result.Data!["refusal"]).ShouldBe((true, "taken"));
        (await world.CountAsync("confirmed")).ShouldBe(0);
    }

    [Fact]
    public async Task A_token_that_expired_is_refreshed_once()
    {
        await BookAsync(5);
        await RunAsync();
        google.ExpireTokens();
        google.Log.Clear();

        await BookAsync(2);
        await RunAsync();

        google.Log.ShouldBe(["POST /other/events 401", "POST /token 200", "POST /other/events 200"]);
    }

    [Theory]
    [InlineData(403, "rateLimitExceeded", "queued")]
    [InlineData(403, "quotaExceeded", "queued")]
    [InlineData(403, "dailyLimitExceeded", "queued")]
    [InlineData(429, "rateLimitExceeded", "queued")]
    [InlineData(503, "backendError", "queued")]
    [InlineData(403, "forbiddenForNonOrganizer", "failed")]
    [InlineData(400, "invalid", "failed")]
    public async Task What_may_pass_is_tried_again_later_and_what_will_not_is_given_up(int status, string reason, string expected)
    {
        google.Errors.Enqueue((status, reason));
        await BookAsync(5);

        await RunAsync();

        (await StatusAsync()).ShouldBe(expected);
        google.Calendars["primary"].ShouldBeEmpty();
        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(1);
        await RunAsync();
        google.Calendars["primary"].Count.ShouldBe(expected == "queued" ? 1 : 0);
    }

    [Fact]
    public async Task A_revoked_account_is_told_to_the_staff_and_what_it_missed_can_be_sent_when_it_is_connected_again()
    {
        google.IsRevoked = true;
        await BookAsync(5);
        await RunAsync();
        await refresher.RefreshAsync(default);

        var letters = new DeadLetters(world.World.Database, world.World.Clock);
        var letter = (await letters.ListAsync(TenantScope.Of(world.Tenant.Id), new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        letter.Kind.ShouldBe("google_calendar");
        letter.Error!.ShouldContain("has to be connected again");
        letter.Error!.ShouldNotContain(GoogleServer.RefreshToken);
        var states = await new CalendarSources(world.World.Database, world.World.Clock).OfTenantAsync(world.Tenant.Id, default);
        states.ShouldAllBe(s => s.Error!.Contains("has to be connected again"));

        google.IsRevoked = false;
        (await letters.ReplayAsync(TenantScope.Of(world.Tenant.Id), letter.Id, default)).ShouldBeTrue();
        await RunAsync();
        google.Calendars["primary"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task Staff_is_told_once_that_an_account_has_to_be_connected_again()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        google.IsRevoked = true;
        for (var i = 0; i < 6; i++)
        {
            await refresher.RefreshAsync(default);
            world.World.Clock.Now = world.World.Clock.Now.AddMinutes(5);
        }

        await world.World.RunJobsAsync();

        // One for each resource's calendar.
        staff.Posts.Count.ShouldBe(world.Tenant.Booking!.Resources.Count);
        staff.Posts.ShouldAllBe(p => p.Text.Contains("has to be connected again") && !p.Text.Contains(GoogleServer.RefreshToken));
    }

    [Fact]
    public async Task Staff_is_told_once_of_each_booking_that_the_calendar_does_not_take()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        google.Errors.Enqueue((400, "invalid"));
        await BookAsync(5);
        await RunAsync();
        await world.World.RunJobsAsync();

        ((string?)JsonNode.Parse(staff.Posts.ShouldHaveSingleItem().Body)!["text"]).ShouldBe(
            "luigis: Ann, 5 guests on 2026-11-21 19:00 (for six) is booked, but is missing or wrong in its calendar: Google refuses: HTTP 400 invalid.\n"
            + "Write it there by hand, or mend the calendar's connection and have the dead letter tried again.");

        // Tried again and refused again is no news; what becomes of the booking is.
        var letters = new DeadLetters(world.World.Database, world.World.Clock);
        var letter = (await letters.ListAsync(TenantScope.Of(world.Tenant.Id), new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        google.Errors.Enqueue((400, "invalid"));
        (await letters.ReplayAsync(TenantScope.Of(world.Tenant.Id), letter.Id, default)).ShouldBeTrue();
        await RunAsync();
        await world.World.RunJobsAsync();
        staff.Posts.Count.ShouldBe(1);

        google.Errors.Enqueue((403, "forbiddenForNonOrganizer"));
        var caller = await world.CallAsync();
        await caller.RunAsync("cancel_booking");
        await caller.Next().RunAsync("cancel_booking", new { confirmed = true });
        await RunAsync();
        await world.World.RunJobsAsync();
        staff.Posts.Count.ShouldBe(2);
        staff.Posts.Last().Text.ShouldContain("was called off, but may still be in its calendar: Google refuses: HTTP 403 forbiddenForNonOrganizer.");
    }

    [Fact]
    public async Task Staff_is_told_of_a_booking_that_the_calendar_did_not_take_for_too_long()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        await BookAsync(5);
        while (await StatusAsync() == "queued")
        {
            google.Errors.Enqueue((503, "backendError"));
            await RunAsync();
            await world.World.RunJobsAsync();
            (staff.Posts.Count == 1).ShouldBe(await StatusAsync() == "failed");
            world.World.Clock.Now = world.World.Clock.Now.AddHours(8);
        }

        staff.Posts.ShouldHaveSingleItem().Text.ShouldContain("Google answers HTTP 503 backendError.");
    }

    [Fact]
    public async Task A_tenant_without_an_account_cannot_use_anothers()
    {
        options.RefreshTokens.Remove("luigis");
        options.RefreshTokens["other"] = GoogleServer.RefreshToken;
        await BookAsync(5);

        await RunAsync();

        (await StatusAsync()).ShouldBe("failed");
        google.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_of_all_pages_keep_the_resource_taken_but_free_cancelled_and_our_own_do_not()
    {
        google.PageSize = 2;
        await BookAsync(5);
        await RunAsync();
        google.Add("a0001", """{"start": {"dateTime": "2026-11-22T19:00:00-05:00"}, "end": {"dateTime": "2026-11-22T20:00:00-05:00"}, "transparency": "transparent"}""");
        google.Add("a0002", """{"start": {"dateTime": "2026-11-23T19:00:00-05:00"}, "end": {"dateTime": "2026-11-23T20:00:00-05:00"}, "status": "cancelled"}""");
        google.Add("a0003", """{"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}}""");
        google.Add("a0004", """{"start": {"dateTime": "2026-11-26T00:00:00Z"}, "end": {"dateTime": "2026-11-26T01:00:00Z"}}""");

        await refresher.RefreshAsync(default);

        google.Log.Count(line => line == "GET /primary/events 200").ShouldBe(2);
        (await world.World.ScalarAsync<int>("select count(*)::int from calendar_busy")).ShouldBe(2);
        (await FindAsync(22)).ShouldBe(BookingRefusal.None);
        (await FindAsync(23)).ShouldBe(BookingRefusal.None);
        (await FindAsync(24)).ShouldBe(BookingRefusal.Taken);
        (await FindAsync(25)).ShouldBe(BookingRefusal.Taken);
    }

    private async Task BookAsync(int guests) => (await (await world.CallAsync()).BookAsync("2026-11-21T19:00", guests, "Ann")).Failed.ShouldBeFalse();

    private async Task MoveAsync(object to)
    {
        var caller = await world.CallAsync();
        (await caller.RunAsync("move_booking", to)).Failed.ShouldBeFalse();
        (await caller.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    private async Task RunAsync()
    {
        while (await jobs.RunNextAsync(default))
        {
            // All that is due.
        }
    }

    private Task<string> StatusAsync() => world.World.ScalarAsync<string>("select string_agg(distinct status, ',') from jobs where kind = 'google_calendar'");

    private async Task<BookingRefusal> FindAsync(int day) => (await world.Store.FindAsync(
        world.Tenant, new BookingWish { When = new LocalDateTime(2026, 11, day, 19, 0), Guests = 5 }, null, default)).Refusal;
}
