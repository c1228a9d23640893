using System.Text.Json;

namespace Parley.Admin.Api.Tests;

/// <summary>What owners see of the providers: what a call used and cost, and what a tenant chose.</summary>
public sealed class ProviderTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    private const string Recognised = """{"capability":"recognise","provider":"deepgram","model":"nova-3","unit":"audio_ms","amount":42000}""";
    private const string Spoken = """{"capability":"speak","provider":"elevenlabs","model":"","unit":"characters","amount":310}""";

    [Fact]
    public async Task A_calls_use_is_summed_over_its_streams_and_priced()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        await tenant.BillAsync(call, $$"""{"MZ1":[{{Recognised}},{{Spoken}}],"MZ2":[{{Recognised}}]}""", 0.012345m);
        using var client = tenant.Client();
        var shown = await client.GetJsonAsync($"/api/calls/{call.Id}");

        shown.GetProperty("usage").EnumerateArray().Select(Line).ShouldBe(
            ["recognise deepgram nova-3 audioMs 84000", "speak elevenlabs  characters 310"]);
        shown.GetProperty("cost").GetDecimal().ShouldBe(0.012345m);
        shown.GetProperty("currency").GetString().ShouldBe("EUR");
    }

    [Fact]
    public async Task Without_a_price_the_use_is_shown_and_without_use_nothing_is()
    {
        var tenant = await fixture.NewTenantAsync();
        var (unpriced, unused) = (await tenant.CallAsync(), await tenant.CallAsync());
        await tenant.BillAsync(unpriced, $$"""{"MZ1":[{{Spoken}}]}""", cost: null);
        using var client = tenant.Client();

        var shown = await client.GetJsonAsync($"/api/calls/{unpriced.Id}");
        shown.GetProperty("usage").GetArrayLength().ShouldBe(1);
        shown.GetProperty("cost").ValueKind.ShouldBe(JsonValueKind.Null);
        shown = await client.GetJsonAsync($"/api/calls/{unused.Id}");
        shown.GetProperty("usage").GetArrayLength().ShouldBe(0);
        shown.GetProperty("cost").ValueKind.ShouldBe(JsonValueKind.Null);
        shown.GetProperty("currency").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_tenant_shows_the_providers_it_chose()
    {
        var tenant = await fixture.NewTenantAsync();
        using var client = tenant.Client();
        (await client.GetJsonAsync("/api/tenants/" + tenant.Slug)).GetProperty("providers").ValueKind.ShouldBe(JsonValueKind.Null);

        await tenant.ChooseAsync("""{"think":["openai","rules"],"models":{"openai":"gpt-4o"},"voices":{"elevenlabs":"Rachel"},"temperature":0.4}""");
        var providers = (await client.GetJsonAsync("/api/tenants/" + tenant.Slug)).GetProperty("providers");

        providers.GetProperty("think").EnumerateArray().Select(name => name.GetString()).ShouldBe(["openai", "rules"]);
        providers.GetProperty("recognise").ValueKind.ShouldBe(JsonValueKind.Null);
        providers.GetProperty("models").GetProperty("openai").GetString().ShouldBe("gpt-4o");
        providers.GetProperty("voices").GetProperty("elevenlabs").GetString().ShouldBe("Rachel");
        providers.GetProperty("temperature").GetDouble().ShouldBe(0.4);
    }

    private static string Line(JsonElement usage) => string.Join(
        ' ', new[] { "capability", "provider", "model", "unit", "amount" }.Select(name => usage.GetProperty(name).ToString()));
}
