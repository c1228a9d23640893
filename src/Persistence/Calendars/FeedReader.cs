using System.Net;
using System.Net.Http.Headers;
using System.Text;
using NodaTime;
using Parley.Conversation.Calendars;
using Parley.Conversation.Net;

namespace Parley.Persistence.Calendars;

/// <summary>Fetches an iCalendar feed from an address that a tenant gave.</summary>
internal sealed class FeedReader(OutgoingHttp http, InstallationKey key, TimeProvider time)
{
    /// <summary>Longest feed, in bytes.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    /// <summary>Time for the whole answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>After this the whole is read anew, changed or not: the times of repeating events are known so far ahead only.</summary>
    private static readonly TimeSpan TrustUnchanged = TimeSpan.FromHours(20);

    /// <summary>Reads a feed; the reading is null when it has not changed.</summary>
    /// <exception cref="CalendarFailure">It could not be read.</exception>
    public async Task<(CalendarReading? Reading, CalendarValidators Validators)> ReadAsync(
        string address, DateTimeZone zone, Interval window, CalendarValidators known, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(address, known);
            using var response = await http.SendAsync(request, either.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && request.Headers.Contains("If-None-Match") | request.Headers.Contains("If-Modified-Since"))
                return (null, known);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new CalendarFailure($"The calendar answers HTTP {(int)response.StatusCode}.");
            var body = await OutgoingHttp.ReadAsync(response, MostBytes, either.Token)
                ?? throw new CalendarFailure($"The calendar is larger than {MostBytes / (1024 * 1024)} MB.");
            var own = await key.IdAsync(cancellationToken);
            var reading = CalendarReader.Read(Encoding.UTF8.GetString(body), zone, window, uid => CalendarUid.IsOwn(uid, own));
            return (reading, new CalendarValidators
            {
                ETag = response.Headers.ETag?.ToString(), LastModified = response.Content.Headers.LastModified, ParsedAt = time.GetUtcNow(),
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CalendarFailure($"The calendar did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (CalendarFormatException e)
        {
            throw new CalendarFailure(e.Message);
        }
        catch (AddressRefusedException e)
        {
            throw new CalendarFailure(e.Message);
        }
        catch (HttpRequestException e)
        {
            throw new CalendarFailure($"There is no connection to the calendar: {e.HttpRequestError}.");
        }
        catch (IOException)
        {
            throw new CalendarFailure("The connection to the calendar broke.");
        }
    }

    private HttpRequestMessage Request(string address, CalendarValidators known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/calendar");
        request.Headers.Accept.ParseAdd("*/*; q=0.5");
        request.Headers.UserAgent.ParseAdd("Parley");
        if (known.ParsedAt is not { } parsed || time.GetUtcNow() - parsed > TrustUnchanged)
            return request;
        if (known.ETag is not null && EntityTagHeaderValue.TryParse(known.ETag, out var tag))
            request.Headers.IfNoneMatch.Add(tag);
        request.Headers.IfModifiedSince = known.LastModified;
        return request;
    }
}
