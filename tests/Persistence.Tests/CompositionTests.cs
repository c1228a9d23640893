using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Persistence.Calls;
using Parley.Persistence.Maintenance;
using Parley.Persistence.Reporting;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

public sealed class CompositionTests
{
    [Fact]
    public async Task A_host_with_nothing_configured_but_a_folder_starts_imports_the_samples_and_takes_calls()
    {
        var folder = PostgresServer.NewFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:DataDirectory"] = folder,
            ["Database:Durable"] = "false",
            ["Database:Retention:WebhookEvents"] = "45.00:00:00",
            ["Tenants:ImportOnEmpty"] = "samples/tenants",
        });
        builder.Services.AddSingleton<Func<FinishedCall, PostCallPlan>>(TestWorld.BookingPlan);
        builder.Services.AddPersistence(builder.Configuration);
        builder.Services.AddHostedService<NeedsDatabase>();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var tenant = (await host.Services.GetRequiredService<ITenantStore>().FindByNumberAsync("+12125550102", default))!;
            tenant.Slug.ShouldBe("fade-factory");
            host.Services.GetRequiredService<IWebhookLog>().ShouldNotBeNull();
            host.Services.GetRequiredService<IMessageQueue>().ShouldNotBeNull();
            host.Services.GetRequiredService<DatabaseOptions>().Retention.WebhookEvents.ShouldBe(TimeSpan.FromDays(45));
            host.Services.GetServices<IHostedService>().ShouldContain(s => s is Housekeeping);
            host.Services.GetRequiredService<LeadReports>().ShouldNotBeNull();
            host.Services.GetRequiredService<MessageReports>().ShouldNotBeNull();
            host.Services.GetRequiredService<LiveCalls>().ShouldNotBeNull();
            var callId = await host.Services.GetRequiredService<ICallStore>().StartAsync(
                new CallStarted
                {
                    CallId = Guid.CreateVersion7(new StandingClock().Now),
                    CarrierCallId = "CA1",
                    TenantId = tenant.Id,
                    CalledNumber = "+12125550102",
                    StartedAt = new StandingClock().Now,
                },
                default);
            host.Services.GetRequiredService<ICallJournal>().Write(new CallEnded
            {
                CallId = callId,
                Reason = Conversation.Pipeline.CallEndReason.CallerHungUp,
                EndedAt = new StandingClock().Now,
            });

            await host.StopAsync();

            host.Services.GetRequiredService<CallJournal>().Depth.ShouldBe(0);
            (await host.Services.GetRequiredService<CallReports>().FindAsync(TenantScope.Operator, callId, default))!
                .Call.EndReason.ShouldBe(Conversation.Pipeline.CallEndReason.CallerHungUp);
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Another hosted service finds the database ready.</summary>
    private sealed class NeedsDatabase(ApiKeys keys) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) =>
            (await keys.EnsureOperatorKeyAsync(cancellationToken)).ShouldNotBeNull();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
