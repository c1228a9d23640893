using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Admin.Api.Tests;

public sealed class ListTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Calls_come_newest_first_and_each_filter_narrows_them()
    {
        var tenant = await fixture.NewTenantAsync();
        var noon = TestTenant.Noon;
        var old = await tenant.CallAsync(noon.AddHours(-2), "booking", "+12125550100");
        var middle = await tenant.CallAsync(noon, "question", "+442071234567");
        var fresh = await tenant.CallAsync(noon.AddHours(2), "booking", null, ended: false);
        using var client = tenant.Client();

        (await IdsAsync("")).ShouldBe([fresh.Id, middle.Id, old.Id]);
        (await IdsAsync("intent=booking")).ShouldBe([fresh.Id, old.Id]);
        (await IdsAsync("from=2026-11-20T12:00:00Z")).ShouldBe([fresh.Id, middle.Id]);
        (await IdsAsync("to=2026-11-20T12:00:00Z")).ShouldBe([old.Id]);
        (await IdsAsync("from=2026-11-20T14:00:00%2B01:00&to=2026-11-21")).ShouldBe([fresh.Id]);
        (await IdsAsync("number=%2B442071234567")).ShouldBe([middle.Id]);
        (await IdsAsync("number=%2B44207123456")).ShouldBeEmpty();
        (await IdsAsync("number=555-0100")).ShouldBe([old.Id]);
        (await IdsAsync("number=" + tenant.Number[1..])).Count.ShouldBe(3);
        (await IdsAsync("limit=1")).ShouldBe([fresh.Id]);
        (await IdsAsync("tenant=" + tenant.Slug)).Count.ShouldBe(3);
        (await IdsAsync("tenant=no-such-tenant")).ShouldBeEmpty();
        (await fixture.Operator.GetJsonAsync($"/api/calls?tenant={tenant.Id}&intent=question")).Ids().ShouldBe([middle.Id]);

        async Task<IReadOnlyList<Guid>> IdsAsync(string query) => (await client.GetJsonAsync("/api/calls?" + query)).Ids();
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("leads")]
    [InlineData("messages")]
    public async Task Pages_have_no_gap_and_no_double_while_rows_come_in(string list)
    {
        var tenant = await fixture.NewTenantAsync();
        var expected = new List<Guid>();
        for (var i = 0; i < 23; i++)
        {
            // Three rows of each moment: the id has to order them.
            expected.Add(await RowAsync(TestTenant.Noon.AddSeconds(i / 3)));
        }

        using var client = tenant.Client();
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"/api/{list}?limit=5" + (cursor is null ? "" : "&cursor=" + cursor));
            page.Ids().Count.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(page.Ids());
            cursor = page.NextCursor();
            await RowAsync(TestTenant.Noon.AddHours(1));
        }
        while (cursor is not null);

        seen.Count.ShouldBe(expected.Count);
        seen.ShouldBe(expected, ignoreOrder: true);

        async Task<Guid> RowAsync(DateTimeOffset at)
        {
            var call = await tenant.CallAsync(at);
            return list switch
            {
                "leads" => await tenant.LeadAsync(call, createdAt: at),
                "messages" => await tenant.MessageAsync(call, createdAt: at),
                _ => call.Id,
            };
        }
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.CallAsync();
        await tenant.CallAsync();
        using var client = tenant.Client();
        (await client.GetJsonAsync("/api/calls?limit=2")).NextCursor().ShouldBeNull();
        (await client.GetJsonAsync("/api/calls?limit=1")).NextCursor().ShouldNotBeNull();
    }

    [Fact]
    public async Task Leads_are_filtered_and_ticked_off()
    {
        var tenant = await fixture.NewTenantAsync();
        var open = await tenant.LeadAsync(await tenant.CallAsync(), "message", "open");
        var handled = await tenant.LeadAsync(await tenant.CallAsync(), handled: true);
        var booking = await tenant.LeadAsync(await tenant.CallAsync());
        using var client = tenant.Client();
        (await IdsAsync("")).ShouldBe([booking, handled, open]);
        (await IdsAsync("handled=false")).ShouldBe([booking, open]);
        (await IdsAsync("handled=true")).ShouldBe([handled]);
        (await IdsAsync("status=open")).ShouldBe([open]);
        (await IdsAsync("intent=booking&handled=false")).ShouldBe([booking]);
        (await IdsAsync("from=2026-11-20T12:00:03Z")).ShouldBe([booking]);
        (await IdsAsync("to=2026-11-20T12:00:02Z")).ShouldBe([open]);

        var first = await PatchAsync(true);
        first.GetProperty("handledAt").ValueKind.ShouldBe(JsonValueKind.String);
        (await PatchAsync(true)).GetProperty("handledAt").GetString().ShouldBe(first.GetProperty("handledAt").GetString());
        (await PatchAsync(false)).GetProperty("handledAt").ValueKind.ShouldBe(JsonValueKind.Null);
        (await IdsAsync("handled=false")).ShouldContain(open);

        async Task<IReadOnlyList<Guid>> IdsAsync(string query) => (await client.GetJsonAsync("/api/leads?" + query)).Ids();

        async Task<JsonElement> PatchAsync(bool value)
        {
            using var content = new StringContent($$"""{"handled":{{(value ? "true" : "false")}}}""", new MediaTypeHeaderValue("application/json"));
            using var response = await client.PatchAsync($"/api/leads/{open}", content);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Bookings_are_listed_by_their_time_and_filtered_and_are_the_tenants_own()
    {
        var (tenant, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var late = await tenant.BookingAsync("table", "1", TestTenant.Noon.AddHours(6));
        var early = await tenant.BookingAsync("table", "2", TestTenant.Noon);
        var chair = await tenant.BookingAsync("chair", "Ann", TestTenant.Noon.AddHours(1), "cancelled");
        // A hold of long ago.
        var old = await tenant.BookingAsync("chair", "Bob", TestTenant.Noon.AddHours(2), "held");
        await other.BookingAsync("table", "1", TestTenant.Noon);
        using var client = tenant.Client();

        (await IdsAsync("")).ShouldBe([late, old, chair, early]);
        (await IdsAsync("limit=1")).ShouldBe([late]);
        (await IdsAsync("status=confirmed")).ShouldBe([late, early]);
        (await IdsAsync("status=expired")).ShouldBe([old]);
        (await IdsAsync("status=held")).ShouldBeEmpty();
        (await IdsAsync("resource=chair")).ShouldBe([old, chair]);
        (await IdsAsync("from=2026-11-20T13:00:00Z&to=2026-11-20T18:00:00Z")).ShouldBe([old, chair]);
        (await IdsAsync("tenant=" + other.Slug)).ShouldBeEmpty();
        var one = (await client.GetJsonAsync("/api/bookings?limit=1")).GetProperty("items")[0];
        one.GetProperty("startsLocal").GetString().ShouldBe("2026-11-20T13:00:00");
        one.GetProperty("timeZone").GetString().ShouldBe("America/New_York");
        one.GetProperty("unit").GetString().ShouldBe("1");
        using var wrong = await client.GetAsync(new Uri("/api/bookings?status=maybe", UriKind.Relative));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        async Task<IReadOnlyList<Guid>> IdsAsync(string query) => (await client.GetJsonAsync("/api/bookings?" + query)).Ids();
    }

    [Fact]
    public async Task Messages_are_filtered()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        var recap = await tenant.MessageAsync(call, status: "delivered");
        var link = await tenant.MessageAsync(call, type: "reservation_link", status: "failed", createdAt: call.StartedAt.AddSeconds(5));
        using var client = tenant.Client();
        (await IdsAsync("")).ShouldBe([link, recap]);
        (await IdsAsync("status=failed")).ShouldBe([link]);
        (await IdsAsync("type=recap")).ShouldBe([recap]);
        (await IdsAsync("type=reservationLink")).ShouldBe([link]);

        async Task<IReadOnlyList<Guid>> IdsAsync(string query) => (await client.GetJsonAsync("/api/messages?" + query)).Ids();
    }

    [Fact]
    public async Task A_call_is_told_whole_by_either_id()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync(intent: "booking");
        await tenant.TurnAsync(call, 0, "agent", "Hello, this is Luigi's. How can I help?", heard: "Hello, this");
        await tenant.TurnAsync(call, 1, "caller", "A table for four.");
        var lead = await tenant.LeadAsync(call);
        await tenant.MessageAsync(call, lead);
        using var client = tenant.Client();
        var view = await client.GetJsonAsync($"/api/calls/{call.Id}");
        (await client.GetJsonAsync($"/api/calls/by-carrier/{call.CarrierId}")).ToString().ShouldBe(view.ToString());

        Text(view, "tenant").ShouldBe(tenant.Slug);
        Text(view, "direction").ShouldBe("inbound");
        Text(view, "endReason").ShouldBe("callerHungUp");
        Text(view, "intent").ShouldBe("booking");
        view.GetProperty("durationMs").GetInt64().ShouldBe(61_000);
        view.GetProperty("speculationsUsed").GetInt32().ShouldBe(2);
        view.GetProperty("speculationsWasted").GetInt32().ShouldBe(1);
        DateTimeOffset.Parse(Text(view, "startedAt")!, CultureInfo.InvariantCulture).ShouldBe(call.StartedAt);
        Text(view, "startedAt").ShouldEndWith("+00:00");

        var turns = view.GetProperty("turns").EnumerateArray().ToList();
        turns.Select(t => Text(t, "speaker")).ShouldBe(["agent", "caller"]);
        Text(turns[0], "sentText").ShouldBe("Hello, this is Luigi's. How can I help?");
        Text(turns[0], "heardText").ShouldBe("Hello, this");
        turns[0].GetProperty("interrupted").GetBoolean().ShouldBeTrue();
        turns[1].GetProperty("times").GetProperty("firstFrameSentMs").GetInt32().ShouldBe(1900);
        turns[1].GetProperty("times").GetProperty("firstMarkMs").ValueKind.ShouldBe(JsonValueKind.Null);
        Text(turns[1], "source").ShouldBe("speech");

        var leadView = view.GetProperty("lead");
        Text(leadView, "status").ShouldBe("confirmed");
        Text(leadView, "requestedFor").ShouldBe("2026-11-21T19:30:00");
        Text(leadView, "callBackFor").ShouldBe("2026-11-22T17:00:00");
        leadView.GetProperty("partySize").GetInt32().ShouldBe(4);
        leadView.ToString().ShouldBe((await client.GetJsonAsync($"/api/leads/{lead}")).ToString());
        var message = view.GetProperty("messages").EnumerateArray().ShouldHaveSingleItem();
        Text(message, "type").ShouldBe("recap");
        Text(message, "from").ShouldBe(tenant.Number);

        static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_tenant_is_found_by_slug_and_by_id()
    {
        var tenant = await fixture.NewTenantAsync();
        var bySlug = await fixture.Operator.GetJsonAsync($"/api/tenants/{tenant.Slug}");
        bySlug.GetProperty("kind").GetString().ShouldBe("restaurant");
        bySlug.GetProperty("numbers")[0].GetString().ShouldBe(tenant.Number);
        bySlug.GetProperty("timeZone").GetString().ShouldBe("America/New_York");
        bySlug.GetProperty("hours").GetProperty("weekly")[0].ToString().ShouldBe("""{"day":"monday","open":"17:00","close":"01:00"}""");
        bySlug.GetProperty("hours").GetProperty("closed")[0].GetString().ShouldBe("2026-12-25");
        bySlug.GetProperty("booking").GetProperty("maxPartySize").GetInt32().ShouldBe(8);
        (await fixture.Operator.GetJsonAsync($"/api/tenants/{tenant.Id}")).ToString().ShouldBe(bySlug.ToString());
        (await fixture.Operator.StatusAsync("/api/tenants/no-such-tenant")).ShouldBe(HttpStatusCode.NotFound);
    }
}
