using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Parley.Admin.Api.Features;

namespace Parley.Admin.Api.Tests;

public sealed class PeopleTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task An_operator_sets_what_tenants_have_and_a_tenant_may_only_look()
    {
        var tenant = await fixture.NewTenantAsync();
        using var own = tenant.Client();
        var path = $"/api/tenants/{tenant.Slug}/features";
        await PutAsync(fixture.Operator, $"/api/plans/{tenant.Slug}", new { features = new Dictionary<string, bool> { ["knowledge"] = false, ["tool.send_link"] = false } });
        var put = await PutAsync(fixture.Operator, path, new { plan = tenant.Slug, features = new Dictionary<string, bool> { ["tool.send_link"] = true } });
        put.GetProperty("effective").GetProperty("knowledge").GetBoolean().ShouldBeFalse();

        var seen = await own.GetJsonAsync(path);
        seen.GetProperty("plan").GetString().ShouldBe(tenant.Slug);
        seen.GetProperty("effective").GetProperty("tool.send_link").GetBoolean().ShouldBeTrue();
        using (var refused = await own.PutAsJsonAsync(path, new { features = new { knowledge = true } }))
            await refused.ProblemAsync(HttpStatusCode.Forbidden);
        using (var others = await own.GetAsync($"/api/tenants/{(await fixture.NewTenantAsync()).Slug}/features"))
            others.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var (body, field) in ((object, string)[])[
            (new { features = new { everything = true } }, "features"), (new { plan = "x" }, "features"),
            (new { plan = "no-such-plan", features = new { } }, "plan")])
        {
            using var wrong = await fixture.Operator.PutAsJsonAsync(path, body);
            (await wrong.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_plan_is_deleted_only_when_no_tenant_has_it()
    {
        var tenant = await fixture.NewTenantAsync();
        using var own = tenant.Client();
        var (plan, features) = ($"/api/plans/{tenant.Slug}", $"/api/tenants/{tenant.Slug}/features");
        await PutAsync(fixture.Operator, plan, new { features = new { knowledge = false } });
        await PutAsync(fixture.Operator, features, new { plan = tenant.Slug, features = new { } });

        using (var refused = await fixture.Operator.DeleteAsync(plan))
        {
            (await refused.ProblemAsync(HttpStatusCode.Conflict)).GetProperty("detail").GetString().ShouldBe(
                $"Tenants have the plan '{tenant.Slug}': {tenant.Slug}. Give them another, or none, with PUT /api/tenants/{{tenant}}/features.");
        }

        (await own.GetJsonAsync(features)).GetProperty("effective").GetProperty("knowledge").GetBoolean().ShouldBeFalse();
        using (var notTheirs = await own.DeleteAsync(plan))
            await notTheirs.ProblemAsync(HttpStatusCode.Forbidden);
        await PutAsync(fixture.Operator, features, new { features = new { } });
        using (var done = await fixture.Operator.DeleteAsync(plan))
            done.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await fixture.Operator.GetJsonAsync("/api/plans")).GetProperty("items").EnumerateArray().Select(static p => p.GetProperty("name").GetString()).ShouldNotContain(tenant.Slug);
        foreach (var gone in (string[])[plan, "/api/plans/no-such-plan", "/api/plans/Not%20A%20Plan"])
        {
            using var missing = await fixture.Operator.DeleteAsync(gone);
            missing.StatusCode.ShouldBe(HttpStatusCode.NotFound, gone);
        }
    }

    [Fact]
    public async Task What_a_tenant_does_not_have_answers_403_with_the_features_name()
    {
        var tenant = await fixture.NewTenantAsync();
        await using var host = await AdminHost.StartAsync(fixture.Database, fixture.Signals, app =>
            app.MapGet("/api/tenants/{tenant}/probe", () => "there").RequireAuthorization("Parley.Key").RequireFeature("knowledge"));
        using var own = host.Client(tenant.Key);
        using var all = host.Client(fixture.OperatorKey);
        var probe = $"/api/tenants/{tenant.Slug}/probe";
        (await own.StatusAsync(probe)).ShouldBe(HttpStatusCode.OK);

        foreach (var on in (bool[])[false, true])
        {
            await PutAsync(all, $"/api/tenants/{tenant.Slug}/features", new { features = new { knowledge = on } });
            (await own.StatusAsync($"/api/tenants/{tenant.Slug}/knowledge")).ShouldBe(on ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
            foreach (var client in (HttpClient[])[own, all])
            {
                using var answer = await client.GetAsync(probe);
                if (on)
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                else
                    (await answer.ProblemAsync(HttpStatusCode.Forbidden)).GetProperty("feature").GetString().ShouldBe("knowledge");
            }
        }

        (await all.StatusAsync("/api/tenants/no-such-tenant/probe")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_the_catalogues_tool_nobody_tries_it_and_the_catalogue_stays_to_be_kept()
    {
        var tenant = await fixture.NewTenantAsync();
        using var own = tenant.Client();
        using var all = fixture.Host.Client(fixture.OperatorKey);
        var catalogue = $"/api/tenants/{tenant.Slug}/catalogue";
        (await own.StatusAsync($"{catalogue}/search?text=shoe")).ShouldBe(HttpStatusCode.OK);

        await PutAsync(all, $"/api/tenants/{tenant.Slug}/features", new { features = new Dictionary<string, bool> { ["tool.look_up_catalogue"] = false } });

        using var refused = await own.GetAsync($"{catalogue}/search?text=shoe");
        (await refused.ProblemAsync(HttpStatusCode.Forbidden)).GetProperty("feature").GetString().ShouldBe("tool.look_up_catalogue");
        (await own.StatusAsync(catalogue)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_webhook_key_is_shown_once_and_a_staff_address_never()
    {
        var tenant = await fixture.NewTenantAsync();
        using var own = tenant.Client();
        var calls = $"/api/tenants/{tenant.Slug}/webhooks/calls";
        var made = (await PutAsync(own, calls, new { url = "https://crm.example.com/parley" })).GetProperty("key").GetString();
        made.ShouldNotBeNull().Length.ShouldBeGreaterThan(40);
        var seen = await own.GetJsonAsync(calls);
        seen.GetProperty("key").ValueKind.ShouldBe(JsonValueKind.Null);
        seen.GetProperty("events").GetArrayLength().ShouldBe(3);
        (await PutAsync(own, calls, new { url = "https://crm.example.com/parley", events = new[] { "call_ended" } })).GetProperty("key").ValueKind.ShouldBe(JsonValueKind.Null);

        var staff = $"/api/tenants/{tenant.Slug}/webhooks/staff";
        await PutAsync(own, staff, new { url = "https://hooks.slack.com/services/T0/B0/secret", reasons = new[] { "anger", "askedFor" } });
        var shown = (await own.GetJsonAsync(staff)).ToString();
        shown.ShouldContain("hooks.slack.com");
        shown.ShouldNotContain("secret");

        using var stranger = (await fixture.NewTenantAsync()).Client();
        (await stranger.StatusAsync(calls)).ShouldBe(HttpStatusCode.NotFound);
        using (var refused = await stranger.PutAsJsonAsync(calls, new { url = "https://evil.example.com/" }))
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var removed = await own.DeleteAsync(calls))
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await own.StatusAsync(calls)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("http://crm.example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://user:secret@crm.example.com/")]
    [InlineData("not an address")]
    [InlineData(null)]
    public async Task An_address_that_must_not_be_asked_is_not_stored(string? url)
    {
        var tenant = await fixture.NewTenantAsync();
        using var own = tenant.Client();
        foreach (var kind in (string[])["calls", "staff"])
        {
            using var answer = await own.PutAsJsonAsync($"/api/tenants/{tenant.Slug}/webhooks/{kind}", new { url });
            (await answer.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty("url", out _).ShouldBeTrue();
            (await own.StatusAsync($"/api/tenants/{tenant.Slug}/webhooks/{kind}")).ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Customers_escalations_and_dead_letters_are_a_tenants_own()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        var (customer, escalation, letter) = (Id(), Id(), Id());
        await using (var connection = await fixture.Database.DataSource.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                """
                insert into customers values (@customer, @Tenant, '+12125550123', 'Maria', @Noon, @Noon, 1, 0, @Noon, @Noon);
                insert into escalations values (@escalation, @Tenant, @Call, 'anger', 'Maria is angry.', @Noon, null, @Noon);
                insert into call_analyses values (@Call, @Tenant, 'booking', 'open', 'needs_attention', 'A table.', false, '{"name": "Maria"}', 'rules', @Noon);
                insert into jobs values (@letter, @Tenant, 'call_webhook', 'k' || @letter, jsonb_build_object('call_id', @Call, 'event', 'call_ended'), @Noon, 4, 4,
                    null, 'failed', 'HTTP 500', @Noon, @Noon)
                """,
                new { customer, escalation, letter, Tenant = tenant.Id, Call = call.Id, TestTenant.Noon });
        }

        using var own = tenant.Client();
        using var stranger = (await fixture.NewTenantAsync()).Client();
        foreach (var (list, id) in ((string, Guid)[])[("customers", customer), ("escalations", escalation), ("dead-letters", letter)])
        {
            (await own.GetJsonAsync($"/api/{list}")).Ids().ShouldBe([id]);
            (await stranger.GetJsonAsync($"/api/{list}")).Ids().ShouldBeEmpty();
            (await fixture.Operator.GetJsonAsync($"/api/{list}?tenant={tenant.Slug}")).Ids().ShouldBe([id]);
        }

        (await own.GetJsonAsync($"/api/customers/{customer}")).GetProperty("calls").GetArrayLength().ShouldBe(1);
        (await stranger.StatusAsync($"/api/customers/{customer}")).ShouldBe(HttpStatusCode.NotFound);
        (await own.GetJsonAsync("/api/escalations?reason=anger&handled=false")).Ids().ShouldBe([escalation]);
        using (var handled = await own.PatchAsJsonAsync($"/api/escalations/{escalation}", new { handled = true }))
            handled.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.GetJsonAsync("/api/escalations?handled=false")).Ids().ShouldBeEmpty();
        using (var refused = await stranger.PatchAsJsonAsync($"/api/escalations/{escalation}", new { handled = false }))
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var view = await own.GetJsonAsync($"/api/calls/{call.Id}");
        view.GetProperty("analysis").GetProperty("sentiment").GetString().ShouldBe("needsAttention");
        view.GetProperty("analysis").GetProperty("fields").GetProperty("name").GetString().ShouldBe("Maria");
        view.GetProperty("escalations")[0].GetProperty("reason").GetString().ShouldBe("anger");

        using (var refused = await stranger.PostAsync($"/api/dead-letters/{letter}/replay", null))
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var replayed = await own.PostAsync($"/api/dead-letters/{letter}/replay", null))
            replayed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await own.GetJsonAsync("/api/dead-letters")).Ids().ShouldBeEmpty();
    }

    private static Guid Id() => Guid.CreateVersion7(TestTenant.Noon);

    private static async Task<JsonElement> PutAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PutAsJsonAsync(path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
