using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Parley.Persistence.Migrations;

namespace Parley.Persistence.Tests;

public sealed class MigrationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_fresh_database_gets_every_migration_and_a_second_run_does_nothing()
    {
        await using var source = await EmptyAsync();
        var runner = Runner(source);

        var first = await runner.RunAsync(default);
        var second = await runner.RunAsync(default);

        first.ShouldBe(Migration.LoadEmbedded().Select(m => m.Name));
        first[0].ShouldBe("2026-11-21-001-initial");
        second.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_several_migrators_at_once_one_runs_and_the_others_find_it_done()
    {
        await using var source = await EmptyAsync();

        var ran = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Runner(source).RunAsync(default)));

        ran.Sum(r => r.Count).ShouldBe(Migration.LoadEmbedded().Count);
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_ran_is_refused()
    {
        await using var source = await EmptyAsync();
        await Runner(source).RunAsync([new Migration("001", "create table a (x int);")], default);

        var error = await Should.ThrowAsync<MigrationException>(
            Runner(source).RunAsync([new Migration("001", "create table a (x bigint);")], default));

        error.Message.ShouldContain("'001' was changed after it ran");
    }

    [Fact]
    public async Task Line_ends_do_not_count_as_a_change()
    {
        await using var source = await EmptyAsync();
        await Runner(source).RunAsync([new Migration("001", "create table a (\nx int);")], default);

        (await Runner(source).RunAsync([new Migration("001", "create table a (\r\nx int);")], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var source = await EmptyAsync();
        await Runner(source).RunAsync([new Migration("001", "select 1;"), new Migration("002", "select 2;")], default);

        var error = await Should.ThrowAsync<MigrationException>(Runner(source).RunAsync([new Migration("001", "select 1;")], default));

        error.Message.ShouldContain("'002'");
        error.Message.ShouldContain("newer version");
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind_and_keeps_those_before_it()
    {
        await using var source = await EmptyAsync();
        Migration[] migrations = [new("001", "create table a (x int);"), new("002", "create table b (x int); select no_such_function();")];

        var error = await Should.ThrowAsync<MigrationException>(Runner(source).RunAsync(migrations, default));

        error.Message.ShouldContain("'002' failed and was rolled back");
        await using var command = source.CreateCommand("select string_agg(tablename, ',' order by tablename) from pg_tables where schemaname = 'parley'");
        (await command.ExecuteScalarAsync()).ShouldBe("a,schema_migrations");
    }

    private async Task<NpgsqlDataSource> EmptyAsync()
    {
        DapperSetup.Ensure();
        return NpgsqlDataSource.Create(await postgres.Server.CreateEmptyDatabaseAsync());
    }

    private static MigrationRunner Runner(NpgsqlDataSource source) => new(source, new StandingClock(), NullLogger<MigrationRunner>.Instance);
}
