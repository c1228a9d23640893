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

public sealed class SecretTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Key = "key_of_sixteen_characters";

    private TestWorld world = null!;
    private WebhookReceiver receiver = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        receiver = await WebhookReceiver.StartAsync();
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Neither_key_nor_address_is_in_the_database()
    {
        await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, Key, default);
        await world.Webhooks.SetStaffAsync(tenant.Id, receiver.Address, null, default);

        (await world.ScalarAsync<string>("select key from call_webhooks where sealed")).ShouldNotContain(Key);
        (await world.ScalarAsync<string>("select url from staff_webhooks where sealed")).ShouldNotContain("hook");
        (await world.Webhooks.FindStaffAsync(tenant.Id, default))!.Host.ShouldBe("127.0.0.1");
        (await world.ScalarAsync<long>(
            "select count(*) from jobs j, call_webhooks c, staff_webhooks s where (j::text || c::text || s::text) like '%' || @Key || '%'", new { Key })).ShouldBe(0);
    }

    [Fact]
    public async Task Keys_are_files_for_the_programs_user_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, Key, default);

        var folder = Path.Combine(world.Options.DataDirectory, "keys");
        File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Directory.GetFiles(folder).ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task What_is_there_from_before_is_read_encrypted_at_the_start_and_works_on()
    {
        await PlainRowsAsync();
        (await world.Webhooks.FindStaffAsync(tenant.Id, default))!.Host.ShouldBe("127.0.0.1");
        await EscalateAsync("CA1");
        (await world.RunJobsAsync()).ShouldBe(1);

        await Sealer().RunAsync(default);

        (await world.ScalarAsync<string>("select key from call_webhooks where sealed")).ShouldNotBe(Key);
        (await world.ScalarAsync<string>("select url from staff_webhooks where sealed and host = '127.0.0.1'")).ShouldNotContain("hook");
        world.Vault.Open(tenant.Id, TenantWebhooks.CallKey, await world.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(Key);
        (await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
        await EscalateAsync("CA2");
        (await world.RunJobsAsync()).ShouldBe(1);
        receiver.Posts.Count.ShouldBe(2);

        // Once is enough.
        var first = await world.ScalarAsync<string>("select key from call_webhooks");
        await Sealer().RunAsync(default);
        (await world.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(first);
    }

    [Fact]
    public async Task Lost_keys_are_told_and_lose_nothing_else()
    {
        await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, Key, default);
        await world.Webhooks.SetStaffAsync(tenant.Id, receiver.Address, null, default);
        var elsewhere = new SecretVault(Path.Combine(world.Options.DataDirectory, "other-keys"));
        var webhooks = new TenantWebhooks(world.Database, elsewhere, world.Clock);
        var log = new Lines();

        await new SecretSealer(world.Database, elsewhere, log).RunAsync(default);

        log.Written.ShouldHaveSingleItem().ShouldContain("2 secrets");
        (await webhooks.FindCallsAsync(tenant.Id, default)).ShouldNotBeNull().Url.ShouldBe(receiver.Address.AbsoluteUri);
        (await webhooks.FindStaffAsync(tenant.Id, default)).ShouldNotBeNull().Host.ShouldBe("127.0.0.1");

        // A notification stays as a dead letter, and goes out once the keys are back.
        await EscalateAsync("CA1");
        using (var jobs = new Jobs.JobQueue(
            world.Database, world.Signals, world.Clock, [new StaffNotifier(world.Database, elsewhere, world.Outgoing, world.Clock)], NullLogger<Jobs.JobQueue>.Instance))
        {
            while (await jobs.RunNextAsync(default))
            {
            }
        }

        var letters = new DeadLetters(world.Database, world.Clock);
        var dead = (await letters.ListAsync(TenantScope.Operator, new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        dead.Error.ShouldBe("The staff webhook's address cannot be read: the keys it was encrypted with are not there (setting Secrets:KeyDirectory). "
            + "Bring them back, or set it again.");
        receiver.Posts.ShouldBeEmpty();
        (await letters.ReplayAsync(TenantScope.Operator, dead.Id, default)).ShouldBeTrue();
        (await world.RunJobsAsync()).ShouldBe(1);
        receiver.Posts.ShouldHaveSingleItem();

        // Without the old keys, a new key is made as if none had been there.
        (await webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, null, default)).ShouldNotBeNull().ShouldStartWith("key_");
        (await webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Keys_that_cannot_be_made_leave_what_is_readable_as_it_is()
    {
        await PlainRowsAsync();
        var file = Path.Combine(world.Options.DataDirectory, "a-file");
        Directory.CreateDirectory(world.Options.DataDirectory);
        await File.WriteAllTextAsync(file, "");
        var log = new Lines();

        await new SecretSealer(world.Database, new SecretVault(Path.Combine(file, "keys")), log).RunAsync(default);

        log.Written.ShouldHaveSingleItem().ShouldContain("could not be encrypted");
        (await world.ScalarAsync<string>("select key from call_webhooks")).ShouldBe(Key);
    }

    [Fact]
    public void A_secret_is_read_only_as_what_it_was_encrypted_as()
    {
        var (one, other) = (new Guid("01900000-0000-7000-8000-000000000001"), new Guid("01900000-0000-7000-8000-000000000002"));
        var text = world.Vault.Seal(one, "key", "secret");

        world.Vault.Open(one, "key", text).ShouldBe("secret");
        world.Vault.Seal(one, "key", "secret").ShouldNotBe(text);
        Should.Throw<SecretLostException>(() => world.Vault.Open(other, "key", text));
        Should.Throw<SecretLostException>(() => world.Vault.Open(one, "address", text));
        Should.Throw<SecretLostException>(() => world.Vault.Open(one, "key", "secret"));
        Should.Throw<SecretLostException>(() => world.Vault.Open(one, "key", text[..^4] + "AAAA"));
        // Another process with the same folder.
        new SecretVault(Path.Combine(world.Options.DataDirectory, "keys")).Open(one, "key", text).ShouldBe("secret");
    }

    private SecretSealer Sealer() => new(world.Database, world.Vault, NullLogger<SecretSealer>.Instance);

    private Task<int> PlainRowsAsync() => world.ScalarAsync<int>(
        """
        insert into call_webhooks (tenant_id, url, key, events, updated_at) values (@Id, @Url, @Key, '{call_ended}', now());
        insert into staff_webhooks (tenant_id, url, updated_at) values (@Id, @Url, now());
        select 0
        """,
        new { tenant.Id, Url = receiver.Address.AbsoluteUri, Key });

    private async Task EscalateAsync(string carrierCallId)
    {
        var call = await world.StartCallAsync(tenant, carrierCallId);
        await using var connection = await world.Database.OpenAsync(default);
        await EscalationWriter.WriteAsync(
            connection, null,
            new Escalation { CallId = call.CallId, TenantId = tenant.Id, Reason = EscalationReason.AskedFor, Summary = "A person, please.", At = world.Clock.Now },
            world.Clock.Now, default);
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
