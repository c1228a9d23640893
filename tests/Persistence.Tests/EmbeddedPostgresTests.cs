using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Parley.Persistence.Embedded;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

/// <summary>Each test has a server of its own, on which it may do harm.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string folder = PostgresServer.NewFolder();

    private DatabaseOptions Options => new() { DataDirectory = folder, Durable = false };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Data_survives_a_stop_and_a_second_start()
    {
        await using (var first = await StartAsync())
        {
            first.IsOwner.ShouldBeTrue();
            await ExecuteAsync(first, "create table kept (x int); insert into kept values (7)");
        }

        await using var second = await StartAsync();

        (await ExecuteAsync(second, "select x from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task Stopping_takes_the_server_away()
    {
        var server = await StartAsync();
        server.ProcessId.ShouldNotBeNull();

        await server.DisposeAsync();

        server.ProcessId.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_was_killed_recovers_with_what_was_committed()
    {
        // Durable: what is committed must be there after a kill whatever the settings, but that is what is promised.
        var options = Options with { Durable = true };
        var killed = await StartAsync(options);
        await ExecuteAsync(killed, "create table kept (x int); insert into kept values (7)");
        await killed.AbandonAsync();
        await KillAsync(killed);

        File.Exists(Path.Combine(killed.Directory, "cluster", "postmaster.pid")).ShouldBeTrue();
        await using var server = await StartAsync(options);

        (await ExecuteAsync(server, "select x from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_server_that_dies_while_in_use_is_started_again()
    {
        await using var server = await StartAsync(Options with { Durable = true });
        await ExecuteAsync(server, "create table kept (x int); insert into kept values (7)");
        var restarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Restarted += () => restarted.TrySetResult();

        await KillAsync(server);
        await restarted.Task.WaitAsync(TimeSpan.FromMinutes(1));

        (await ExecuteAsync(server, "select x from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_guest_takes_over_when_the_process_that_looked_after_the_server_stops()
    {
        var owner = await StartAsync();
        await using var guest = await StartAsync();
        var restarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        guest.Restarted += () => restarted.TrySetResult();

        await owner.DisposeAsync();
        await restarted.Task.WaitAsync(TimeSpan.FromMinutes(1));

        guest.IsOwner.ShouldBeTrue();
        (await ExecuteAsync(guest, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_keep_the_server_from_starting()
    {
        string directory;
        await using (var first = await StartAsync())
            directory = first.Directory;
        await File.WriteAllTextAsync(Path.Combine(directory, "cluster", "postmaster.pid"), $"{Environment.ProcessId}\n{directory}/cluster\n");

        await using var second = await StartAsync();

        (await ExecuteAsync(second, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_user_of_the_folder_shares_the_server_and_leaves_it_running()
    {
        await using var owner = await StartAsync();

        await using (var guest = await StartAsync())
        {
            guest.IsOwner.ShouldBeFalse();
            guest.ProcessId.ShouldBe(owner.ProcessId);
        }

        (await ExecuteAsync(owner, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_left_by_a_killed_parent_is_taken_over()
    {
        var parent = await StartAsync();
        var left = parent.ProcessId;
        // What the system does when the parent dies: its lock goes, the server stays.
        await parent.AbandonAsync();

        await using (var next = await StartAsync())
        {
            next.IsOwner.ShouldBeTrue();
            next.ProcessId.ShouldBe(left);
        }

        parent.ProcessId.ShouldBeNull();
    }

    [Fact]
    public async Task Half_a_data_directory_left_by_a_crash_is_made_anew()
    {
        await using (await StartAsync())
        {
        }

        var root = Path.Combine(folder, "postgres");
        Directory.Delete(Path.Combine(root, "cluster"), recursive: true);
        Directory.CreateDirectory(Path.Combine(root, "cluster.new"));
        await File.WriteAllTextAsync(Path.Combine(root, "cluster.new", "PG_VERSION"), "1");

        await using var server = await StartAsync();

        (await ExecuteAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Data_of_another_version_is_refused_with_what_to_do()
    {
        string directory;
        await using (var first = await StartAsync())
            directory = first.Directory;
        await File.WriteAllTextAsync(Path.Combine(directory, "cluster", "PG_VERSION"), "9\n");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync());

        error.Message.ShouldContain("written by PostgreSQL 9");
        error.Message.ShouldContain("Database:PostgresBinDirectory");
    }

    [Fact]
    public async Task A_server_that_cannot_start_tells_the_end_of_its_log()
    {
        string directory;
        await using (var first = await StartAsync())
            directory = first.Directory;
        await File.AppendAllTextAsync(Path.Combine(directory, "cluster", "postgresql.conf"), "\nno_such_setting = 1\n");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync());

        error.Message.ShouldContain("no_such_setting");
    }

    [Fact]
    public async Task A_folder_without_the_programs_is_refused_with_what_to_do()
    {
        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync(Options with { PostgresBinDirectory = folder }));

        error.Message.ShouldContain("none was found in the configured folder");
        error.Message.ShouldContain("ConnectionStrings:Parley");
    }

    [Fact]
    public async Task A_data_folder_whose_path_is_too_long_for_a_socket_works()
    {
        var deep = Path.Combine(folder, new string('d', 120));

        await using var server = await StartAsync(Options with { DataDirectory = deep });

        (await ExecuteAsync(server, "select 1")).ShouldBe(1);
    }

    private static async Task KillAsync(EmbeddedPostgres server)
    {
        using var process = Process.GetProcessById(server.ProcessId!.Value);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private Task<EmbeddedPostgres> StartAsync(DatabaseOptions? options = null) =>
        EmbeddedPostgres.StartAsync(options ?? Options, TimeProvider.System, NullLogger<EmbeddedPostgres>.Instance, default);

    private static async Task<object?> ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
