using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Parley.Admin.Api.Tests;

public sealed partial class OpenApiTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task The_description_lists_every_endpoint_with_its_security_and_answers()
    {
        using var client = fixture.Host.Client();
        var document = await client.GetJsonAsync("/api/openapi.json");
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name}")).ToList();
        var mapped = fixture.Host.Endpoints
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal) && !e.RoutePattern.RawText.EndsWith(".json", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(m => $"{m} {Constraint().Replace(e.RoutePattern.RawText!, "}").TrimEnd('/')}"))
            .ToList();
        described.ShouldBe(mapped, ignoreOrder: true);

        var bearer = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        bearer.GetProperty("type").GetString().ShouldBe("http");
        bearer.GetProperty("scheme").GetString().ShouldBe("bearer");
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value))
        {
            operation.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue(operation.ToString());
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            operation.GetProperty("responses").TryGetProperty("401", out _).ShouldBeTrue();
        }

        var list = document.GetProperty("paths").GetProperty("/api/calls").GetProperty("get");
        var limit = list.GetProperty("parameters").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "limit");
        limit.GetProperty("schema").GetProperty("maximum").GetInt32().ShouldBe(200);
        list.ToString().ShouldNotContain("\"name\":\"Limit\"");
        document.GetProperty("paths").GetProperty("/api/calls/{id}/events").GetProperty("get").GetProperty("responses").GetProperty("200")
            .GetProperty("content").TryGetProperty("text/event-stream", out _).ShouldBeTrue();
        document.ToString().ShouldContain("callerHungUp");
    }

    [Fact]
    public async Task The_description_tells_who_may_not_what_may_be_asked_for_and_what_may_be_missing()
    {
        using var client = fixture.Host.Client();
        var document = await client.GetJsonAsync("/api/openapi.json");
        var paths = document.GetProperty("paths");

        foreach (var (path, method) in new[] { ("/api/features", "put"), ("/api/plans", "get"), ("/api/plans/{name}", "put"), ("/api/plans/{name}", "delete"), ("/api/tenants/{tenant}/features", "put"), ("/api/keys", "post") })
            paths.GetProperty(path).GetProperty(method).GetProperty("responses").TryGetProperty("403", out _).ShouldBeTrue($"{method} {path}");
        paths.GetProperty("/api/plans/{name}").GetProperty("delete").GetProperty("responses").EnumerateObject().Select(static r => r.Name).ShouldBe(["204", "401", "403", "404", "409", "429", "503"], ignoreOrder: true);
        paths.GetProperty("/api/tenants/{tenant}/features").GetProperty("get").GetProperty("responses").TryGetProperty("403", out _).ShouldBeFalse();

        Choices("/api/escalations", "reason").ShouldBe(["askedFor", "lowConfidence", "anger", "repeatedMisunderstanding", "toolFailure", "agentFailed", "negative"]);
        Choices("/api/leads", "status").ShouldContain("moved");
        Choices("/api/bookings", "status").ShouldContain("held");
        Choices("/api/messages", "status").ShouldContain("undelivered");

        var escalation = document.GetProperty("components").GetProperty("schemas").GetProperty("EscalationView").GetProperty("properties");
        escalation.GetProperty("tenant").GetProperty("type").GetString().ShouldBe("string");
        escalation.GetProperty("handledAt").GetProperty("type").EnumerateArray().Select(t => t.GetString()).ShouldContain("null");

        IEnumerable<string?> Choices(string path, string name) => paths.GetProperty(path).GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == name).GetProperty("schema").GetProperty("enum").EnumerateArray().Select(e => e.GetString());
    }

    [Fact]
    public async Task What_is_outside_the_api_is_left_alone()
    {
        await using var host = await AdminHost.StartAsync(fixture.Database, fixture.Signals, app => app.MapGet("/page", () => "outside"));
        using var client = host.Client();
        using var response = await client.GetAsync("/page");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.Contains("X-Content-Type-Options").ShouldBeFalse();
        using var missing = await client.GetAsync("/missing");
        (await missing.Content.ReadAsStringAsync()).ShouldBeEmpty();
        using var other = await client.GetAsync("/api/calls");
        other.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();
}
