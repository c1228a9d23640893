using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Parley.Persistence.Reporting;
using Parley.Tests.Database;

namespace Parley.Admin.Api.Tests;

public sealed class ProblemTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("calls?limit=0", "limit")]
    [InlineData("calls?limit=201", "limit")]
    [InlineData("calls?limit=many", "limit")]
    [InlineData("calls?limit=1&limit=2", "limit")]
    [InlineData("calls?cursor=nonsense", "cursor")]
    [InlineData("calls?cursor=________________________________", "cursor")]
    [InlineData("calls?cursor=", "cursor")]
    [InlineData("calls?from=yesterday", "from")]
    [InlineData("calls?from=2026-11-20T12:00:00", "from")]
    [InlineData("calls?to=9999-12-31", "to")]
    [InlineData("calls?from=2026-11-21&to=2026-11-20", "to")]
    [InlineData("calls?intent=Booking", "intent")]
    [InlineData("calls?intent=1", "intent")]
    [InlineData("calls?number=12", "number")]
    [InlineData("calls?number=%25%25%25", "number")]
    [InlineData("calls?tenant=%00", "tenant")]
    [InlineData("leads?handled=maybe", "handled")]
    [InlineData("leads?status=lost", "status")]
    [InlineData("messages?status=lost", "status")]
    [InlineData("messages?type=poem", "type")]
    public async Task A_bad_query_value_is_named(string query, string field)
    {
        using var response = await fixture.Operator.GetAsync("/api/" + query);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task All_bad_values_are_told_at_once()
    {
        using var response = await fixture.Operator.GetAsync("/api/calls?limit=0&cursor=x&from=x");
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["from", "cursor", "limit"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/api/calls/not-an-id")]
    [InlineData("/api/calls/00000000-0000-0000-0000-000000000000")]
    [InlineData("/api/calls/00000000-0000-0000-0000-000000000000/events")]
    [InlineData("/api/calls/by-carrier/CA0")]
    [InlineData("/api/other.json")]
    public async Task What_is_not_there_is_a_problem(string path)
    {
        using var response = await fixture.Operator.GetAsync(path);
        await response.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_method_is_told_with_the_right_ones()
    {
        using var response = await fixture.Operator.DeleteAsync("/api/calls");
        await response.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["GET"]);
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"handled":"yes"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"handled":true,"name":"x"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("handled=true", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_no_patch_is_a_problem(string body, string type, HttpStatusCode expected)
    {
        var tenant = await fixture.NewTenantAsync();
        var lead = await tenant.LeadAsync(await tenant.CallAsync());
        using var content = new StringContent(body, new MediaTypeHeaderValue(type));
        using var response = await fixture.Operator.PatchAsync($"/api/leads/{lead}", content);
        await response.ProblemAsync(expected);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_problem()
    {
        using var content = new StringContent(
            $$"""{"handled":true,"x":"{{new string('x', 70_000)}}"}""", new MediaTypeHeaderValue("application/json"));
        using var response = await fixture.Operator.PatchAsync($"/api/leads/{Guid.Empty}", content);
        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_mistake_is_told_without_internals_in_every_environment(string environment)
    {
        await using var host = await AdminHost.StartAsync(
            fixture.Database, fixture.Signals, app => app.MapGet("/api/fails", string () => throw new NotSupportedException("secret")),
            time: null, ("environment", environment));
        using var client = host.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        using var response = await client.GetAsync("/api/fails");
        var problem = await response.ProblemAsync(HttpStatusCode.InternalServerError);
        problem.ToString().ShouldNotContain("secret");
        problem.ToString().ShouldNotContain(nameof(NotSupportedException));
        using var content = new StringContent("{", new MediaTypeHeaderValue("application/json"));
        using var operators = host.Client(fixture.OperatorKey);
        using var unread = await operators.PatchAsync($"/api/leads/{Guid.Empty}", content);
        await unread.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("Admin:RequestsPerMinute", "0")]
    [InlineData("Admin:MaxRequestBodyBytes", "-1")]
    [InlineData("Admin:KeyCacheDuration", "01:00:00")]
    [InlineData("Admin:EventHeartbeat", "00:00:00")]
    public async Task Options_out_of_range_stop_the_start(string key, string value)
    {
        var error = await Should.ThrowAsync<OptionsValidationException>(
            () => AdminHost.StartAsync(fixture.Database, fixture.Signals, time: null, (key, value)));
        error.Message.ShouldContain(key.Split(':')[1]);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_with_when_to_come_back()
    {
        var server = await PostgresServer.StartAsync();
        await using var database = PostgresServer.Open(await server.CreateDatabaseAsync());
        await database.StartAsync(CancellationToken.None);
        var key = await new ApiKeys(database, TimeProvider.System).CreateAsync(TenantScope.Operator, "away", CancellationToken.None);
        await using var host = await AdminHost.StartAsync(database, fixture.Signals, time: null, ("Admin:KeyCacheDuration", "00:01:00"));
        using var client = host.Client(key.Secret);
        (await client.StatusAsync("/api/tenants")).ShouldBe(HttpStatusCode.OK);

        await server.DisposeAsync();

        // Once behind a key that is remembered, once while a key is looked up.
        using var stranger = host.Client("pk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        foreach (var caller in (HttpClient[])[client, stranger])
        {
            using var response = await caller.GetAsync("/api/tenants");
            var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            problem.ToString().ShouldNotContain("Npgsql");
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        }
    }
}
