using System.Net;
using Parley.Conversation.Net;

namespace Parley.Persistence.Jobs;

/// <summary>Posts JSON to an address that a tenant gave.</summary>
internal static class WebhookPost
{
    /// <summary>How long the other side may take to answer; Retell's default (docs, "Webhook overview").</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Posts once; any 2xx is success. <paramref name="isFinal"/> tells which other answers will not change.</summary>
    public static async Task<JobOutcome> SendAsync(
        OutgoingHttp http, HttpRequestMessage request, Func<HttpStatusCode, bool> isFinal, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            if (response.IsSuccessStatusCode)
                return JobOutcome.Success;
            var error = $"HTTP {(int)response.StatusCode}";
            return isFinal(response.StatusCode) ? JobOutcome.Failure(error) : JobOutcome.Again(error, RetryAfter(response, time));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return JobOutcome.Again($"No answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (AddressRefusedException e)
        {
            return JobOutcome.Failure(e.Message);
        }
        catch (HttpRequestException e)
        {
            // Not the message: it may hold the address, which for some receivers is the secret.
            return JobOutcome.Again($"No connection: {e.HttpRequestError}.");
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var given = response.Headers.RetryAfter;
        var wait = given?.Delta ?? given?.Date - time.GetUtcNow();
        // An hour is long enough for whatever they are repairing.
        return wait is { } asked ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 0, 3600)) : null;
    }
}
