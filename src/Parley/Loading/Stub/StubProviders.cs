using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;

namespace Parley.Loading.Stub;

/// <summary>
/// A server for load tests only: recogniser, agent and voice take no time, so that what is left is the server's own. Voice activity detection,
/// turn-taking, playout, journal and database stay what they are.
/// </summary>
internal static class StubProviders
{
    /// <summary>The setting that asks for it: <c>embedded</c> (the default) or <c>stub</c>.</summary>
    public const string Setting = "Providers";

    /// <summary>Whether the configuration asks for it.</summary>
    /// <exception cref="InvalidDataException">It asks for something else that there is not.</exception>
    public static bool AreWanted(IConfiguration configuration) => configuration[Setting] switch
    {
        null or "" or "embedded" => false,
        "stub" => true,
        var other => throw new InvalidDataException($"{Setting} is 'embedded' or 'stub' (for load tests), not '{other}'."),
    };

    /// <summary>Puts the stubs in the place of what was registered before.</summary>
    public static void AddStubProviders(this IServiceCollection services)
    {
        services.AddSingleton<ISpeechToText, StubSpeechToText>();
        services.AddSingleton<ICallAgent, StubAgent>();
        services.AddSingleton<ITextToSpeech, StubTextToSpeech>();
        services.AddSingleton<IEndpointingStrategy, FixedEndpointing>();
        services.AddSingleton<LoadStatsCollector>();
        services.AddHostedService(s => s.GetRequiredService<LoadStatsCollector>());
    }

    /// <summary>Maps <c>POST /load/stats</c>: what happened since it was last asked.</summary>
    public static void MapLoadStats(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/load/stats", (LoadStatsCollector stats) => TypedResults.Json(stats.Take(), options: null)).ExcludeFromDescription();

    /// <summary>How long a caller must speak over the agent until it is cleared: until the first words can be known.</summary>
    public static int BargeInMs(IOptions<PipelineOptions> options) => options.Value.Interruption.ProbeEveryMs;
}
