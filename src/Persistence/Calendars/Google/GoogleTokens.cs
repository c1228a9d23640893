using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Conversation.Net;

namespace Parley.Persistence.Calendars.Google;

/// <summary>Access tokens, had by the tenants' refresh tokens and kept until they are about to expire.</summary>
internal sealed class GoogleTokens(GoogleCalendarOptions options, OutgoingHttp http, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    // One at a time: there are few, and of several that need the same the first has it for all.
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>A token of a tenant.</summary>
    /// <param name="tenant">Its slug.</param>
    /// <param name="refused">One that Google does not take any more.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="CalendarFailure">There is none.</exception>
    public async Task<string> GetAsync(string tenant, string? refused, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (known.TryGetValue(tenant, out var have) && have.Token != refused && have.Until > time.GetUtcNow())
                return have.Token;
            var (token, lifetime) = await RefreshAsync(tenant, cancellationToken);
            known[tenant] = (token, time.GetUtcNow() + lifetime - Early);
            return token;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<(string Token, TimeSpan Lifetime)> RefreshAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!options.RefreshTokens.TryGetValue(tenant, out var refreshToken))
            throw new CalendarFailure($"No Google account is configured for '{tenant}' ({GoogleCalendarOptions.Section}:RefreshTokens:{tenant}).", mayPass: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.TokenUrl)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = options.ClientId, ["client_secret"] = options.ClientSecret, ["refresh_token"] = refreshToken, ["grant_type"] = "refresh_token",
            }),
        };
        var answer = await GoogleHttp.SendAsync(http, request, time, cancellationToken);
        if (answer.IsSuccess && GoogleAnswer.Text(answer.Body, "access_token") is { } token
            && answer.Body.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number)
        {
            return (token, TimeSpan.FromSeconds(seconds.GetDouble()));
        }

        throw GoogleAnswer.Text(answer.Body, "error") switch
        {
            // RFC 6749, 5.2: expired, revoked, or another client's.
            "invalid_grant" => new CalendarFailure($"Google does not take the refresh token of '{tenant}' any more: the calendar has to be connected again.", mayPass: false),
            "invalid_client" or "unauthorized_client" => new CalendarFailure("Google does not take the OAuth client's id and secret.", mayPass: false),
            _ => new CalendarFailure($"Google gives no access token: HTTP {(int)answer.Status}.", retryAfter: answer.RetryAfter),
        };
    }
}
