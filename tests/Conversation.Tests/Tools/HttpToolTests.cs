using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Net;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Http;

namespace Parley.Conversation.Tests.Tools;

public sealed class HttpToolTests : IDisposable
{
    private readonly HttpListener server = new();
    private readonly OutgoingHttp http = new(new OutgoingOptions { PrivateNetworks = ["127.0.0.0/8"] });
    private readonly ToolOptions options = new() { MostHttpResponseBytes = 1000 };
    private readonly Desk desk = new();
    private readonly Uri address;

    public HttpToolTests()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/orders?v=1");
        }

        server.Prefixes.Add($"http://127.0.0.1:{address.Port}/");
        server.Start();
    }

    [Fact]
    public async Task A_request_carries_arguments_idempotency_key_and_a_signature_that_can_be_checked()
    {
        var running = Run(Settings() with { Secret = "sixteen-characters" }, http);
        var (request, body) = await AnswerAsync(200, """{"state":"shipped"}""");
        var result = await running;

        result.Failed.ShouldBeFalse();
        ((string?)result.Data!["state"]).ShouldBe("shipped");
        request.HttpMethod.ShouldBe("POST");
        request.Headers["Idempotency-Key"].ShouldBe("the-key");
        var sent = JsonNode.Parse(body)!;
        ((string?)sent["arguments"]!["number"]).ShouldBe("A 1");
        ((string?)sent["caller_number"]).ShouldBe("+12125550123");
        request.Headers["X-Parley-Signature"].ShouldBe(HttpTool.Sign("sixteen-characters", desk.Clock.GetUtcNow(), "POST", address, body));
        HttpTool.Sign("another-secret-here", desk.Clock.GetUtcNow(), "POST", address, body).ShouldNotBe(request.Headers["X-Parley-Signature"]);
    }

    // As anybody computes them: printf '%s' '0.POST./x.{}' | openssl dgst -sha256 -hmac sixteen-characters
    [Theory]
    [InlineData("sixteen-characters", 0, "POST", "https://a.example/x", "{}", "5c4c5713713832dd3c23549447ff60163cfa77827d1015bbc961d1b008790a73")]
    [InlineData("at-least-16-characters", 1_780_000_000, "POST", "https://api.example.com/v1/orders?kind=all", """{"tool":"order_status","number":"A 1"}""",
        "d7330c49b5c7c978160406035b6ae3599050304586423dcdff4e9a45b1f49ca0")]
    [InlineData("at-least-16-characters", 1_780_000_000, "GET", "https://api.example.com/orders?v=1&number=A%201", "",
        "7a2eea73f0af24f9bf5a05413ba518d1d7a18e81fe2352ba22e100b7efcca7d0")]
    public void The_signature_is_what_others_compute(string secret, long at, string method, string url, string body, string expected) =>
        HttpTool.Sign(secret, DateTimeOffset.FromUnixTimeSeconds(at), method, new Uri(url), body).ShouldBe($"t={at},v1={expected}");

    [Fact]
    public async Task The_arguments_of_a_get_are_in_its_query()
    {
        var running = Run(Settings() with { Method = "GET", ReadsOnly = true }, http);
        var (request, _) = await AnswerAsync(200, "On its way.");

        request.Url!.Query.ShouldBe("?v=1&number=A%201");
        (await running).Text.ShouldBe("On its way.");
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task A_refusal_or_a_redirect_means_that_it_was_not_done(int status)
    {
        var running = Run(Settings(), http);
        await AnswerAsync(status, "", "http://169.254.169.254/latest/meta-data");

        var result = await running;
        Desk.Error(result).ShouldBe("not_possible");
        result.Text.ShouldContain("not done");
    }

    [Fact]
    public async Task A_server_error_is_a_failure_that_leaves_it_open_whether_it_was_done()
    {
        var running = Run(Settings(), http);
        await AnswerAsync(503, "");

        await Should.ThrowAsync<HttpRequestException>(() => running);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_has_done_nothing()
    {
        server.Stop();

        var result = await Run(Settings(), http);

        Desk.Error(result).ShouldBe("failed");
        result.IsInDoubt.ShouldBeFalse();
        result.Text.ShouldContain("not done");
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_request_leaves_it_open_whether_it_was_done()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var running = Run(Settings() with { Url = $"http://{listener.LocalEndpoint}/" }, http);
        using (var client = await listener.AcceptTcpClientAsync())
        {
            await client.GetStream().ReadAtLeastAsync(new byte[64], 64);
            client.Client.Close(0);
        }

        await Should.ThrowAsync<HttpRequestException>(() => running);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_not_read()
    {
        var running = Run(Settings(), http);
        await AnswerAsync(200, new string('x', 5000));

        (await running).Text.ShouldContain("too long");
    }

    [Theory]
    [InlineData("""{"state":"shipped","state":"lost"}""")]
    [InlineData("""{"state":"\ud800"}""")]
    [InlineData("""{"\udc00":{"a":1}}""")]
    [InlineData("""{"a":[[[[[[[[[1]]]]]]]]]}""")]
    [InlineData("""{"a":""")]
    [InlineData("[1,2]")]
    public async Task An_answer_that_is_no_sound_object_is_a_text(string body)
    {
        var running = Run(Settings(), http);
        await AnswerAsync(200, body);

        var result = await running;
        (result.Failed, result.Text).ShouldBe((false, body));
        result.Data.ShouldBeNull();
        ToolResult.FromJson(result.ToJson()).Text.ShouldBe(body);
    }

    [Fact]
    public async Task An_answer_that_comes_in_drips_is_given_up_after_its_time()
    {
        var running = Run(Settings() with { TimeoutMs = 3000 }, http);
        var context = await server.GetContextAsync();
        context.Response.SendChunked = true;
        await context.Response.OutputStream.WriteAsync("{"u8.ToArray());
        await context.Response.OutputStream.FlushAsync();
        desk.Pass(3000);

        await Should.ThrowAsync<TimeoutException>(() => running);
        context.Response.Abort();
    }

    [Fact]
    public async Task An_answer_without_an_end_is_read_up_to_the_limit()
    {
        var running = Run(Settings(), http);
        var context = await server.GetContextAsync();
        context.Response.SendChunked = true;
        var endless = Task.Run(async () =>
        {
            try
            {
                while (!running.IsCompleted)
                    await context.Response.OutputStream.WriteAsync(new byte[400]);
            }
            catch (HttpListenerException)
            {
                // The other side has hung up.
            }
        });

        (await running).Text.ShouldContain("too long");
        context.Response.Abort();
        await endless;
    }

    [Fact]
    public async Task A_compressed_answer_is_not_blown_up()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[500_000]);
        compressed.Length.ShouldBeLessThan(options.MostHttpResponseBytes);
        var running = Run(Settings(), http);
        var context = await server.GetContextAsync();
        context.Request.Headers["Accept-Encoding"].ShouldBeNull();
        context.Response.Headers["Content-Encoding"] = "gzip";
        await context.Response.OutputStream.WriteAsync(compressed.ToArray());
        context.Response.Close();

        (await running).Text.Length.ShouldBeLessThan(options.MostHttpResponseBytes);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_given_up_after_its_time()
    {
        var running = Run(Settings() with { TimeoutMs = 3000 }, http);
        var context = await server.GetContextAsync();
        desk.Pass(3000);

        await Should.ThrowAsync<TimeoutException>(() => running);
        context.Response.Abort();
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://0177.0.0.1/")]
    public async Task Private_addresses_are_refused_where_no_network_is_allowed(string url)
    {
        using var strict = new OutgoingHttp(new OutgoingOptions { AllowPlainHttp = true });

        Desk.Error(await Run(Settings() with { Url = url }, strict)).ShouldBe("not_possible");
    }

    [Fact]
    public async Task Only_hosts_of_the_installations_list_are_asked()
    {
        options.HttpHosts = ["api.example.com"];

        Desk.Error(await Run(Settings(), http)).ShouldBe("not_possible");
    }

    [Fact]
    public void A_tenants_own_tool_is_offered_and_cannot_take_the_name_of_ours()
    {
        var tenant = desk.Tenant with { Tools = [Settings(), Settings() with { Name = "end_call" }] };
        var tools = new ToolBox(
            [new EndCallTool()], desk.Ledger, options, desk.Clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, null, http)
            .Open(desk.Call with { Tenant = tenant }, null);

        tools.Offered.Select(tool => tool.Name).ShouldBe(["end_call", "order_status"]);
        tools.Offered[0].Description.ShouldContain("Hang up");
        Settings().ToString().ShouldNotContain("example");
        (Settings() with { Secret = "sixteen-characters" }).ToString().ShouldNotContain("sixteen");
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","enum":["x"],"maxLength":5,"description":"A."},"b":{"type":"array","items":{"type":"number","minimum":1}}},"required":["a"],"additionalProperties":false}""", null)]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"]}}}""", "'type'")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"text"}}}""", "'type'")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"^A"}}}""", "'pattern', which is not understood")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","minLength":2}}}}""", "'minLength'")]
    [InlineData("""{"type":"object","properties":{"a":"string"}}""", "'properties'")]
    [InlineData("""{"type":"object","required":"a"}""", "'required'")]
    [InlineData("""{"type":"object","required":[1]}""", "'required'")]
    [InlineData("""{"type":"object","properties":{"a":{"maximum":"many"}}}""", "'maximum'")]
    [InlineData("""{"anyOf":[]}""", "'anyOf'")]
    public void A_schema_of_which_something_would_not_be_checked_is_refused(string schema, string? objection)
    {
        var found = HttpToolSettings.SchemaObjection(JsonNode.Parse(schema)!.AsObject());
        if (objection is null)
            found.ShouldBeNull();
        else
            found.ShouldNotBeNull().ShouldContain(objection);
    }

    public void Dispose()
    {
        server.Close();
        http.Dispose();
    }

    private HttpToolSettings Settings() => new()
    {
        Name = "order_status",
        Description = "The state of an order.",
        Url = address.ToString(),
        ParametersJson = """{"type":"object","properties":{"number":{"type":"string"}},"required":["number"]}""",
    };

    private Task<ToolResult> Run(HttpToolSettings settings, OutgoingHttp client) => new HttpTool(settings, client, options, desk.Clock).RunAsync(
        new ToolInvocation(desk.Call, 1, settings.Name, new JsonObject { ["number"] = "A 1" }, CallFacts.None, desk.Clock.GetUtcNow(), "the-key"),
        CancellationToken.None);

    private async Task<(HttpListenerRequest Request, string Body)> AnswerAsync(int status, string body, string? location = null)
    {
        var context = await server.GetContextAsync();
        using var reader = new StreamReader(context.Request.InputStream);
        var sent = await reader.ReadToEndAsync();
        context.Response.StatusCode = status;
        if (location is not null)
            context.Response.Headers["Location"] = location;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
        return (context.Request, sent);
    }
}
