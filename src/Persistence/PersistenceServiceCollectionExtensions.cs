using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Net;
using Parley.Conversation.PostCall;
using Parley.Conversation.Rag;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Analysis;
using Parley.Persistence.Bookings;
using Parley.Persistence.Calendars;
using Parley.Persistence.Calendars.Google;
using Parley.Persistence.Calls;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Customers;
using Parley.Persistence.Escalations;
using Parley.Persistence.Flags;
using Parley.Persistence.Jobs;
using Parley.Persistence.Knowledge;
using Parley.Persistence.Maintenance;
using Parley.Persistence.Messages;
using Parley.Persistence.Reporting;
using Parley.Persistence.Secrets;
using Parley.Persistence.Signals;
using Parley.Persistence.Tenants;
using Parley.Persistence.Tools;
using Parley.Persistence.Webhooks;

namespace Parley.Persistence;

/// <summary>Adds the database and everything that is kept in it.</summary>
public static class PersistenceServiceCollectionExtensions
{
    /// <summary>
    /// Adds the ports' implementations, the owners' read models, and the hosted service that starts the database first. The composition
    /// root adds the post-call planner (<c>Func&lt;FinishedCall, PostCallPlan&gt;</c>).
    /// </summary>
    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => Bind(configuration, ContentRoot(s)));
        services.AddSingleton(s => new Database(
            s.GetRequiredService<DatabaseOptions>(), configuration.GetConnectionString(DatabaseOptions.ConnectionStringName),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<DatabaseSignals>();
        services.AddHostedService<DatabaseStartup>();
        services.AddHostedService<Housekeeping>();
        services.AddHostedService<DatabaseGauges>();
        services.AddHostedService<DiskWatch>();
        return services.AddStores().AddPeople(configuration).AddCalendars(configuration).AddTenantFiles(configuration).AddReporting();
    }

    private static IServiceCollection AddStores(this IServiceCollection services)
    {
        services.AddSingleton<CallFinisher>();
        services.AddSingleton<ICallStore, CallStore>();
        services.AddSingleton<CallMemory>();
        services.AddSingleton<DiskRoom>();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<ITenantStore>(s => s.GetRequiredService<TenantStore>());
        services.AddSingleton<IKnowledgeStore, KnowledgeStore>();
        services.AddSingleton<KnowledgeSources>();
        services.AddSingleton<CatalogueStore>();
        services.AddSingleton<IWebhookLog, WebhookLog>();
        services.AddSingleton<IMessageQueue, MessageQueue>();
        services.AddSingleton<IToolLedger, ToolLedger>();
        services.AddSingleton<IBookingStore, BookingStore>();
        services.AddSingleton<ILinkOutbox, LinkOutbox>();
        services.AddSingleton<CallJournal>();
        services.AddSingleton<ICallJournal>(s => s.GetRequiredService<CallJournal>());
        services.AddSingleton<IEscalations>(s => s.GetRequiredService<CallJournal>());
        return services;
    }

    // What follows calls, and who may have what.
    private static IServiceCollection AddPeople(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<FeatureFlags>();
        services.AddSingleton<IFeatureFlags>(s => s.GetRequiredService<FeatureFlags>());
        services.AddSingleton<Func<Tenant, string, bool>>(s =>
        {
            var flags = s.GetRequiredService<IFeatureFlags>();
            return (tenant, feature) => flags.For(tenant.Id).Has(feature);
        });
        services.AddSingleton<FeatureStore>();
        services.AddSingleton(s =>
        {
            var options = configuration.GetSection(SecretOptions.Section).Get<SecretOptions>() ?? new SecretOptions();
            return new SecretVault(string.IsNullOrEmpty(options.KeyDirectory)
                ? Path.Combine(s.GetRequiredService<DatabaseOptions>().DataDirectory, "keys")
                : Path.GetFullPath(options.KeyDirectory, ContentRoot(s)));
        });
        services.AddSingleton<SecretSealer>();
        services.AddSingleton<TenantWebhooks>();
        services.AddSingleton<ICallerHistory, CallerHistoryStore>();
        services.AddSingleton(_ =>
        {
            var options = configuration.GetSection(OutgoingOptions.Section).Get<OutgoingOptions>() ?? new OutgoingOptions();
            return options.IsValid
                ? new OutgoingHttp(options)
                : throw new OptionsValidationException(
                    OutgoingOptions.Section, typeof(OutgoingOptions), ["Outgoing:PrivateNetworks must be networks, such as 10.1.2.0/24."]);
        });
        services.AddSingleton(_ =>
        {
            var options = configuration.GetSection(AnalysisOptions.Section).Get<AnalysisOptions>() ?? new AnalysisOptions();
            return options.MostPerDay >= 0
                ? options
                : throw new OptionsValidationException(AnalysisOptions.Section, typeof(AnalysisOptions), ["Analysis:MostPerDay must not be negative; 0 has rules analyse every call."]);
        });
        services.AddSingleton<IAnalysisBudget, AnalysisBudget>();
        services.TryAddSingleton<ICallAnalyst, RuleAnalyst>();
        services.AddSingleton<IJobHandler, AnalysisJob>();
        services.AddSingleton<IJobHandler, StaffNotifier>();
        services.AddSingleton<IJobHandler, CallWebhookSender>();
        services.AddSingleton<JobQueue>();
        services.AddHostedService<JobWorker>();
        return services;
    }

    private static IServiceCollection AddCalendars(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<InstallationKey>();
        services.AddSingleton<CalendarFeeds>();
        services.AddSingleton<CalendarSources>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton(_ => configuration.GetSection(GoogleCalendarOptions.Section).Get<GoogleCalendarOptions>() ?? new GoogleCalendarOptions());
        services.AddSingleton<GoogleTokens>();
        services.AddSingleton<GoogleCalendarClient>();
        services.AddSingleton<IJobHandler, GoogleCalendarJob>();
        services.AddHostedService<CalendarRefresher>();
        return services;
    }

    private static IServiceCollection AddTenantFiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(s =>
        {
            var options = configuration.GetSection(SampleTenantOptions.Section).Get<SampleTenantOptions>() ?? new SampleTenantOptions();
            if (!string.IsNullOrEmpty(options.ImportOnEmpty))
                options.ImportOnEmpty = Path.GetFullPath(options.ImportOnEmpty, ContentRoot(s));
            if (!string.IsNullOrEmpty(options.KnowledgeOnEmpty))
                options.KnowledgeOnEmpty = Path.GetFullPath(options.KnowledgeOnEmpty, ContentRoot(s));
            return options;
        });
        services.AddSingleton<TenantImporter>();
        services.AddSingleton<TenantRemover>();
        services.AddSingleton<SampleTenants>();
        return services;
    }

    private static IServiceCollection AddReporting(this IServiceCollection services)
    {
        services.AddSingleton<CallReports>();
        services.AddSingleton<LeadReports>();
        services.AddSingleton<BookingReports>();
        services.AddSingleton<MessageReports>();
        services.AddSingleton<TenantReports>();
        services.AddSingleton<LiveCalls>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<CustomerReports>();
        services.AddSingleton<EscalationReports>();
        services.AddSingleton<DeadLetters>();
        return services;
    }

    private static DatabaseOptions Bind(IConfiguration configuration, string contentRoot)
    {
        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        options.DataDirectory = Path.GetFullPath(options.DataDirectory, contentRoot);
        return options;
    }

    private static string ContentRoot(IServiceProvider services) =>
        services.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory();
}
