using Parley.Conversation.Tenants;

namespace Parley.Persistence.Tests;

/// <summary>Tests with one tenant, and a server that may be told of what happens there.</summary>
public abstract class ReceiverTests(PostgresFixture postgres) : IAsyncLifetime
{
    private protected TestWorld World { get; private set; } = null!;

    private protected WebhookReceiver Receiver { get; private set; } = null!;

    private protected Tenant Tenant { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await TestWorld.CreateAsync(postgres);
        Receiver = await WebhookReceiver.StartAsync();
        Tenant = await World.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
