using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tenants;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

public sealed class DecisionTests(PostgresFixture postgres)
{
    private const string Head =
        """
        slug: luigis
        name: Luigi's
        kind: restaurant
        time_zone: America/New_York
        greeting: Hello.
        agent:

        """;

    [Fact]
    public async Task What_a_turn_rests_on_is_kept_with_it()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");

        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));
        await world.WriteTurnAsync(world.Turn(call.CallId, 2, "Fourteen dollars.") with { DecisionJson = """{"gate":[{"outcome":"passed"}]}""" });

        var turns = (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, call.CallId, default))!.Turns;
        turns.Select(static t => t.DecisionJson).ShouldBe([null, """{"gate": [{"outcome": "passed"}]}"""]);
    }

    [Fact]
    public async Task What_a_tenant_wants_of_its_agent_is_read_written_and_kept()
    {
        var tenant = TenantFile.Parse(Head +
            """
              instructions: Speak of the terrace first.
              style: warm and brief
              confidence: 0.5
              strict: true
              tools: [take_message, end_call]
            """, "luigis.yaml");

        var agent = tenant.Agent.ShouldNotBeNull();
        (agent.Instructions, agent.Style, agent.Confidence, agent.Strict).ShouldBe(("Speak of the terrace first.", "warm and brief", 0.5, true));
        agent.Tools.ShouldBe(["take_message", "end_call"]);
        TenantFile.Parse(TenantFile.Write(tenant), "again").Agent.ShouldBeEquivalentTo(agent);

        await using var world = await TestWorld.CreateAsync(postgres);
        var kept = await world.Importer.ImportAsync(tenant, default);
        using var tenants = new TenantStore(world.Database, world.Signals, world.Vault);
        (await tenants.GetAsync(kept.Id, default))!.Agent.ShouldBeEquivalentTo(agent);
    }

    [Fact]
    public void No_tools_at_all_is_something_else_than_no_word_about_tools()
    {
        var none = TenantFile.Parse(Head + "  tools: []", "luigis.yaml");

        none.Agent!.Tools.ShouldBe([]);
        TenantFile.Parse(TenantFile.Write(none), "again").Agent!.Tools.ShouldBe([]);
        TenantFile.Parse(Head + "  style: dry", "luigis.yaml").Agent!.Tools.ShouldBeNull();
    }

    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var error = Should.Throw<TenantFileException>(() => TenantFile.Parse(Head +
            $"""
              instructions: {new string('x', AgentSettings.MostInstructionChars + 1)}
              style: {new string('x', AgentSettings.MostStyleChars + 1)}
              confidence: 2
              tools: [End Call, take_message, take_message]
              mood: happy
            """, "luigis.yaml"));

        error.Errors.Select(static e => e.Line).ShouldBe([7, 8, 9, 10, 10, 11]);
    }
}
