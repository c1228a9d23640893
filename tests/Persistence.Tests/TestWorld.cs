using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Net;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Analysis;
using Parley.Persistence.Calls;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Escalations;
using Parley.Persistence.Jobs;
using Parley.Persistence.Messages;
using Parley.Persistence.Reporting;
using Parley.Persistence.Secrets;
using Parley.Persistence.Signals;
using Parley.Persistence.Tenants;
using Parley.Persistence.Tools;
using Parley.Tests.Database;

[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[assembly: AssemblyFixture(typeof(Parley.Persistence.Tests.PostgresFixture))]

namespace Parley.Persistence.Tests;

/// <summary>The test run's server.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

public sealed class Meters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}

/// <summary>A database of its own with the stores on it, and the calls that tests tell.</summary>
public sealed class TestWorld : IAsyncDisposable
{
    private readonly string folder = PostgresServer.NewFolder();

    private readonly string connectionString;

    private TestWorld(Database database, string connectionString)
    {
        this.connectionString = connectionString;
        Database = database;
        Memory = new CallMemory(Clock);
        Signals = new DatabaseSignals(database, Clock, NullLogger<DatabaseSignals>.Instance);
        Finisher = new CallFinisher(database, Plan, Clock, NullLogger<CallFinisher>.Instance);
        Journal = NewJournal(Memory);
        Calls = new CallStore(database, Finisher, Journal, Memory, Clock, NullLogger<CallStore>.Instance);
        Messages = new MessageQueue(database, Signals, Clock, NullLogger<MessageQueue>.Instance);
        Vault = new SecretVault(Path.Combine(folder, "keys"));
        Importer = new TenantImporter(database, Vault, Clock);
        Webhooks = new TenantWebhooks(database, Vault, Clock);
        Reports = new CallReports(database, Clock);
        Ledger = new ToolLedger(database, Clock);
        Jobs = new JobQueue(
            database, Signals, Clock,
            [new AnalysisJob(database, new ChosenAnalyst(this), Clock), new StaffNotifier(database, Vault, Outgoing, Clock), new CallWebhookSender(database, Vault, Reports, Ledger, Outgoing, Clock)],
            NullLogger<JobQueue>.Instance);
    }

    public StandingClock Clock { get; } = new();

    public Database Database { get; }

    public DatabaseSignals Signals { get; }

    public CallFinisher Finisher { get; }

    public CallMemory Memory { get; }

    /// <summary>The journal of <see cref="Calls"/>; not started.</summary>
    public CallJournal Journal { get; }

    public CallStore Calls { get; }

    public MessageQueue Messages { get; }

    public TenantImporter Importer { get; }

    /// <summary>Keys in a folder of this world.</summary>
    public SecretVault Vault { get; }

    public TenantWebhooks Webhooks { get; }

    public CallReports Reports { get; }

    public ToolLedger Ledger { get; }

    internal JobQueue Jobs { get; }

    /// <summary>Who analyses calls.</summary>
    public ICallAnalyst Analyst { get; set; } = new RuleAnalyst();

    /// <summary>May ask this machine.</summary>
    public OutgoingHttp Outgoing { get; } = new(new OutgoingOptions { PrivateNetworks = ["127.0.0.0/8"] });

    public DatabaseOptions Options => new() { DataDirectory = folder };

    public Func<FinishedCall, PostCallPlan> Planner { get; set; } = BookingPlan;

    public static async Task<TestWorld> CreateAsync(PostgresFixture postgres) =>
        await OnAsync(await postgres.Server.CreateDatabaseAsync());

    public static async Task<TestWorld> OnAsync(string connectionString)
    {
        var database = PostgresServer.Open(connectionString);
        await database.StartAsync(default);
        return new TestWorld(database, connectionString);
    }

    public static Tenant NewTenant(string slug, params string[] numbers) => new()
    {
        Id = Guid.Empty,
        Slug = slug,
        Name = slug,
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Hello.",
        Numbers = numbers,
    };

