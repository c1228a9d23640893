using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Parley.Calling;

namespace Parley.EndToEnd.Tests;

/// <summary>The owners' API of a server, wherever that runs.</summary>
internal sealed class OwnersApi(Uri address, string key, HttpClient http)
{
    /// <summary>The call; null when it is not known.</summary>
    public Task<CallResult?> FindAsync(string callSid) => new HttpCallResultSource(address, key, http).FindAsync(callSid, default);

    public async Task<JsonElement> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return body.RootElement.Clone();
    }

    /// <summary>Everything of a list whose <paramref name="property"/> has this value.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, string property, string value)
    {
        var page = await GetAsync(path + "?limit=200");
        return [.. page.GetProperty("items").EnumerateArray().Where(item => item.GetProperty(property).GetString() == value)];
    }
}
