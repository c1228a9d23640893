using System.Net;
using Microsoft.Net.Http.Headers;

namespace Parley.EndToEnd.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task The_page_is_for_this_machine_and_for_operators()
    {
        await using var server = await Server.StartAsync();
        var (status, page) = await GetAsync(server);
        status.ShouldBe(HttpStatusCode.OK);
        page.ShouldContain("\nparley_calls_active 0\n");
        page.ShouldContain("# TYPE kestrel_active_connections gauge");

        // Through a proxy the client may be anyone.
        (await GetAsync(server, ("X-Forwarded-For", "203.0.113.9"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(server, ("X-Forwarded-For", "203.0.113.9"), (HeaderNames.Authorization, "Bearer pk_wrong"))).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(server, ("X-Forwarded-For", "203.0.113.9"), (HeaderNames.Authorization, "Bearer " + server.Key))).Status
            .ShouldBe(HttpStatusCode.OK);
        var owner = await server.KeyOfATenantAsync();
        (await GetAsync(server, ("X-Forwarded-For", "203.0.113.9"), (HeaderNames.Authorization, "Bearer " + owner))).Status
            .ShouldBe(HttpStatusCode.Forbidden);

        using var open = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        open.Headers.TryAddWithoutValidation(HeaderNames.Accept, "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5");
        using var answer = await server.Http.SendAsync(open);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/openmetrics-text");
        (await answer.Content.ReadAsStringAsync()).ShouldEndWith("# EOF\n");
    }

    [Fact]
    public async Task Anyone_may_read_it_where_the_operator_says_so()
    {
        await using var server = await Server.StartAsync(("Telemetry:Metrics:AllowAnyone", "true"));
        (await GetAsync(server, ("X-Forwarded-For", "203.0.113.9"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(HttpStatusCode Status, string Page)> GetAsync(Server server, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
