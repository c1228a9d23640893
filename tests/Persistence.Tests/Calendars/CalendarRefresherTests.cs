using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Net;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Calendars;
using Parley.Persistence.Calendars.Google;
using Parley.Persistence.Secrets;
using Parley.Persistence.Tests.Bookings;

namespace Parley.Persistence.Tests.Calendars;

public sealed class CalendarRefresherTests(PostgresFixture postgres) : IAsyncLifetime
{
    // Saturday, November 21, 2026, seven in the evening in New York.
    private const string Seven = "DTSTART:20261122T000000Z\r\nDTEND:20261122T013000Z";

    private BookingWorld world = null!;
    private CalendarHost host = null!;
    private CalendarRefresher refresher = null!;

    public async ValueTask InitializeAsync()
    {
        world = await BookingWorld.CreateAsync(postgres);
        host = await CalendarHost.StartAsync();
        refresher = Refresher(world.World.Outgoing);
        await SetAsync(host.Address);
    }

    public async ValueTask DisposeAsync()
    {
        refresher.Dispose();
        await host.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Times_of_a_calendar_elsewhere_are_taken_and_bookings_of_other_resources_are_not_touched()
    {
        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.None);
        host.Text = Calendar(Seven);

        (await refresher.RefreshAsync(default)).ShouldBe(1);

        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.Taken);
        (await FindAsync(2)).Slot!.Resource.ShouldBe("for two");
        (await (await world.CallAsync()).RunAsync("hold_booking", new { date_time = "2026-11-21T19:00", guests = 5, name = "Ann" })).Failed.ShouldBeTrue();
        (await (await world.CallAsync()).RunAsync("hold_booking", new { date_time = "2026-11-21T20:30", guests = 5, name = "Ann" })).Failed.ShouldBeFalse();
        (await StateAsync()).ReadAt.ShouldBe(world.World.Clock.Now);
    }

    [Fact]
    public async Task It_is_read_every_five_minutes_and_only_when_it_has_changed()
    {
        host.Text = Calendar(Seven);
        await refresher.RefreshAsync(default);
        (await refresher.RefreshAsync(default)).ShouldBe(0);

        Pass(TimeSpan.FromMinutes(5));
        (await refresher.RefreshAsync(default)).ShouldBe(1);
        host.Answers.ShouldBe([200, 304]);
        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.Taken);
        (await StateAsync()).ReadAt.ShouldBe(world.World.Clock.Now);

        (host.Text, host.ETag) = (Calendar(""), "\"2\"");
        Pass(TimeSpan.FromMinutes(5));
        await refresher.RefreshAsync(default);
        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.None);

        // Repetitions are known so far ahead only, so that one day it is read whether it has changed or not.
        Pass(TimeSpan.FromHours(21));
        await refresher.RefreshAsync(default);
        host.Answers.ShouldBe([200, 304, 200, 200]);
    }

    [Fact]
    public async Task When_it_cannot_be_read_its_last_times_stand_and_the_staff_sees_why()
    {
        host.Text = Calendar(Seven);
        await refresher.RefreshAsync(default);
        var read = world.World.Clock.Now;

        foreach (var (text, status, error) in ((string?, int, string)[])[
            (null, 500, "HTTP 500"), (null, 404, "HTTP 404"), (null, 302, "HTTP 302"), ("<html>", 200, "no iCalendar"),
            (new string('x', FeedReader.MostBytes + 1), 200, "larger than")])
        {
            (host.Text, host.Status, host.ETag) = (text, status, $"\"{error}\"");
            Pass(TimeSpan.FromMinutes(5));
            await refresher.RefreshAsync(default);
            var state = await StateAsync();
            state.Error!.ShouldContain(error);
            state.Error!.ShouldNotContain("private-1234");
            state.ReadAt.ShouldBe(read);
            state.FailingSince.ShouldBe(read.AddMinutes(5));
            (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.Taken);
        }

        (host.Text, host.ETag) = (Calendar(Seven), "\"9\"");
        Pass(TimeSpan.FromMinutes(5));
        await refresher.RefreshAsync(default);
        (await StateAsync()).FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task Without_the_keys_its_last_times_stand_and_it_is_read_again_once_they_are_back()
    {
        host.Text = Calendar(Seven);
        await refresher.RefreshAsync(default);
        using var keyless = Refresher(world.World.Outgoing, new SecretVault(Path.Combine(world.World.Options.DataDirectory, "other-keys")));

        Pass(TimeSpan.FromMinutes(5));
        await keyless.RefreshAsync(default);

        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.Taken);
        (await StateAsync()).Error!.ShouldContain("Secrets:KeyDirectory");
        host.Answers.ShouldBe([200]);
        Pass(TimeSpan.FromMinutes(5));
        await refresher.RefreshAsync(default);
        (await StateAsync()).Error.ShouldBeNull();
        host.Answers.ShouldBe([200, 304]);
    }

    [Fact]
    public async Task An_address_of_this_machines_networks_is_not_asked()
    {
        using var guarded = new OutgoingHttp(new OutgoingOptions { AllowPlainHttp = true });
        using var strict = Refresher(guarded);
        host.Text = Calendar(Seven);

        await strict.RefreshAsync(default);

        host.Answers.ShouldBeEmpty();
        (await StateAsync()).Error!.ShouldContain("public internet");
    }

    [Fact]
    public async Task Another_address_takes_the_stead_of_the_old_one_and_none_leaves_nothing()
    {
        host.Text = Calendar(Seven);
        await refresher.RefreshAsync(default);

        await SetAsync(host.Address + "?other");
        host.Text = Calendar("");
        (await refresher.RefreshAsync(default)).ShouldBe(1);
        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.None);

        await SetAsync(null);
        (await refresher.RefreshAsync(default)).ShouldBe(0);
        (await world.World.ScalarAsync<int>("select count(*)::int from calendar_sources")).ShouldBe(0);
    }

    [Fact]
    public async Task Our_own_bookings_that_come_back_in_a_calendar_are_known()
    {
        var key = new InstallationKey(world.World.Database, world.World.Clock);
        host.Text = Calendar($"UID:{CalendarUid.Of(Guid.CreateVersion7(world.World.Clock.Now), await key.IdAsync(default))}\r\n{Seven}");

        await refresher.RefreshAsync(default);

        (await FindAsync(5)).Refusal.ShouldBe(BookingRefusal.None);
    }

    [Fact]
    public async Task Staff_is_told_once_of_a_calendar_that_fails_for_a_while_and_when_it_is_well_again()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        host.Text = null;

        // One o'clock in the afternoon in New York, and every five minutes.
        (await FailAsync(2)).ShouldBe(0);
        (await FailAsync(1)).ShouldBe(1);
        (await FailAsync(8)).ShouldBe(0);
        host.Text = Calendar(Seven);
        (await FailAsync(1)).ShouldBe(1);
        (await FailAsync(3)).ShouldBe(0);

        staff.Posts.Select(p => p.Json.GetProperty("text").GetString()).ShouldBe([
            "luigis: The calendar of 'for six' cannot be read since 2026-11-21 13:05: The calendar answers HTTP 500.\n"
                + "What was known of it stands. What is new in it is not known here, and may be booked over.",
            "luigis: The calendar of 'for six' is read again. It could not be read from 2026-11-21 13:05 to 2026-11-21 14:00."]);

        // Another outage is told anew, also when the feed turns out unchanged after it.
        (host.Text, host.Status) = (null, 503);
        (await FailAsync(3)).ShouldBe(1);
        host.Text = Calendar(Seven);
        (await FailAsync(1)).ShouldBe(1);
        host.Answers.Last().ShouldBe(304);
        staff.Posts.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_calendar_that_is_well_at_the_third_attempt_is_nothing_to_tell()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        host.Text = null;
        await FailAsync(2);
        host.Text = Calendar(Seven);
        await FailAsync(1);
        host.Text = null;
        await FailAsync(2);

        staff.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_attempts_are_rare_half_an_hour_is_enough()
    {
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);
        host.Text = null;
        await FailAsync(1);
        Pass(TimeSpan.FromMinutes(25));

        (await FailAsync(1)).ShouldBe(1);
        staff.Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_address_that_is_set_during_an_outage_is_told_of_it_and_none_is_nothing()
    {
        host.Text = null;
        (await FailAsync(4)).ShouldBe(0);
        await using var staff = await WebhookReceiver.StartAsync();
        await world.World.Webhooks.SetStaffAsync(world.Tenant.Id, staff.Address, null, default);

        (await FailAsync(2)).ShouldBe(1);
        staff.Posts.ShouldHaveSingleItem().Text.ShouldContain("since 2026-11-21 13:05");

        await world.World.Webhooks.RemoveStaffAsync(world.Tenant.Id, default);
        host.Text = Calendar(Seven);
        (await FailAsync(1)).ShouldBe(0);
        (await StateAsync()).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Two_nodes_do_not_read_the_same_calendar_twice()
    {
        host.Text = Calendar(Seven);
        using var other = Refresher(world.World.Outgoing);

        var read = await Task.WhenAll(refresher.RefreshAsync(default), other.RefreshAsync(default));

        read.Sum().ShouldBe(1);
        host.Answers.ShouldBe([200]);
    }

    private static string Calendar(string lines) =>
        $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{(lines.Length == 0 ? "" : $"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")}END:VCALENDAR\r\n";

    private CalendarRefresher Refresher(OutgoingHttp http, SecretVault? vault = null)
    {
        var key = new InstallationKey(world.World.Database, world.World.Clock);
        var options = new GoogleCalendarOptions();
        return new CalendarRefresher(
            world.World.Database, world.World.Signals, vault ?? world.World.Vault, new CalendarSources(world.World.Database, world.World.Clock), new FeedReader(http, key, world.World.Clock),
            new GoogleCalendarClient(options, new GoogleTokens(options, http, world.World.Clock), http, world.World.Clock), key, world.World.Clock,
            NullLogger<CalendarRefresher>.Instance);
    }

    // Attempts five minutes apart; returns how many notifications were sent.
    private async Task<int> FailAsync(int attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            Pass(TimeSpan.FromMinutes(5));
            await refresher.RefreshAsync(default);
        }

        return await world.World.RunJobsAsync();
    }

    private void Pass(TimeSpan time) => world.World.Clock.Now += time;

    private async Task<CalendarSourceState> StateAsync() =>
        (await new CalendarSources(world.World.Database, world.World.Clock).OfTenantAsync(world.Tenant.Id, default)).ShouldHaveSingleItem();

    private Task<Availability> FindAsync(int guests) => world.Store.FindAsync(
        world.Tenant, new BookingWish { When = new LocalDateTime(2026, 11, 21, 19, 0), Guests = guests }, null, default);

    private Task<Tenant> SetAsync(string? address)
    {
        var booking = world.Tenant.Booking!;
        return world.World.Importer.ImportAsync(
            world.Tenant with
            {
                Booking = booking with
                {
                    Resources = [.. booking.Resources.Select(r => r.Name == "for six" ? r with { Calendar = address is null ? null : new ResourceCalendar(address) } : r)],
                },
            },
            default);
    }
}
