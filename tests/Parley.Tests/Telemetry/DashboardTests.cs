using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Tests.Common;

namespace Parley.Tests.Telemetry;

/// <summary>The dashboard asks for what the page has, and the page has what an operator needs.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Functions = ["sum", "max", "min", "by", "rate", "histogram_quantile"];

    private static readonly Tenant Tenant = new()
    {
        Id = Guid.Empty,
        Slug = "luigis",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Hello.",
    };

    [Fact]
    public async Task Every_name_and_label_in_the_dashboards_queries_is_on_the_page()
    {
        await using var host = new TelemetryHost();
        Measure(host.Services.GetRequiredService<ConversationMetrics>());
        var page = Exposition.Read(host.Page());
        var queries = Queries();
        queries.Count.ShouldBeGreaterThan(40);

        var wanted = queries.SelectMany(NamesIn).Distinct(StringComparer.Ordinal).ToList();
        wanted.Except(page.Names).ShouldBeEmpty();
        wanted.Count.ShouldBeGreaterThan(35);
    }

    [Fact]
    public async Task The_dashboard_shows_every_metric_of_ours()
    {
        await using var host = new TelemetryHost();
        var shown = Queries().SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal);
        Exposition.Read(host.Page()).Types
            .Where(t => t.Key.StartsWith("parley_", StringComparison.Ordinal))
            .Select(t => t.Value == "histogram" ? t.Key + "_bucket" : t.Key)
            .Except(shown).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_measured_is_on_the_page_and_no_tenant_is()
    {
        await using var host = new TelemetryHost();
        Measure(host.Services.GetRequiredService<ConversationMetrics>());
        var samples = Exposition.Read(host.Page()).Samples;
        samples["parley_calls_started_total{resumed=\"false\"}"].ShouldBe(1);
        samples["parley_calls_ended_total{reason=\"CallerHungUp\"}"].ShouldBe(1);
        samples["parley_turn_response_seconds_sum"].ShouldBe(0.5);
        samples["parley_turn_first_frame_seconds_sum"].ShouldBe(0.2);
        samples["parley_provider_first_output_seconds_count{provider=\"flite\",stage=\"tts\"}"].ShouldBe(1);
        samples["parley_calls_active"].ShouldBe(0);
        samples["parley_calls_capacity"].ShouldBe(500);
        samples["parley_database_up"].ShouldBe(0);
        samples["dotnet_process_memory_working_set_bytes"].ShouldBeGreaterThan(1e6);
        samples["process_open_file_descriptor_count"].ShouldBeGreaterThan(3);
        samples.Keys.ShouldAllBe(key => !key.Contains("tenant"));
    }

    [Fact]
    public async Task The_tenants_slug_is_a_label_where_it_is_wanted()
    {
        await using var host = new TelemetryHost(("Telemetry:TenantLabel", "true"));
        Measure(host.Services.GetRequiredService<ConversationMetrics>());
        var slug = Tenant.Slug;
        var samples = Exposition.Read(host.Page()).Samples;
        samples[$"parley_calls_ended_total{{reason=\"CallerHungUp\",tenant=\"{slug}\"}}"].ShouldBe(1);
        samples.Keys.Where(key => key.StartsWith("parley_turn", StringComparison.Ordinal)).ShouldAllBe(key => !key.Contains("tenant"));
    }

    [Fact]
    public async Task Reading_the_page_twice_gives_valid_pages_in_both_formats()
    {
        await using var host = new TelemetryHost();
        Exposition.Read(host.Page()).Types.Count.ShouldBeGreaterThan(40);
        host.Page(openMetrics: true).ShouldEndWith("# EOF\n");
        Exposition.Read(host.Page()).Samples.Keys.ShouldContain("dotnet_gc_collections_total{gc_heap_generation=\"gen2\"}");
    }

    internal static void Measure(ConversationMetrics metrics)
    {
        metrics.CallStarted(Tenant, resumed: false);
        metrics.Replied(new TurnTimes { SpeechEndMs = 1000, EndOfTurnMs = 1300, FirstFrameSentMs = 1500 });
        metrics.FirstOutput("tts", "flite", 40);
        metrics.CallEnded(Tenant, CallEndReason.CallerHungUp, 12_000);
    }

    private static List<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.PathTo("docs", "grafana", "parley.json")));
        var variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Where(v => v.GetProperty("type").GetString() == "query")
            .Select(v => LabelValues().Match(v.GetProperty("query").GetProperty("query").GetString()!).Groups[1].Value);
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!);
        return [.. variables, .. panels];
    }

    /// <summary>The words of a query that are neither functions nor labels.</summary>
    private static IEnumerable<string> NamesIn(string query)
    {
        var bare = Grouping().Replace(Selector().Replace(query, ""), "");
        return Word().Matches(bare).Select(m => m.Value).Except(Functions);
    }

    [GeneratedRegex(@"label_values\((\w+),")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\{[^}]*\}|\[[^]]*\]")]
    private static partial Regex Selector();

    [GeneratedRegex(@"by \([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Word();
}
