using Parley.Conversation.Providers;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

/// <summary>The providers of a tenant's file.</summary>
public sealed class ProviderChoiceFileTests(PostgresFixture postgres)
{
    private const string Head =
        """
        slug: luigis
        name: Luigi's
        kind: restaurant
        time_zone: America/New_York
        greeting: Hello.
        providers:

        """;

    [Fact]
    public async Task They_are_read_stored_and_written_back()
    {
        var tenant = TenantFile.Parse(Head +
            """
              recognise: [deepgram, azure]
              think: rules
              speak: [elevenlabs]
              models: { openai: gpt-4o-mini }
              voices: { elevenlabs: "21m00Tcm4TlvDq8ikWAM", azure: en-US-JennyNeural }
              temperature: 0.3
            """, "luigis.yaml");
        Check(tenant.Providers);
        Check(TenantFile.Parse(TenantFile.Write(tenant), "luigis.yaml").Providers);
        await using var world = await TestWorld.CreateAsync(postgres);
        Check((await world.Importer.ImportAsync(tenant, default)).Providers);
        await using var connection = await world.Database.OpenAsync(default);
        Check((await TenantRows.LoadAsync(connection, "where true", null, default)).Single().Providers);

        static void Check(ProviderChoice? read)
        {
            var choice = read.ShouldNotBeNull();
            choice.Recognise.ShouldBe(["deepgram", "azure"]);
            choice.Think.ShouldBe(["rules"]);
            choice.Speak.ShouldBe(["elevenlabs"]);
            choice.Models.ShouldBe(new Dictionary<string, string> { ["openai"] = "gpt-4o-mini" }, ignoreOrder: true);
            choice.Voices.Count.ShouldBe(2);
            choice.Voices["elevenlabs"].ShouldBe("21m00Tcm4TlvDq8ikWAM");
            choice.Temperature.ShouldBe(0.3);
        }
    }

    [Fact]
    public void What_is_not_there_stays_the_installations()
    {
        var choice = TenantFile.Parse(Head + "  temperature: 1", "luigis.yaml").Providers!;
        choice.Recognise.ShouldBeNull();
        choice.Think.ShouldBeNull();
        choice.Speak.ShouldBeNull();
        choice.Models.ShouldBeEmpty();
    }

    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var error = Should.Throw<TenantFileException>(() => TenantFile.Parse(Head +
            """
              recognise: [elevenlabs]
              think: []
              speak: [azure, azure]
              models: { siri: x }
              voices: { azure: "" }
              temperature: 3
              listen: azure
            """, "luigis.yaml"));

        error.Errors.Select(e => e.Line).ShouldBe([7, 8, 9, 10, 11, 12, 13], ignoreOrder: false);
        error.Errors[0].Message.ShouldBe("'elevenlabs' cannot recognise; known are deepgram, azure, openai, embedded.");
    }

    [Fact]
    public void A_model_that_hears_and_speaks_itself_stands_first_or_nowhere()
    {
        var choice = TenantFile.Parse(Head +
            """
              think: [openai-realtime, openai, rules]
              voices: { openai-realtime: cedar }
            """, "luigis.yaml").Providers!;
        choice.Think.ShouldBe(["openai-realtime", "openai", "rules"]);
        choice.Voices["openai-realtime"].ShouldBe("cedar");

        Should.Throw<TenantFileException>(() => TenantFile.Parse(Head + "  think: [openai, openai-realtime]", "luigis.yaml"))
            .Errors.ShouldHaveSingleItem().Message.ShouldBe("'openai-realtime' must be the first: it carries a call from its beginning.");
    }
}
