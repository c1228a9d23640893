using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Calendars;
using Parley.Conversation.Net;

namespace Parley.Persistence.Calendars.Google;

/// <summary>Events of Google calendars (Google Calendar API v3, reference, "Events").</summary>
internal sealed class GoogleCalendarClient(GoogleCalendarOptions options, GoogleTokens tokens, OutgoingHttp http, TimeProvider time)
{
    /// <summary>The private extended property that our events have; its value is the installation's id.</summary>
    public const string Mark = "parley";

    private const int PageSize = 250;
    private const int MostPages = 80;

    /// <summary>When somebody is busy; our own events are left out.</summary>
    /// <exception cref="CalendarFailure">It could not be read.</exception>
    public async Task<IReadOnlyList<Interval>> BusyAsync(
        string tenant, string calendarId, DateTimeZone zone, Interval window, string installation, CancellationToken cancellationToken)
    {
        var busy = new List<Interval>();
        string? page = null;
        for (var read = 0; read < MostPages; read++)
        {
            var query = $"?singleEvents=true&maxResults={PageSize}&timeMin={Uri.EscapeDataString(InstantPattern.General.Format(window.Start))}"
                + $"&timeMax={Uri.EscapeDataString(InstantPattern.General.Format(window.End))}" + (page is null ? "" : $"&pageToken={Uri.EscapeDataString(page)}");
            var answer = await SendAsync(tenant, HttpMethod.Get, Path(calendarId) + query, null, cancellationToken);
            if (!answer.IsSuccess)
                throw Failure(answer);
            var dates = DateTimeZoneProviders.Tzdb.GetZoneOrNull(GoogleAnswer.Text(answer.Body, "timeZone") ?? "") ?? zone;
            if (answer.Body.ValueKind != JsonValueKind.Object || !answer.Body.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array)
                throw new CalendarFailure("Google's list has no items.");
            busy.AddRange(items.EnumerateArray().Where(item => IsBusy(item, installation)).Select(item => Time(item, dates)).OfType<Interval>());
            page = GoogleAnswer.Text(answer.Body, "nextPageToken");
            if (page is null)
                return CalendarReader.Merge(busy);
        }

        throw new CalendarFailure($"The calendar has more than {PageSize * MostPages} events.");
    }

    /// <summary>Has an event in a calendar as it is to be. Repeating it changes nothing.</summary>
    /// <param name="tenant">Whose account.</param>
    /// <param name="calendarId">The calendar.</param>
    /// <param name="id">Chosen by us, so that the same event cannot be there twice: lower-case hexadecimal digits are within what Google takes.</param>
    /// <param name="isNew">Whether it was never there, as far as is known.</param>
    /// <param name="resource">The event.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CalendarFailure">It could not be written.</exception>
    public async Task PutAsync(string tenant, string calendarId, string id, bool isNew, JsonObject resource, CancellationToken cancellationToken)
    {
        if (!isNew && await PatchAsync())
            return;
        var body = resource.DeepClone().AsObject();
        body["id"] = id;
        var inserted = await SendAsync(tenant, HttpMethod.Post, Path(calendarId), body, cancellationToken);
        // "The requested identifier already exists": an earlier attempt came through, though its answer did not, or somebody deleted the event, which
        // keeps its identifier. What is there may be neither this version nor to be seen.
        if (inserted.Status == HttpStatusCode.Conflict ? !await PatchAsync() : !inserted.IsSuccess)
            throw Failure(inserted);

        // False when there is no such event.
        async Task<bool> PatchAsync()
        {
            var patched = await SendAsync(tenant, HttpMethod.Patch, $"{Path(calendarId)}/{id}", resource, cancellationToken);
            return patched.IsSuccess || (patched.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone ? false : throw Failure(patched));
        }
    }

    /// <summary>Has an event not in a calendar.</summary>
    /// <exception cref="CalendarFailure">It could not be deleted.</exception>
    public async Task DeleteAsync(string tenant, string calendarId, string id, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(tenant, HttpMethod.Delete, $"{Path(calendarId)}/{id}", null, cancellationToken);
        if (!answer.IsSuccess && answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Gone))
            throw Failure(answer);
    }

    private async Task<GoogleAnswer> SendAsync(string tenant, HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        string? refused = null;
        while (true)
        {
            var token = await tokens.GetAsync(tenant, refused, cancellationToken);
            using var request = new HttpRequestMessage(method, options.BaseUrl.AbsoluteUri.TrimEnd('/') + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            var answer = await GoogleHttp.SendAsync(http, request, time, cancellationToken);
            // Once: a new token that is refused as well will not become right.
            if (answer.Status != HttpStatusCode.Unauthorized || refused is not null)
                return answer;
            refused = token;
        }
    }

    private static string Path(string calendarId) => $"/calendars/{Uri.EscapeDataString(calendarId)}/events";

    // Google Calendar API, "Handle API errors".
    private static CalendarFailure Failure(GoogleAnswer answer)
    {
        var reason = answer.Body.ValueKind == JsonValueKind.Object && answer.Body.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("errors", out var errors)
            && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
            ? GoogleAnswer.Text(errors[0], "reason")
            : null;
        return (int)answer.Status switch
        {
            403 when reason is "rateLimitExceeded" or "userRateLimitExceeded" or "quotaExceeded" or "dailyLimitExceeded" => Wait(),
            429 or 408 or >= 500 => Wait(),
            401 => new CalendarFailure("Google does not take the account's access token.", mayPass: false),
            404 => new CalendarFailure("Google knows no such calendar, or the account may not see it.", mayPass: false),
            _ => new CalendarFailure($"Google refuses: HTTP {(int)answer.Status}{(reason is null ? "" : $" {reason}")}.", mayPass: false),
        };

        CalendarFailure Wait() => new($"Google answers HTTP {(int)answer.Status}{(reason is null ? "" : $" {reason}")}.", retryAfter: answer.RetryAfter);
    }

    private static bool IsBusy(JsonElement item, string installation) =>
        GoogleAnswer.Text(item, "status") != "cancelled" && GoogleAnswer.Text(item, "transparency") != "transparent"
        && GoogleAnswer.Text(item, "extendedProperties", "private", Mark) != installation;

    private static Interval? Time(JsonElement item, DateTimeZone zone) =>
        Moment(item, "start", zone) is { } from && Moment(item, "end", zone) is { } until && from < until ? new Interval(from, until) : null;

    private static Instant? Moment(JsonElement item, string which, DateTimeZone zone)
    {
        if (GoogleAnswer.Text(item, which, "dateTime") is { } text)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? Instant.FromDateTimeOffset(moment)
                : null;
        }

        return LocalDatePattern.Iso.Parse(GoogleAnswer.Text(item, which, "date") ?? "") is { Success: true, Value: var date }
            ? zone.AtStartOfDay(date).ToInstant()
            : null;
    }
}
