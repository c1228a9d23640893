using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tools;
using Parley.Persistence.Tenants;
using Parley.Persistence.Tools;

namespace Parley.Persistence.Tests.Tools;

/// <summary>The whole way of a tenant's own tool: its file, the database, a call, the tenant's server.</summary>
public sealed class TenantToolTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Secret = "at-least-16-characters";

    private TestWorld world = null!;
    private WebhookReceiver server = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        server = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_tool_of_a_tenants_file_is_offered_and_asks_the_tenants_server_with_a_signature_once()
    {
        HeaderDictionary headers = null!;
        server.Answer = async context =>
        {
            headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
            await context.Response.WriteAsJsonAsync(new { state = "shipped", arrives = "Tuesday" });
        };
        var file = Path.Combine(world.Options.DataDirectory, "shop.yaml");
        Directory.CreateDirectory(world.Options.DataDirectory);
        await File.WriteAllTextAsync(file, $$"""
            slug: shop
            name: Shop
            kind: shop
            time_zone: America/New_York
            greeting: Hello.
            numbers: ["+12125550101"]
            tools:
              - name: change_address
                description: Change where an order goes.
                url: {{server.Address}}/orders?kind=all
                secret: {{Secret}}
                timeout_ms: 3000
                parameters:
                  type: object
                  required: [number, city]
                  properties:
                    number: {type: string, maxLength: 20}
                    city: {type: string}
            """);
        await world.Importer.ImportAsync(TenantFile.Parse(await File.ReadAllTextAsync(file), file), default);
        await using var connection = await world.Database.OpenAsync(default);
        var tenant = (await TenantRows.LoadAsync(connection, "where t.slug = @Slug", new { Slug = "shop" }, default, vault: world.Vault)).ShouldHaveSingleItem();
        var started = await world.StartCallAsync(tenant, "CA1");
        var call = new CallContext(started.CallId, "CA1", tenant, "+12125550199", started.CalledNumber, CallDirection.Inbound);
        var tools = new ToolBox(
            [], new ToolLedger(world.Database, world.Clock), new ToolOptions(), world.Clock, NullLoggerFactory.Instance, http: world.Outgoing).Open(call, null);

        var offered = tools.Offered.ShouldHaveSingleItem();
        (offered.Name, offered.Description).ShouldBe(("change_address", "Change where an order goes."));
        offered.Parameters["required"]!.AsArray().Select(static one => (string)one!).ShouldBe(["number", "city"]);

        var request = new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid("x"), Now = world.Clock.Now, Turn = 1, Answer = 1, Tools = tools,
        };
        (await tools.RunAsync("change_address", new JsonObject { ["number"] = "A 1" }, request, CallFacts.None, default)).Failed.ShouldBeTrue("city is missing");
        var result = await tools.RunAsync("change_address", new JsonObject { ["city"] = "Málaga", ["number"] = "A 1" }, request, CallFacts.None, default);
        await tools.RunAsync("change_address", new JsonObject { ["number"] = "A 1", ["city"] = "Málaga" }, request with { Answer = 2 }, CallFacts.None, default);

        result.Failed.ShouldBeFalse(result.Text);
        ((string?)result.Data!["arrives"]).ShouldBe("Tuesday");
        var post = server.Posts.ShouldHaveSingleItem();
        post.Path.ShouldBe("/hook/orders");
        post.ContentType.ShouldStartWith("application/json");
        var sent = JsonNode.Parse(post.Body)!;
        ((string?)sent["tool"], (string?)sent["tenant"], (string?)sent["call_id"], (string?)sent["caller_number"]).ShouldBe(
            ("change_address", "shop", call.CallId.ToString(), "+12125550199"));
        ((string?)sent["arguments"]!["city"], (string?)sent["arguments"]!["number"]).ShouldBe(("Málaga", "A 1"));
        headers["Idempotency-Key"].ToString().ShouldStartWith(call.CallId.ToString("N"));

        // As the tenant's server checks it, from the bytes that came.
        var at = world.Clock.Now.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{at}.POST.{server.Address.AbsolutePath}/orders?kind=all."), .. post.Body];
        headers["X-Parley-Signature"].ToString().ShouldBe($"t={at},v1={Hmac(Encoding.ASCII.GetBytes(Secret), signed)}");
    }

    [Fact]
    public void A_file_with_a_schema_that_would_not_be_checked_is_refused_where_it_stands()
    {
        const string File = """
            slug: shop
            name: Shop
            kind: shop
            time_zone: America/New_York
            greeting: Hello.
            tools:
              - name: change_address
                description: Change where an order goes.
                url: https://shop.example/orders
                parameters:
                  type: object
                  properties:
                    number: {type: string, pattern: "^A"}
            """;

        Should.Throw<TenantFileException>(() => TenantFile.Parse(File, "shop.yaml")).Message.ShouldContain("The schema in 'parameters' has 'pattern', which is not understood.");
    }

    // RFC 2104, by its definition.
    private static string Hmac(byte[] key, byte[] text)
    {
        const int BlockSize = 64;
        var padded = new byte[BlockSize];
        key.CopyTo(padded, 0);
        var inner = SHA256.HashData([.. padded.Select(static b => (byte)(b ^ 0x36)), .. text]);
        return Convert.ToHexStringLower(SHA256.HashData([.. padded.Select(static b => (byte)(b ^ 0x5c)), .. inner]));
    }
}
