namespace Parley.Conversation.Providers.Azure;

/// <summary>What a request shows to be let in: the key itself, or a token made of it.</summary>
/// <param name="options">Key and endpoint.</param>
/// <param name="http">Used for tokens only.</param>
/// <param name="clock">The clock that tokens age by.</param>
internal sealed class AzureSpeechCredential(AzureSpeechOptions options, HttpClient http, TimeProvider clock) : IDisposable
{
    public const string KeyHeader = "Ocp-Apim-Subscription-Key";

    // Valid for 10 minutes; renewed after 9.
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(9);

    private readonly SemaphoreSlim renewing = new(1, 1);
    private readonly Uri issuer = AzureSpeechEndpoints.Of(options).Token;
    private string? token;
    private DateTimeOffset renewAt;

    public bool UsesToken => options.UseToken;

    /// <summary>Name and value of the header to send.</summary>
    public async ValueTask<(string Name, string Value)> HeaderAsync(CancellationToken cancellationToken)
    {
        if (!options.UseToken)
            return (KeyHeader, options.Key!);

        await renewing.WaitAsync(cancellationToken);
        try
        {
            if (token is null || clock.GetUtcNow() >= renewAt)
            {
                token = await IssueAsync(cancellationToken);
                renewAt = clock.GetUtcNow() + TokenLife;
            }

            return ("Authorization", "Bearer " + token);
        }
        finally
        {
            renewing.Release();
        }
    }

    /// <summary>The token was refused: the next request fetches a new one.</summary>
    public void Invalidate() => token = null;

    public void Dispose() => renewing.Dispose();

    private async Task<string> IssueAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, issuer) { Content = new ByteArrayContent([]) };
        request.Headers.Add(KeyHeader, options.Key!);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw await AzureSpeechErrors.FromResponseAsync(response, usesToken: false, clock.GetUtcNow(), cancellationToken);

            var issued = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return issued.Length > 0 && issued.All(c => c is > ' ' and < '\x7F')
                ? issued
                : throw AzureSpeechErrors.Make(ProviderErrorKind.MalformedAnswer, "the token that was issued is not one");
        }
        catch (HttpRequestException e)
        {
            throw AzureSpeechErrors.FromException(e);
        }
    }
}
