using Npgsql;
using Parley.Tests.Database;

namespace Parley.EndToEnd.Tests;

/// <summary>A server that is killed while it books: after the ledger has the run as begun, before there is a booking.</summary>
public sealed class KilledBookingTests : IAsyncLifetime
{
    // The places of the script's steps.
    private const int Yes = 2;

    private readonly DataFolder data = new();
    private readonly DataFolder otherData = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private PostgresServer postgres = null!;
    private string database = "";

    public KilledBookingTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "a process is killed");

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresServer.StartAsync();
        database = await postgres.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        http.Dispose();
        data.Dispose();
        otherData.Dispose();
    }

    [Fact]
    public async Task A_booking_that_was_begun_when_its_server_was_killed_is_made_once_by_the_next()
    {
        (string, string)[] settings = [("ConnectionStrings__Parley", database), ("Twilio__TokenKey", "what the gateways of one number share")];
        var (first, address) = await ParleyProcess.ServeAsync(data, settings);
        await using var killed = first;
        var key = await first.KeyAsync();
        var (second, otherAddress) = await ParleyProcess.ServeAsync(otherData, settings);
        await using var other = second;
        await using var line = new Line(address);
        // What the caller agreed to was lost with the server: the caller is asked again.
        var (call, running) = LongCall.Begin(line, "+14155550173", again: Yes);

        await Until.TrueAsync(() => IsAsync("select exists (select 1 from parley.bookings where status = 'held')"));
        await using (var blocker = new NpgsqlConnection(database))
        {
            // Bookings of a tenant are made one after the other: this one's turn does not come before the server is dead.
            await blocker.OpenAsync();
            await ExecuteAsync(blocker, "select pg_advisory_lock(hashtextextended('bookings:' || tenant_id::text, 0)) from parley.bookings limit 1");
            await Until.TrueAsync(() => IsAsync("select exists (select 1 from parley.tool_runs where tool = 'confirm_booking' and status = 'begun')"));
            line.Hold();
            await first.KillAsync();
            (await IsAsync("select exists (select 1 from parley.bookings where status = 'confirmed')")).ShouldBeFalse();
            await ExecuteAsync(blocker, "select pg_advisory_unlock_all()");
        }

        line.ConnectTo(otherAddress);

        await LongCall.EndsWithOneBookingAsync(new OwnersApi(otherAddress, key, http), call, await running);
        (await IsAsync("select count(*) = 1 from parley.bookings where status in ('held', 'confirmed')")).ShouldBeTrue();
        (await IsAsync("select count(*) = 1 from parley.tool_runs where tool = 'confirm_booking' and status = 'done'")).ShouldBeTrue();
    }

    private async Task<bool> IsAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
