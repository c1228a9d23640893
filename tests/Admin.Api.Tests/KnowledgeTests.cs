using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parley.Admin.Api.Tests;

public sealed class KnowledgeTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task A_document_is_given_listed_asked_replaced_and_taken_away()
    {
        var tenant = await fixture.NewTenantAsync();
        using var client = tenant.Client();
        var path = $"/api/tenants/{tenant.Slug}/knowledge";

        var first = await PutAsync(client, path + "/House%20rules.md", "# Dogs\n\nDogs are welcome outside.", "text/markdown");
        first.GetProperty("name").GetString().ShouldBe("House rules.md");
        first.GetProperty("format").GetString().ShouldBe("markdown");
        first.GetProperty("version").GetInt32().ShouldBe(1);
        first.GetProperty("changed").GetBoolean().ShouldBeTrue();
        (await PutAsync(client, path + "/House%20rules.md", "# Dogs\n\nDogs are welcome outside.", "text/markdown")).GetProperty("changed").GetBoolean().ShouldBeFalse();

        var found = await client.GetJsonAsync(path + "/search?text=can+I+bring+my+dog&limit=1");
        found.GetProperty("confidence").GetDouble().ShouldBeGreaterThan(0.5);
        found.GetProperty("passages").EnumerateArray().Single().GetProperty("text").GetString().ShouldBe("# Dogs\nDogs are welcome outside.");
        (await client.GetJsonAsync(path)).GetProperty("items").GetArrayLength().ShouldBe(1);

        using var deleted = await client.DeleteAsync(path + "/House%20rules.md");
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await client.DeleteAsync(path + "/House%20rules.md");
        await again.ProblemAsync(HttpStatusCode.NotFound);
        (await client.GetJsonAsync(path)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_catalogue_is_imported_asked_and_exported_the_same()
    {
        var tenant = await fixture.NewTenantAsync();
        using var client = tenant.Client();
        var path = $"/api/tenants/{tenant.Id}/catalogue";
        const string Csv = "product,variant,size,price,currency,stock,low_stock\nAir Jordan 4,Bred,10.5,215.00,USD,1,\n";

        (await PutAsync(client, path, Csv, "text/csv")).GetProperty("items").GetInt32().ShouldBe(1);
        (await PutAsync(client, path, Csv, "text/csv")).GetProperty("changed").GetBoolean().ShouldBeFalse();

        var item = (await client.GetJsonAsync(path + "/search?text=the+jordan+four+in+ten+and+a+half")).GetProperty("items").EnumerateArray().Single();
        item.GetProperty("price").GetDecimal().ShouldBe(215);
        item.GetProperty("lowStock").GetBoolean().ShouldBeTrue();
        item.GetProperty("exact").GetBoolean().ShouldBeTrue();
        using var exported = await client.GetAsync(path);
        exported.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await exported.Content.ReadAsStringAsync()).ShouldBe(Csv);
    }

    [Fact]
    public async Task Nobody_but_the_operator_reaches_another_tenants_knowledge()
    {
        var owner = await fixture.NewTenantAsync();
        var other = await fixture.NewTenantAsync();
        using var own = owner.Client();
        await PutAsync(own, $"/api/tenants/{owner.Slug}/knowledge/secret.txt", "The safe is behind the oven.", "text/plain");
        await PutAsync(own, $"/api/tenants/{owner.Slug}/catalogue", "product\nOven\n", "text/csv");
        using var client = other.Client();

        foreach (var path in (string[])["knowledge", "knowledge/search?text=safe", "catalogue", "catalogue/search?text=oven"])
        {
            (await client.StatusAsync($"/api/tenants/{owner.Slug}/{path}")).ShouldBe(HttpStatusCode.NotFound, path);
            (await client.StatusAsync($"/api/tenants/{owner.Id}/{path}")).ShouldBe(HttpStatusCode.NotFound, path);
            (await fixture.Operator.StatusAsync($"/api/tenants/{owner.Id}/{path}")).ShouldBe(HttpStatusCode.OK, path);
        }

        using var content = Text("Mine.", "text/plain");
        using var put = await client.PutAsync($"/api/tenants/{owner.Slug}/knowledge/secret.txt", content);
        await put.ProblemAsync(HttpStatusCode.NotFound);
        using var deleted = await client.DeleteAsync($"/api/tenants/{owner.Slug}/knowledge/secret.txt");
        await deleted.ProblemAsync(HttpStatusCode.NotFound);
        (await client.GetJsonAsync($"/api/tenants/{other.Slug}/knowledge/search?text=where+is+the+safe+oven")).ToString().ShouldNotContain("behind");
        (await own.GetJsonAsync($"/api/tenants/{owner.Slug}/knowledge")).GetProperty("items")[0].GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task No_way_of_writing_a_path_leads_to_another_tenants_knowledge()
    {
        var owner = await fixture.NewTenantAsync();
        var other = await fixture.NewTenantAsync();
        using var own = owner.Client();
        await PutAsync(own, $"/api/tenants/{owner.Slug}/knowledge/secret.txt", "The safe is behind the oven.", "text/plain");
        using var client = other.Client();

        string[] names = [$"..%2f..%2f{owner.Slug}%2fknowledge%2fsecret.txt", "%2e%2e%2fsecret.txt", $"{owner.Id}:secret.txt", "..%5csecret.txt", "%00", "secret.txt%00", "';drop table tenants;--"];
        foreach (var name in names)
        {
            using var content = Text("Mine.", "text/plain");
            using var put = await client.PutAsync($"/api/tenants/{other.Slug}/knowledge/{name}", content);
            ((int)put.StatusCode).ShouldBeInRange(200, 499, name);
            using var delete = await client.DeleteAsync($"/api/tenants/{other.Slug}/knowledge/{name}");
            ((int)delete.StatusCode).ShouldBeInRange(200, 499, name);
        }

        foreach (var slug in (string[])[owner.Slug.ToUpperInvariant(), $"{owner.Slug}%00", $"%20{owner.Slug}", $"{other.Slug}%2f..%2f{owner.Slug}", $"{other.Slug},{owner.Slug}", $"{owner.Id:B}", "%25", "*"])
        {
            var status = (int)await client.StatusAsync($"/api/tenants/{slug}/knowledge/search?text=safe");
            status.ShouldBeInRange(400, 499, slug);
        }

        (await client.GetJsonAsync($"/api/tenants/{other.Slug}/knowledge/search?text=where+is+the+safe&tenant={owner.Slug}&tenantId={owner.Id}")).ToString().ShouldNotContain("behind");
        (await own.GetJsonAsync($"/api/tenants/{owner.Slug}/knowledge/search?text=where+is+the+safe")).ToString().ShouldContain("behind");
    }

    [Theory]
    [InlineData("knowledge/a.txt", "", "text/plain", "content")]
    [InlineData("knowledge/a.txt", "text", "application/json", "Content-Type")]
    [InlineData("knowledge/a.csv", "a,b\n1,2,3", "text/csv", "content")]
    [InlineData("knowledge/a%5Cb", "text", "text/plain", "content")]
    [InlineData("catalogue", "product,price\nCup,abc\n", "text/csv", "content")]
    [InlineData("catalogue", "product\nCup\n", "text/plain", "Content-Type")]
    public async Task What_cannot_be_taken_is_a_problem(string path, string body, string type, string field)
    {
        var tenant = await fixture.NewTenantAsync();
        using var content = Text(body, type);
        using var response = await fixture.Operator.PutAsync($"/api/tenants/{tenant.Slug}/{path}", content);

        (await response.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(field);
    }

    [Theory]
    [InlineData("knowledge/search", "text")]
    [InlineData("knowledge/search?text=", "text")]
    [InlineData("knowledge/search?text=a&limit=0", "limit")]
    [InlineData("catalogue/search?text=a&limit=many", "limit")]
    public async Task A_bad_query_is_named(string query, string field)
    {
        var tenant = await fixture.NewTenantAsync();
        using var response = await fixture.Operator.GetAsync($"/api/tenants/{tenant.Slug}/{query}");

        (await response.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(field);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_too_many_of_them_are_problems()
    {
        var tenant = await fixture.NewTenantAsync();
        using var bytes = new ByteArrayContent([0xff, 0xfe, 0x80]);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var invalid = await fixture.Operator.PutAsync($"/api/tenants/{tenant.Slug}/knowledge/a.txt", bytes);
        await invalid.ProblemAsync(HttpStatusCode.BadRequest);
        using var older = new ByteArrayContent([0xd1, 0xee, 0xe1, 0xe0, 0xea, 0xe8]);
        older.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var cyrillic = await fixture.Operator.PutAsync($"/api/tenants/{tenant.Slug}/catalogue", older);
        (await cyrillic.ProblemAsync(HttpStatusCode.BadRequest)).ToString().ShouldContain("UTF-8");
        using var large = new HttpRequestMessage(HttpMethod.Put, $"/api/tenants/{tenant.Slug}/knowledge/a.txt")
        {
            Content = Text(new string('x', 1_100_000), "text/plain"),
            // The refusal comes before the body, which would otherwise be cut off in the middle.
            Headers = { ExpectContinue = true },
        };
        using var refused = await fixture.Operator.SendAsync(large);
        await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using var fits = Text(string.Join("\n\n", Enumerable.Repeat(new string('x', 590), 400)), "text/plain");
        using var taken = await fixture.Operator.PutAsync($"/api/tenants/{tenant.Slug}/knowledge/a.txt", fits);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK, "more than the other bodies of the API may have");
    }

    private static StringContent Text(string text, string type) => new(text, Encoding.UTF8, type);

    private static async Task<JsonElement> PutAsync(HttpClient client, string path, string text, string type)
    {
        using var content = Text(text, type);
        using var response = await client.PutAsync(path, content);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }
}
