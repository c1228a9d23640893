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