    /// <summary>A lead and two messages as soon as anything was said.</summary>
    public static PostCallPlan BookingPlan(FinishedCall call) => call.History.Count == 0
        ? new PostCallPlan(null, [])
        : new PostCallPlan(
            new LeadDraft
            {
                Intent = call.Facts.Intent,
                Status = call.Facts.Confirmed ? "confirmed" : "open",
                Name = call.Facts.Name,
                PartySize = call.Facts.PartySize,
                RequestedFor = call.Facts.RequestedFor,
                Summary = $"{call.History.Count} turns",
            },
            [
                new MessageDraft("recap", call.CalledNumber, call.CallerNumber!, $"Recap for {call.Facts.Name}"),
                new MessageDraft("reservation_link", call.CalledNumber, call.CallerNumber!, "https://luigis.example/r"),
            ]);

    public CallJournal NewJournal(CallMemory? memory = null) =>
        new(Database, Finisher, Options, Clock, new Meters(), NullLogger<CallJournal>.Instance, memory);

    public async Task<CallStarted> StartCallAsync(Tenant tenant, string carrierCallId, string caller = "+12125550199")
    {
        var call = new CallStarted
        {
            CallId = Guid.CreateVersion7(Clock.Now),
            CarrierCallId = carrierCallId,
            TenantId = tenant.Id,
            CallerNumber = caller,
            CalledNumber = "+12125550101",
            StartedAt = Clock.Now,
        };
        await Calls.StartAsync(call, default);
        return call;
    }

    public TurnRecord Turn(Guid callId, int ordinal, string text, CallFacts? facts = null, string? state = null) => new()
    {
        CallId = callId,
        Ordinal = ordinal,
        Speaker = ordinal % 2 == 0 ? Speaker.Agent : Speaker.Caller,
        Source = ordinal % 2 == 0 ? null : "speech",
        GeneratedText = text,
        SentText = text,
        HeardText = text,
        StartedAt = Clock.Now,
        EndedAt = Clock.Now.AddSeconds(1),
        Times = new TurnTimes { SpeechEndMs = 1000, FirstFrameSentMs = 1450, Speculated = true },
        Facts = facts,
        AgentStateJson = state,
    };

    public CallEnded End(Guid callId, CallEndReason reason = CallEndReason.AgentEnded) =>
        new() { CallId = callId, Reason = reason, EndedAt = Clock.Now.AddSeconds(42) };

    /// <summary>Writes turns as the journal does.</summary>
    public async Task WriteTurnAsync(TurnRecord turn)
    {
        await using var connection = await Database.OpenAsync(default);
        (await TurnWriter.WriteAsync(connection, turn, default)).ShouldBeTrue();
    }

    /// <summary>A finished booking call with its lead and two queued messages.</summary>
    public async Task<Guid> FinishedCallAsync(Tenant tenant, string carrierCallId)
    {
        var call = await StartCallAsync(tenant, carrierCallId);
        await WriteTurnAsync(Turn(call.CallId, 0, "Hello."));
        await WriteTurnAsync(Turn(call.CallId, 1, "A table for two.", new CallFacts { Intent = CallIntent.Booking, Name = "Ann", PartySize = 2 }));
        await Finisher.FinishAsync(End(call.CallId), default);
        return call.CallId;
    }

    /// <summary>Does what is due; returns how many jobs were tried.</summary>
    public async Task<int> RunJobsAsync()
    {
        var tried = 0;
        while (await Jobs.RunNextAsync(default))
            tried++;
        return tried;
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(default);
        return (await Dapper.SqlMapper.ExecuteScalarAsync<T>(connection, sql, parameters))!;
    }

    /// <summary>Cuts every connection to the database, as a restart or a firewall would, after running a statement.</summary>
    public async Task CutConnectionsAsync(string before = "")
    {
        await using var connection = new Npgsql.NpgsqlConnection(connectionString + ";Pooling=false;Search Path=parley");
        await connection.OpenAsync();
        await Dapper.SqlMapper.ExecuteAsync(
            connection,
            before + "; select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    }

    public async ValueTask DisposeAsync()
    {
        Messages.Dispose();
        Jobs.Dispose();
        Outgoing.Dispose();
        await Journal.DisposeAsync();
        await Signals.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private PostCallPlan Plan(FinishedCall call) => Planner(call);

    private sealed class ChosenAnalyst(TestWorld world) : ICallAnalyst
    {
        public Task<CallAnalysis> AnalyseAsync(AnalysisInput call, CancellationToken cancellationToken) =>
            world.Analyst.AnalyseAsync(call, cancellationToken);
    }
}
