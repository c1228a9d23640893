using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Parley.Conversation.Tenants;
using Parley.Persistence.Calendars.Google;
using Parley.Persistence.Secrets;
using Parley.Persistence.Signals;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Calendars;

/// <summary>
/// Reads the calendars that resources have elsewhere, in the background, so that no call waits for one: each every <see cref="CalendarSources.Every"/>
/// by one node, and at once when a tenant has changed. When one cannot be read, its last good times stand.
/// </summary>
internal sealed partial class CalendarRefresher : BackgroundService
{
    // Most of the time is spent waiting for somebody else's server.
    private const int AtATime = 8;

    // More than what bookings look ahead: the longest stay, and the time until a feed that does not change is read anew.
    private static readonly Duration Margin = Duration.FromDays(45);

    private readonly Database database;
    private readonly SecretVault vault;
    private readonly CalendarSources sources;
    private readonly FeedReader feeds;
    private readonly GoogleCalendarClient google;
    private readonly InstallationKey key;
    private readonly TimeProvider time;
    private readonly ILogger<CalendarRefresher> logger;
    private readonly WakeUps wakeUps;

    public CalendarRefresher(
        Database database, DatabaseSignals signals, SecretVault vault, CalendarSources sources, FeedReader feeds, GoogleCalendarClient google,
        InstallationKey key, TimeProvider time, ILogger<CalendarRefresher> logger)
    {
        this.database = database;
        this.vault = vault;
        this.sources = sources;
        this.feeds = feeds;
        this.google = google;
        this.key = key;
        this.time = time;
        this.logger = logger;
        wakeUps = new WakeUps(signals, DatabaseSignals.TenantsChannel, time);
    }

    public override void Dispose()
    {
        wakeUps.Dispose();
        base.Dispose();
    }

    /// <summary>Reads what is due; returns how many were read.</summary>
    internal async Task<int> RefreshAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Tenant> tenants;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            tenants = await TenantRows.LoadAsync(
                connection, "where jsonb_path_exists(t.profile, '$.booking.resources[*].calendar ? (@ != null)')", null, cancellationToken, vault: vault);
        }

        (Tenant Tenant, BookingResource Resource)[] wanted =
        [
            .. tenants.SelectMany(static t => t.Booking!.Resources.Where(static r => r.Calendar is not null).Select(r => (t, r))),
        ];
        await sources.SyncAsync(wanted, cancellationToken);
        var read = 0;
        await Parallel.ForEachAsync(
            wanted, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (one, stop) =>
            {
                if (await sources.TakeAsync(one.Tenant.Id, one.Resource.Name, stop) is { } known)
                {
                    await ReadAsync(one.Tenant, one.Resource, known, stop);
                    Interlocked.Increment(ref read);
                }
            });
        return read;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await Task.Run(() => RefreshAsync(stoppingToken), stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // The database is away: whatever it is, the next round must come.
                    LogRoundFailed(e.Message);
                }

                await wakeUps.WaitAsync(CalendarSources.Every, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadAsync(Tenant tenant, BookingResource resource, CalendarValidators known, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var window = new Interval(now - Duration.FromDays(3), now + Duration.FromDays(tenant.Booking!.MaxDaysAhead) + Margin);
        try
        {
            if (resource.Calendar!.GoogleCalendarId is { } id)
            {
                var busy = await google.BusyAsync(tenant.Slug, id, tenant.TimeZone, window, await key.IdAsync(cancellationToken), cancellationToken);
                await sources.StoreAsync(tenant.Id, resource, busy, new CalendarValidators { ParsedAt = time.GetUtcNow() }, cancellationToken);
                return;
            }

            if (resource.Calendar.IsSealed)
                throw new CalendarFailure("The calendar's address cannot be read: the keys it was encrypted with are not there (setting Secrets:KeyDirectory). Bring them back, or import the tenant again.");
            var (reading, validators) = await feeds.ReadAsync(resource.Calendar.Ics!, tenant.TimeZone, window, known, cancellationToken);
            if (reading is null)
            {
                await sources.UnchangedAsync(tenant.Id, resource.Name, cancellationToken);
                return;
            }

            await sources.StoreAsync(tenant.Id, resource, reading.Busy, validators, cancellationToken);
            foreach (var note in reading.Notes)
                LogNote(tenant.Slug, resource.Name, note);
        }
        catch (CalendarFailure failure)
        {
            LogFailed(tenant.Slug, resource.Name, failure.Message);
            await sources.FailedAsync(tenant.Id, resource.Name, failure.Message, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !DatabaseErrors.IsAway(e))
        {
            // A mistake of ours in one calendar must not keep the others from being read.
            LogThrew(e, tenant.Slug, resource.Name);
            await sources.FailedAsync(tenant.Id, resource.Name, "The calendar could not be read.", cancellationToken);
        }
    }

    [LoggerMessage(6921, LogLevel.Warning, "The calendar of '{Resource}' of {Tenant} could not be read; what was known of it stands: {Reason}")]
    private partial void LogFailed(string tenant, string resource, string reason);

    [LoggerMessage(6922, LogLevel.Warning, "The calendar of '{Resource}' of {Tenant}: {Note}")]
    private partial void LogNote(string tenant, string resource, string note);

    [LoggerMessage(6923, LogLevel.Error, "Reading the calendar of '{Resource}' of {Tenant} threw")]
    private partial void LogThrew(Exception exception, string tenant, string resource);

    [LoggerMessage(6924, LogLevel.Warning, "Calendars cannot be refreshed: {Reason}")]
    private partial void LogRoundFailed(string reason);
}
