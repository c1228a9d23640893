using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Escalations;
using Parley.Conversation.Tenants;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Escalations;
using Parley.Persistence.Reporting;
using Parley.Persistence.Secrets;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

public sealed class SecretTests(PostgresFixture postgres) : ReceiverTests(postgres)
{
    private const string Key = "key_of_sixteen_characters";

    [Fact]
    public async Task Neither_key_nor_address_is_in_the_database()
    {
        await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, Key, default);
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);

        (await World.ScalarAsync<string>("select key from call_webhooks where sealed")).ShouldNotContain(Key);
        (await World.ScalarAsync<string>("select url from staff_webhooks where sealed")).ShouldNotContain("hook");
        (await World.Webhooks.FindStaffAsync(Tenant.Id, default))!.Host.ShouldBe("127.0.0.1");
        (await World.ScalarAsync<long>(
            "select count(*) from jobs j, call_webhooks c, staff_webhooks s where (j::text || c::text || s::text) like '%' || @Key || '%'", new { Key })).ShouldBe(0);
    }

    [Fact]
    public async Task Keys_are_files_for_the_programs_user_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, Key, default);

        var folder = Path.Combine(World.Options.DataDirectory, "keys");
        File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Directory.GetFiles(folder).ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task What_is_there_from_before_is_read_encrypted_at_the_start_and_works_on()
    {
        await PlainRowsAsync();
        (await World.Webhooks.FindStaffAsync(Tenant.Id, default))!.Host.ShouldBe("127.0.0.1");
        await EscalateAsync("CA1");
        (await World.RunJobsAsync()).ShouldBe(1);

        await Sealer().RunAsync(default);

        (await World.ScalarAsync<string>("select key from call_webhooks where sealed")).ShouldNotBe(Key);
        (await World.ScalarAsync<string>("select url from staff_webhooks where sealed and host = '127.0.0.1'")).ShouldNotContain("hook");
        World.Vault.Open(Tenant.Id, TenantWebhooks.CallKey, await World.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(Key);
        (await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
        await EscalateAsync("CA2");
        (await World.RunJobsAsync()).ShouldBe(1);
        Receiver.Posts.Count.ShouldBe(2);

        // Once is enough.
        var first = await World.ScalarAsync<string>("select key from call_webhooks");
        await Sealer().RunAsync(default);
        (await World.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(first);
    }

    [Fact]
    public async Task Lost_keys_are_told_and_lose_nothing_else()
    {
        await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, Key, default);
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);
        var elsewhere = new SecretVault(Path.Combine(World.Options.DataDirectory, "other-keys"));
        var webhooks = new TenantWebhooks(World.Database, elsewhere, World.Clock);
        var log = new Lines();

        await new SecretSealer(World.Database, elsewhere, log).RunAsync(default);

        log.Written.ShouldHaveSingleItem().ShouldContain("2 secrets");
        (await webhooks.FindCallsAsync(Tenant.Id, default)).ShouldNotBeNull().Url.ShouldBe(Receiver.Address.AbsoluteUri);
        (await webhooks.FindStaffAsync(Tenant.Id, default)).ShouldNotBeNull().Host.ShouldBe("127.0.0.1");

        // A notification stays as a dead letter, and goes out once the keys are back.
        await EscalateAsync("CA1");
        using (var jobs = new Jobs.JobQueue(
            World.Database, World.Signals, World.Clock, [new StaffNotifier(World.Database, elsewhere, World.Outgoing, World.Clock)], NullLogger<Jobs.JobQueue>.Instance))
        {
            while (await jobs.RunNextAsync(default))
            {
            }
        }

        var letters = new DeadLetters(World.Database, World.Clock);
        var dead = (await letters.ListAsync(TenantScope.Operator, new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        dead.Error.ShouldBe("The staff webhook's address cannot be read: the keys it was encrypted with are not there (setting Secrets:KeyDirectory). "
            + "Bring them back, or set it again.");
        Receiver.Posts.ShouldBeEmpty();
        (await letters.ReplayAsync(TenantScope.Operator, dead.Id, default)).ShouldBeTrue();
        (await World.RunJobsAsync()).ShouldBe(1);
        Receiver.Posts.ShouldHaveSingleItem();

        // Without the old keys, a new key is made as if none had been there.
        (await webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, null, default)).ShouldNotBeNull().ShouldStartWith("key_");
        (await webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Keys_that_cannot_be_made_leave_what_is_readable_as_it_is()
    {
        await PlainRowsAsync();
        var file = Path.Combine(World.Options.DataDirectory, "a-file");
        Directory.CreateDirectory(World.Options.DataDirectory);
        await File.WriteAllTextAsync(file, "");
        var log = new Lines();

        await new SecretSealer(World.Database, new SecretVault(Path.Combine(file, "keys")), log).RunAsync(default);

        log.Written.ShouldHaveSingleItem().ShouldContain("could not be encrypted");
        (await World.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(Key);
    }

    [Fact]
    public void A_secret_is_read_only_as_what_it_was_encrypted_as()
    {
        var (one, other) = (new Guid("01900000-0000-7000-8000-000000000001"), new Guid("01900000-0000-7000-8000-000000000002"));
        var text = World.Vault.Seal(one, "key", "secret");

        World.Vault.Open(one, "key", text).ShouldBe("secret");
        World.Vault.Seal(one, "key", "secret").ShouldNotBe(text);
        Should.Throw<SecretLostException>(() => World.Vault.Open(other, "key", text));
        Should.Throw<SecretLostException>(() => World.Vault.Open(one, "address", text));
        Should.Throw<SecretLostException>(() => World.Vault.Open(one, "key", "secret"));
        Should.Throw<SecretLostException>(() => World.Vault.Open(one, "key", text[..^4] + "AAAA"));
        // Another process with the same folder.
        new SecretVault(Path.Combine(World.Options.DataDirectory, "keys")).Open(one, "key", text).ShouldBe("secret");
    }

    private SecretSealer Sealer() => new(World.Database, World.Vault, NullLogger<SecretSealer>.Instance);

    private Task<int> PlainRowsAsync() => World.ScalarAsync<int>(
        """
        insert into call_webhooks (tenant_id, url, key, events, updated_at) values (@Id, @Url, @Key, '{call_ended}', now());
        insert into staff_webhooks (tenant_id, url, updated_at) values (@Id, @Url, now());
        select 0
        """,
        new { Tenant.Id, Url = Receiver.Address.AbsoluteUri, Key });

    private async Task EscalateAsync(string carrierCallId)
    {
        var call = await World.StartCallAsync(Tenant, carrierCallId);
        await using var connection = await World.Database.OpenAsync(default);
        await EscalationWriter.WriteAsync(
            connection, null,
            new Escalation { CallId = call.CallId, TenantId = Tenant.Id, Reason = EscalationReason.AskedFor, Summary = "A person, please.", At = World.Clock.Now },
            World.Clock.Now, default);
    }

    private sealed class Lines : ILogger<SecretSealer>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
