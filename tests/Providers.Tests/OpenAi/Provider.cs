using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

/// <summary>A provider's side of a test: connected to a local server.</summary>
internal static class Provider
{
    public static CancellationToken Now => TestContext.Current.CancellationToken;

    public static OpenAiConnection Connect(
        OpenAiServer server, Action<OpenAiOptions>? set = null, string name = OpenAiOptions.OpenAi, TimeProvider? clock = null)
    {
        var options = new OpenAiOptions { ApiKey = server.Key, BaseAddress = server.BaseAddress };
        set?.Invoke(options);
        return new OpenAiConnection(name, options, clock ?? TimeProvider.System);
    }

    public static ModelRequest Ask(string text, CallMeter? meter = null) => new()
    {
        Messages = [new ModelMessage(ModelRole.System, "Be brief."), new ModelMessage(ModelRole.User, text)],
        Meter = meter,
    };

    public static async Task<List<ModelEvent>> ReadAsync(ILanguageModel model, ModelRequest request, CancellationToken? cancellationToken = null)
    {
        var events = new List<ModelEvent>();
        await foreach (var one in model.CompleteAsync(request, cancellationToken ?? Now))
            events.Add(one);
        return events;
    }

    public static string Words(this IEnumerable<ModelEvent> events) => string.Concat(events.OfType<ModelEvent.Text>().Select(static text => text.Delta));

    public static long Of(this CallMeter meter, UsageUnit unit) => meter.Totals.Where(one => one.Unit == unit).Sum(static one => one.Amount);
}
