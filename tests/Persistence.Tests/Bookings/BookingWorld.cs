using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Persistence.Bookings;
using Parley.Persistence.Messages;
using Parley.Persistence.Tools;

namespace Parley.Persistence.Tests.Bookings;

/// <summary>A restaurant with three tables, and calls that use the tools on a real database.</summary>
internal sealed class BookingWorld(TestWorld world, Tenant tenant) : IAsyncDisposable
{
    private int calls;

    public TestWorld World { get; } = world;

    public Tenant Tenant { get; } = tenant;

    public BookingStore Store { get; } = new(world.Database, world.Clock);

    public ToolLedger Ledger { get; } = new(world.Database, world.Clock);

    public static async Task<BookingWorld> CreateAsync(PostgresFixture postgres)
    {
        var world = await TestWorld.CreateAsync(postgres);
        return new BookingWorld(world, await world.Importer.ImportAsync(Restaurant("luigis"), default));
    }

    public static Tenant Restaurant(string slug) => TestWorld.NewTenant(slug) with
    {
        Booking = new BookingRules
        {
            MaxPartySize = 6,
            ReservationLink = "https://luigis.example/r",
            Resources =
            [
                new BookingResource { Name = "for two", Capacity = 2, Count = 2, DurationMinutes = 90, BufferMinutes = 15 },
                new BookingResource { Name = "for six", Capacity = 6, DurationMinutes = 90, BufferMinutes = 15 },
            ],
        },
    };

    /// <summary>The tools as the program registers them.</summary>
    public ICallTool[] Tools()
    {
        using var services = new ServiceCollection()
            .AddTools(new ConfigurationBuilder().Build())
            .AddSingleton<IBookingStore>(Store)
            .AddSingleton<IToolLedger>(Ledger)
            .AddSingleton<ILinkOutbox>(new LinkOutbox(World.Database, World.Clock))
            .BuildServiceProvider();
        return [.. services.GetServices<ICallTool>()];
    }

    /// <summary>A call by a caller; its tools are those of a new process each time when <paramref name="of"/> is given.</summary>
    public async Task<ToolCaller> CallAsync(string? number = "+12125550199", Tenant? tenant = null)
    {
        var call = await World.StartCallAsync(tenant ?? Tenant, $"CA{++calls}", number!);
        return new ToolCaller(this, new CallContext(
            call.CallId, call.CarrierCallId, tenant ?? Tenant, number, call.CalledNumber, CallDirection.Inbound), Tools());
    }

    public Task<int> CountAsync(string status) =>
        World.ScalarAsync<int>("select count(*)::int from bookings where status = @status", new { status });

    public ValueTask DisposeAsync() => World.DisposeAsync();
}

/// <summary>A caller's agent, which does what a test says.</summary>
internal sealed class ToolCaller(BookingWorld world, CallContext call, ICallTool[] tools)
{
    private CallTools desk = Open(world, call, tools, null);

    public Guid CallId => call.CallId;

    public CallFacts Facts { get; private set; } = CallFacts.None;

    public int Turn { get; set; } = 1;

    public CallTools Desk => desk;

    /// <summary>The process died and the call goes on in another.</summary>
    public void Restart() => desk = Open(world, call, tools, new ResumePoint(null, [], Turn));

    /// <summary>The next turn of the caller.</summary>
    public ToolCaller Next()
    {
        Turn += 2;
        return this;
    }

    public async Task<ToolResult> RunAsync(string tool, object? arguments = null)
    {
        var request = new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid("x"), Now = world.World.Clock.Now, Turn = Turn, Answer = Turn, Tools = desk,
        };
        var json = System.Text.Json.JsonSerializer.SerializeToNode(arguments ?? new { })!.AsObject();
        var result = await desk.RunAsync(tool, json, request, Facts, CancellationToken.None);
        Facts = result.Facts ?? Facts;
        return result;
    }

    /// <summary>Holds, hears it read back, and says yes.</summary>
    public async Task<ToolResult> BookAsync(string when, int guests, string name)
    {
        (await RunAsync("hold_booking", new { date_time = when, guests, name })).Failed.ShouldBeFalse();
        return await Next().RunAsync("confirm_booking");
    }

    public static string[] Alternatives(ToolResult result) =>
        [.. result.Data!["alternatives"]!.AsArray().Select(static a => (string)a!)];

    private static CallTools Open(BookingWorld world, CallContext call, ICallTool[] tools, ResumePoint? resume) => new ToolBox(
        tools, world.Ledger, new ToolOptions(), world.World.Clock, NullLoggerFactory.Instance).Open(call, null, resume);
}
