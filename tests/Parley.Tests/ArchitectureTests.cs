using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Parley.Tests;

/// <summary>Holds the dependency rule of docs/architecture.md.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Conversation = typeof(Conversation.Pipeline.CallPipeline).Assembly;
    private static readonly Assembly MediaGateway = typeof(MediaGateway.MediaGatewayExtensions).Assembly;
    private static readonly Assembly Persistence = typeof(Persistence.Database).Assembly;
    private static readonly Assembly AdminApi = typeof(Admin.Api.AdminApiOptions).Assembly;

    [Fact]
    public void Conversation_knows_nothing_of_ours() => OurReferences(Conversation).ShouldBeEmpty();

    [Fact]
    public void MediaGateway_knows_the_conversation_only() => OurReferences(MediaGateway).ShouldBe(["Parley.Conversation"]);

    [Fact]
    public void Persistence_knows_the_conversation_only() => OurReferences(Persistence).ShouldBe(["Parley.Conversation"]);

    [Fact]
    public void The_admin_api_knows_persistence_and_conversation() =>
        OurReferences(AdminApi).ShouldBeSubsetOf(["Parley.Conversation", "Parley.Persistence"]);

    [Fact]
    public void Conversation_knows_no_web_server_no_carrier_and_no_database() =>
        References(Conversation).ShouldAllBe(name =>
            !name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            && !name.StartsWith("Npgsql", StringComparison.Ordinal)
            && !name.StartsWith("Dapper", StringComparison.Ordinal));

    [Fact]
    public void The_conversation_names_no_carrier() =>
        Conversation.GetTypes().Where(t => t.FullName!.Contains("Twilio", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

    [Fact]
    public void Only_persistence_and_the_composition_root_speak_to_the_database() =>
        References(MediaGateway).Concat(References(AdminApi)).ShouldAllBe(name =>
            !name.StartsWith("Dapper", StringComparison.Ordinal) && !name.StartsWith("Npgsql", StringComparison.Ordinal));

    [Fact]
    public void A_log_entry_has_an_event_id_of_its_own()
    {
        var assemblies = new[] { Conversation, MediaGateway, Persistence, AdminApi, typeof(Hosting.ParleyApp).Assembly };
        var entries = assemblies.SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(m => (Name: $"{m.DeclaringType}.{m.Name}", m.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(entry => entry.EventId is not null)
            .ToList();

        entries.Count.ShouldBeGreaterThan(100);
        entries.GroupBy(entry => entry.EventId).Where(same => same.Count() > 1).SelectMany(same => same).ShouldBeEmpty();
    }

    private static List<string> References(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(a => a.Name!).Order(StringComparer.Ordinal)];

    private static List<string> OurReferences(Assembly assembly) =>
        [.. References(assembly).Where(n => n.StartsWith("Parley", StringComparison.OrdinalIgnoreCase))];
}
