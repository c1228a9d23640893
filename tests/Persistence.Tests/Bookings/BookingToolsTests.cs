using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Persistence.Tests.Bookings;

// The clock stands at Saturday, November 21, 2026, 13:00 in New York.
public sealed class BookingToolsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Evening = "2026-11-21T19:00";

    private BookingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await BookingWorld.CreateAsync(postgres);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_booking_is_held_read_back_and_confirmed_once()
    {
        var caller = await world.CallAsync();

        (await caller.RunAsync("check_availability", new { date_time = Evening, guests = 2 })).Text.ShouldContain("Saturday 2026-11-21 at 19:00, 2 guests");
        var held = await caller.RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann Lee" });
        held.Failed.ShouldBeFalse();
        (caller.Facts.Confirmed, caller.Facts.RequestedFor, caller.Facts.PartySize).ShouldBe((false, new DateTime(2026, 11, 21, 19, 0, 0), 2));
        (await world.CountAsync("held")).ShouldBe(1);

        var booked = await caller.Next().RunAsync("confirm_booking");
        booked.Text.ShouldContain("Booked: Saturday 2026-11-21 at 19:00, 2 guests, for Ann Lee");
        caller.Facts.Confirmed.ShouldBeTrue();
        (await caller.Next().RunAsync("confirm_booking")).Text.ShouldContain("Booked");
        (await world.CountAsync("confirmed")).ShouldBe(1);
        (await world.World.ScalarAsync<DateTimeOffset>("select starts_at from bookings")).ShouldBe(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_model_that_confirms_without_the_callers_yes_books_nothing()
    {
        var caller = await world.CallAsync();

        Error(await caller.RunAsync("confirm_booking")).ShouldBe("not_possible");
        await caller.RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });
        var result = await caller.RunAsync("confirm_booking");

        Error(result).ShouldBe("not_possible");
        result.Text.ShouldContain("has not heard it");
        (await world.CountAsync("confirmed")).ShouldBe(0);
    }

    [Fact]
    public async Task A_booking_needs_a_name()
    {
        var caller = await world.CallAsync();
        (await caller.RunAsync("hold_booking", new { date_time = Evening, guests = 2 })).Text.ShouldContain("name is missing");

        Error(await caller.Next().RunAsync("confirm_booking")).ShouldBe("not_possible");
        (await caller.RunAsync("confirm_booking", new { name = "Ann" })).Failed.ShouldBeFalse();
        (await world.World.ScalarAsync<string>("select name from bookings")).ShouldBe("Ann");
    }

    [Fact]
    public async Task Another_wish_takes_the_place_of_what_the_call_held_and_one_that_cannot_be_met_does_not()
    {
        var caller = await world.CallAsync();
        await caller.RunAsync("hold_booking", new { date_time = Evening, guests = 6, name = "Ann" });
        // Its own hold is not in its way.
        (await caller.Next().RunAsync("hold_booking", new { date_time = "2026-11-21T19:30", guests = 6 })).Failed.ShouldBeFalse();
        Error(await caller.Next().RunAsync("hold_booking", new { date_time = "2026-11-21T19:30", guests = 7 })).ShouldBe("not_possible");

        (await world.CountAsync("held")).ShouldBe(1);
        (await caller.Next().RunAsync("confirm_booking")).Text.ShouldContain("at 19:30");
        (await world.CountAsync("superseded")).ShouldBe(1);
    }

    [Fact]
    public async Task The_last_table_goes_to_the_first_and_the_second_is_offered_the_nearest_times()
    {
        var first = await world.CallAsync("+12125550001");
        var second = await world.CallAsync("+12125550002");
        await first.BookAsync(Evening, 5, "Ann");

        var result = await second.RunAsync("hold_booking", new { date_time = Evening, guests = 5, name = "Bob" });

        Error(result).ShouldBe("not_possible");
        ((string?)result.Data!["refusal"]).ShouldBe("taken");
        ToolCaller.Alternatives(result).ShouldBe(["2026-11-21T17:15", "2026-11-21T20:45", "2026-11-21T17:00"], ignoreOrder: true);
        (await second.Next().RunAsync("hold_booking", new { date_time = "2026-11-21T20:45", guests = 5 })).Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_hold_frees_itself_and_its_late_confirmation_counts_only_if_there_is_room()
    {
        var first = await world.CallAsync("+12125550001");
        var second = await world.CallAsync("+12125550002");
        var third = await world.CallAsync("+12125550003");
        await first.RunAsync("hold_booking", new { date_time = Evening, guests = 5, name = "Ann" });
        (await second.RunAsync("hold_booking", new { date_time = Evening, guests = 5, name = "Bob" })).Failed.ShouldBeTrue();

        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(6);
        (await second.Next().RunAsync("hold_booking", new { date_time = Evening, guests = 5, name = "Bob" })).Failed.ShouldBeFalse();
        (await world.CountAsync("expired")).ShouldBe(1);

        var late = await first.Next().RunAsync("confirm_booking");
        Error(late).ShouldBe("not_possible");
        ToolCaller.Alternatives(late).ShouldNotBeEmpty();
        (await second.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();

        await third.RunAsync("hold_booking", new { date_time = "2026-11-21T21:00", guests = 2, name = "Cid" });
        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(60);
        (await third.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_caller_who_hangs_up_without_a_yes_leaves_nothing_and_a_broken_line_keeps_the_hold()
    {
        var gone = await world.CallAsync("+12125550001");
        var lost = await world.CallAsync("+12125550002");
        await gone.RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });
        await lost.RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Bob" });

        await world.World.Finisher.FinishAsync(world.World.End(gone.CallId, CallEndReason.CallerHungUp), default);
        await world.World.Finisher.FinishAsync(world.World.End(lost.CallId, CallEndReason.TransportLost), default);

        (await world.World.ScalarAsync<string>("select status from bookings where call_id = @CallId", new { gone.CallId })).ShouldBe("released");
        (await world.World.ScalarAsync<string>("select status from bookings where call_id = @CallId", new { lost.CallId })).ShouldBe("held");
        await world.World.Calls.CloseByCarrierAsync("CA2", "completed", 30, world.World.Clock.Now, default);
        (await world.CountAsync("held")).ShouldBe(0);
    }

    [Fact]
    public async Task A_booking_is_moved_when_the_caller_has_said_yes_also_to_a_time_that_overlaps_with_it()
    {
        await (await world.CallAsync()).BookAsync(Evening, 5, "Ann");
        var caller = await world.CallAsync();

        // There is one table for so many: the booking to be moved is in its own way.
        (await caller.RunAsync("move_booking", new { date_time = "2026-11-21T19:30" })).Text.ShouldContain("at 19:30, 5 guests");
        (await world.CountAsync("confirmed")).ShouldBe(1);
        var other = await world.CallAsync("+12125550002");
        Error(await other.RunAsync("hold_booking", new { date_time = "2026-11-21T20:45", guests = 5, name = "Bob" })).ShouldBe("not_possible");

        (await caller.Next().RunAsync("confirm_booking")).Text.ShouldContain("at 19:30, 5 guests, for Ann");
        (await world.World.ScalarAsync<string>("select string_agg(status, ',' order by starts_at) from bookings")).ShouldBe("moved,confirmed");
        (await world.World.ScalarAsync<bool>("select busy_from = starts_at and busy_until = blocked_until from bookings where status = 'confirmed'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_is_late_can_still_move_or_call_off_a_booking_and_there_is_one_of_it()
    {
        await (await world.CallAsync()).BookAsync(Evening, 5, "Ann");
        world.World.Clock.Now = world.World.Clock.Now.AddHours(6).AddMinutes(10);
        var caller = await world.CallAsync();

        (await caller.RunAsync("move_booking", new { date_time = "2026-11-21T20:15" })).Failed.ShouldBeFalse();
        (await caller.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
        (await world.World.ScalarAsync<string>("select string_agg(status, ',' order by starts_at) from bookings")).ShouldBe("moved,confirmed");

        world.World.Clock.Now = world.World.Clock.Now.AddHours(2);
        (await caller.Next().RunAsync("cancel_booking")).Failed.ShouldBeFalse();
        (await caller.Next().RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldStartWith("Cancelled");
        (await world.CountAsync("confirmed")).ShouldBe(0);
    }

    [Fact]
    public async Task A_booking_that_another_call_called_off_meanwhile_is_not_moved()
    {
        await (await world.CallAsync()).BookAsync(Evening, 5, "Ann");
        var id = await world.World.ScalarAsync<Guid>("select id from bookings");
        await world.World.ScalarAsync<int>("update bookings set status = 'cancelled' where id = @id returning 1", new { id });
        var caller = await world.CallAsync();
        await world.Ledger.BeginAsync(new ToolRun("key", world.Tenant.Id, caller.CallId, 1, "move_booking", "{}", world.World.Clock.Now), default);

        HoldOutcome? outcome = null;
        await world.Store.HoldAsync(
            world.Tenant,
            new HoldOrder
            {
                CallId = caller.CallId, Turn = 1, Wish = new BookingWish { When = new NodaTime.LocalDateTime(2026, 11, 21, 20, 0), Guests = 5 }, For = TimeSpan.FromMinutes(5), Replaces = id,
            },
            new ToolReceipt<HoldOutcome>("key", told =>
            {
                outcome = told;
                return ToolResult.Failure(ToolError.NotPossible, "Gone.");
            }),
            default);

        outcome.ShouldNotBeNull().IsGone.ShouldBeTrue();
        (await world.CountAsync("held")).ShouldBe(0);
    }

    [Fact]
    public async Task A_move_without_a_yes_leaves_the_booking_where_it_is()
    {
        await (await world.CallAsync()).BookAsync(Evening, 2, "Ann");
        var caller = await world.CallAsync();
        await caller.RunAsync("move_booking", new { date_time = "2026-11-22T19:00" });

        await world.World.Finisher.FinishAsync(world.World.End(caller.CallId, CallEndReason.CallerHungUp), default);

        (await world.World.ScalarAsync<string>("select string_agg(status, ',' order by starts_at) from bookings")).ShouldBe("confirmed,released");
    }

    [Fact]
    public async Task A_booking_is_cancelled_only_after_it_was_read_back_in_an_earlier_turn()
    {
        await (await world.CallAsync()).BookAsync(Evening, 2, "Ann");
        var caller = await world.CallAsync();

        (await caller.RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldContain("Not cancelled yet");
        (await caller.RunAsync("cancel_booking", new { confirmed = true, name = "Ann" })).Text.ShouldContain("Not cancelled yet");
        (await world.CountAsync("cancelled")).ShouldBe(0);
        (await caller.Next().RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldContain("Cancelled: Saturday 2026-11-21 at 19:00");
        (await world.CountAsync("cancelled")).ShouldBe(1);
        Error(await caller.Next().RunAsync("cancel_booking", new { confirmed = true })).ShouldBe("not_possible");
    }

    [Fact]
    public async Task Nobody_learns_of_or_changes_anothers_booking()
    {
        await (await world.CallAsync("+12125550001")).BookAsync(Evening, 2, "Ann Lee");
        var other = await world.CallAsync("+12125550002");
        var unknown = await other.RunAsync("find_booking", new { name = "Nobody", number = "2125550009" });

        foreach (var arguments in (object[])[new { }, new { name = "Ann Lee" }, new { number = "2125550001" }, new { number = "2125550001", name = "Bob" }])
        {
            (await other.RunAsync("find_booking", arguments)).Text.ShouldBe(unknown.Text);
            (await other.Next().RunAsync("cancel_booking", arguments)).Text.ShouldBe(unknown.Text);
        }

        var withheld = await world.CallAsync(number: null);
        (await withheld.RunAsync("find_booking")).Text.ShouldBe(unknown.Text);
        (await withheld.RunAsync("find_booking", new { number = "2125550001", name = "Lee" })).Text.ShouldContain("19:00");
        (await world.CountAsync("confirmed")).ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_with_several_bookings_is_asked_which()
    {
        await (await world.CallAsync()).BookAsync(Evening, 2, "Ann");
        await (await world.CallAsync()).BookAsync("2026-11-23T19:00", 2, "Ann");
        var caller = await world.CallAsync();

        (await caller.RunAsync("cancel_booking")).Text.ShouldContain("Which one?");
        (await caller.RunAsync("cancel_booking", new { booked_for = "2026-11-23T19:00" })).Text.ShouldContain("Not cancelled yet: Monday 2026-11-23");
        (await caller.Next().RunAsync("cancel_booking", new { booked_for = "2026-11-23", confirmed = true })).Text.ShouldContain("Cancelled: Monday");
    }

    [Fact]
    public async Task No_tenant_sees_or_fills_anothers_tables()
    {
        var other = await world.World.Importer.ImportAsync(BookingWorld.Restaurant("other"), default);
        await (await world.CallAsync()).BookAsync(Evening, 5, "Ann");

        var there = await world.CallAsync(tenant: other);
        (await there.RunAsync("find_booking")).Failed.ShouldBeTrue();
        (await there.RunAsync("cancel_booking")).Failed.ShouldBeTrue();
        (await there.BookAsync(Evening, 5, "Bob")).Failed.ShouldBeFalse();
        var id = await world.World.ScalarAsync<Guid>("select id from bookings where name = 'Ann'");
        await world.Ledger.BeginAsync(new("k", other.Id, there.CallId, 1, "cancel_booking", "{}", world.World.Clock.Now), default);
        var cancelled = await world.Store.CancelAsync(
            other, id, new ToolReceipt<Conversation.Tools.Bookings.Booking?>("k", b => new ToolResult { Text = b is null ? "none" : "gone" }), default);
        cancelled.Text.ShouldBe("none");
        (await world.CountAsync("confirmed")).ShouldBe(2);
    }

    [Fact]
    public async Task The_database_itself_refuses_two_bookings_in_one_place()
    {
        await (await world.CallAsync()).BookAsync(Evening, 5, "Ann");

        var twice = () => world.World.ScalarAsync<int>(
            """
            insert into bookings select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'busy_from', b.busy_from + interval '1 hour',
                'busy_until', b.busy_until + interval '1 hour'))).* from bookings b returning 1
            """);

        (await twice.ShouldThrowAsync<Npgsql.PostgresException>()).SqlState.ShouldBe(Npgsql.PostgresErrorCodes.ExclusionViolation);
    }

    [Fact]
    public async Task Two_hundred_races_for_the_last_table_have_one_winner_each_and_the_other_is_offered_the_nearest_times()
    {
        for (var race = 0; race < 200; race++)
        {
            world.World.Clock.Now = world.World.Clock.Now.AddMinutes(10);
            var evening = $"2026-12-{1 + race % 28:00}T{17 + race / 28 % 4:00}:00";
            await world.World.ScalarAsync<int>("delete from bookings; select 1");
            var callers = new[] { await world.CallAsync("+12125550001"), await world.CallAsync("+12125550002") };

            var held = await Task.WhenAll(callers.Select(caller => caller.RunAsync("hold_booking", new { date_time = evening, guests = 5, name = "Ann" })));
            var loser = Array.FindIndex(held, result => result.Failed);
            held.Count(result => result.Failed).ShouldBe(1, evening);
            ((string?)held[loser].Data!["refusal"]).ShouldBe("taken");
            ToolCaller.Alternatives(held[loser]).Length.ShouldBe(3);
            ToolCaller.Alternatives(held[loser]).ShouldNotContain(evening);

            var confirmed = await Task.WhenAll(callers.Select(caller => caller.Next().RunAsync("confirm_booking")));
            confirmed[loser].Failed.ShouldBeTrue();
            confirmed[1 - loser].Failed.ShouldBeFalse();
            (await world.CountAsync("confirmed")).ShouldBe(1);
        }
    }

    private static string? Error(ToolResult result) => (string?)result.Data?["error"];
}
