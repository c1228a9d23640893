using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tests;

public sealed class AuthTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Nothing_but_the_description_is_reachable_without_a_key()
    {
        using var client = fixture.Host.Client();
        var open = new List<string>();
        var mapped = fixture.Host.Endpoints.Where(e => e.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)).ToList();
        mapped.Count.ShouldBeGreaterThan(14);
        foreach (var endpoint in mapped)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint.RoutePattern.RawText!, Guid.Empty));
                using var response = await client.SendAsync(request);
                if (response.StatusCode != HttpStatusCode.Unauthorized)
                    open.Add(request.RequestUri!.AbsolutePath);
                else
                    response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"parley\"");
            }
        }

        open.ShouldBe(["/api/openapi.json"]);
    }

    [Theory]
    [InlineData("Bearer pk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("Bearer nonsense", true)]
    [InlineData("Bearer ", false)]
    [InlineData("Bearer a b", false)]
    [InlineData("Basic dXNlcjpwYXNz", false)]
    public async Task A_bad_key_is_refused_with_a_problem(string authorization, bool isToken)
    {
        using var client = fixture.Host.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var response = await client.GetAsync("/api/calls");
        await response.ProblemAsync(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().Contains("invalid_token", StringComparison.Ordinal).ShouldBe(isToken);
    }

    [Fact]
    public async Task A_key_in_the_query_is_not_taken()
    {
        using var client = fixture.Host.Client();
        (await client.StatusAsync($"/api/calls?access_token={fixture.OperatorKey}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_tenants_key_reaches_nothing_of_another_tenant()
    {
        var owner = await fixture.NewTenantAsync();
        var other = await fixture.NewTenantAsync();
        var call = await owner.CallAsync();
        await owner.TurnAsync(call, 0, "agent", "Hello");
        var lead = await owner.LeadAsync(call);
        await owner.MessageAsync(call, lead);
        using var client = other.Client();
        foreach (var endpoint in fixture.Host.Endpoints)
        {
            var route = endpoint.RoutePattern.RawText!;
            if (!route.StartsWith("/api", StringComparison.Ordinal) || route.EndsWith(".json", StringComparison.Ordinal))
                continue;
            var path = route.Contains("/leads", StringComparison.Ordinal) ? PathOf(route, lead)
                : route.Contains("/tenants", StringComparison.Ordinal) ? PathOf(route, owner.Id)
                : PathOf(route, call.Id, call.CarrierId);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method is "PATCH")
                    request.Content = JsonContent.Create(new { handled = true });
                if (method is "PUT" && route.Contains("/webhooks/", StringComparison.Ordinal))
                    request.Content = JsonContent.Create(new { url = "https://hooks.example.com/" });
                if (method is "POST")
                    request.Content = JsonContent.Create(new { name = "mine", tenant = owner.Slug });
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                body.ShouldNotContain(owner.Slug, customMessage: path);
                if (endpoint.Metadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Any(a => a.Policy == "Parley.Operator"))
                    response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
                else if (path.Contains(call.CarrierId, StringComparison.Ordinal) || route.Contains('{', StringComparison.Ordinal))
                    response.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
                else
                    response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            }
        }

        (await client.GetJsonAsync($"/api/calls?tenant={owner.Slug}")).Ids().ShouldBeEmpty();
        (await client.GetJsonAsync($"/api/calls?tenant={owner.Id}")).Ids().ShouldBeEmpty();
        (await client.GetJsonAsync($"/api/leads?tenant={owner.Id}")).Ids().ShouldBeEmpty();
        (await client.GetJsonAsync($"/api/messages?tenant={owner.Id}")).Ids().ShouldBeEmpty();
        (await fixture.Operator.GetJsonAsync($"/api/leads/{lead}")).GetProperty("handledAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_tenants_key_sees_its_own_and_the_operators_sees_all()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        var lead = await tenant.LeadAsync(call);
        using var own = tenant.Client();
        foreach (var client in (HttpClient[])[own, fixture.Operator])
        {
            (await client.GetJsonAsync($"/api/calls?tenant={tenant.Slug}")).Ids().ShouldBe([call.Id]);
            (await client.StatusAsync($"/api/calls/{call.Id}")).ShouldBe(HttpStatusCode.OK);
            (await client.StatusAsync($"/api/leads/{lead}")).ShouldBe(HttpStatusCode.OK);
            (await client.StatusAsync($"/api/tenants/{tenant.Slug}")).ShouldBe(HttpStatusCode.OK);
        }

        (await own.GetJsonAsync("/api/tenants")).Ids().ShouldBe([tenant.Id]);
        (await fixture.Operator.GetJsonAsync("/api/tenants")).Ids().ShouldContain(tenant.Id);
    }

    [Fact]
    public async Task A_key_is_made_used_listed_and_revoked()
    {
        var tenant = await fixture.NewTenantAsync();
        using var made = await fixture.Operator.PostAsJsonAsync("/api/keys", new { name = " Front desk ", tenant = tenant.Slug });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = await made.Content.ReadFromJsonAsync<JsonElement>();
        var id = key.GetProperty("id").GetGuid();
        made.Headers.Location!.OriginalString.ShouldBe($"/api/keys/{id}");
        key.GetProperty("name").GetString().ShouldBe("Front desk");
        key.GetProperty("tenantId").GetGuid().ShouldBe(tenant.Id);
        key.GetProperty("operator").GetBoolean().ShouldBeFalse();
        using var client = fixture.Host.Client(key.GetProperty("key").GetString());
        (await client.GetJsonAsync("/api/tenants")).Ids().ShouldBe([tenant.Id]);

        var listed = await fixture.Operator.GetJsonAsync("/api/keys");
        listed.Ids().ShouldContain(id);
        listed.ToString().ShouldNotContain(key.GetProperty("key").GetString()!);

        using var revoked = await fixture.Operator.DeleteAsync($"/api/keys/{id}");
        revoked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.Unauthorized);
        using var again = await fixture.Operator.DeleteAsync($"/api/keys/{id}");
        again.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var unknown = await fixture.Operator.DeleteAsync($"/api/keys/{Guid.Empty}");
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "tenant")]
    [InlineData("""{"name":"x","operator":false}""", "tenant")]
    [InlineData("""{"name":"x","tenant":"no-such-tenant"}""", "tenant")]
    [InlineData("""{"name":"x","tenant":"a","operator":true}""", "tenant")]
    [InlineData("""{"name":"x","tenant":"\u0000"}""", "tenant")]
    [InlineData("""{"name":" ","operator":true}""", "name")]
    [InlineData("""{"operator":true}""", "name")]
    [InlineData("""{"name":"a\u0000b","operator":true}""", "name")]
    public async Task A_key_that_is_not_clearly_asked_for_is_not_made(string body, string field)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await fixture.Operator.PostAsync("/api/keys", content);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    [Fact]
    public async Task A_key_revoked_on_another_node_stops_to_work_when_its_lookup_is_forgotten()
    {
        var tenant = await fixture.NewTenantAsync();
        var clock = new SetClock(TestTenant.Noon);
        await using var node = await AdminHost.StartAsync(fixture.Database, fixture.Signals, clock);
        using var client = node.Client(tenant.Key);
        (await client.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.OK);
        var key = (await fixture.Keys.ListAsync(TenantScope.Of(tenant.Id), CancellationToken.None)).Single();
        await fixture.Keys.RevokeAsync(TenantScope.Operator, key.Id, CancellationToken.None);

        clock.Now += TimeSpan.FromSeconds(3);
        (await client.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_that_makes_too_many_requests_is_held_back_and_others_are_not()
    {
        var busy = await fixture.NewTenantAsync();
        var calm = await fixture.NewTenantAsync();
        await using var host = await AdminHost.StartAsync(fixture.Database, fixture.Signals, time: null, ("Admin:RequestsPerMinute", "3"));
        using var client = host.Client(busy.Key);
        for (var i = 0; i < 3; i++)
            (await client.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.OK);
        using var response = await client.GetAsync("/api/tenants");
        await response.ProblemAsync(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        using var other = host.Client(calm.Key);
        (await other.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.OK);
    }

    private static string PathOf(string route, Guid id, string carrierId = "CAunknown") => route
        .Replace("{id:guid}", id.ToString(), StringComparison.Ordinal)
        .Replace("{carrierCallId}", carrierId, StringComparison.Ordinal)
        .Replace("{tenant}", id.ToString(), StringComparison.Ordinal);

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
