using System.Globalization;
using Parley.Conversation.Providers;
using Parley.Providers.Server.Azure;
using Parley.Providers.Server.OpenAi;

namespace Parley.ProviderBench;

/// <summary>How long a first provider that fails in some way keeps a caller waiting, in the turn in which it fails and in the next.</summary>
internal static class Fallback
{
    private const int Calls = 3;
    private const int AtOnce = 22;
    private const int Always = 60;

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(4000);

    private static readonly (Capability Capability, string Failure, Action<Vendors>? FromStart, Action<Vendors>? BeforeTurn)[] Failures =
    [
        (Capability.Recognise, "none", null, null),
        (Capability.Recognise, "refuses (403)", Hears(new AzureFault { UpgradeStatus = 403 }), null),
        (Capability.Recognise, "errors", Hears(new AzureFault { PhraseStatus = "Error" }), null),
        (Capability.Recognise, "disconnects", Hears(new AzureFault { AtMs = 500, Abort = true }), null),
        (Capability.Recognise, "silent after connect", Hears(new AzureFault { Silent = true }), null),
        (Capability.Recognise, "trickles: guesses, no phrase", Hears(new AzureFault { WithholdsPhrases = true }), null),
        (Capability.Recognise, "late", v => v.Azure.PhraseAfterSound = Late, null),
        (Capability.Think, "refuses (401)", null, Thinks(OpenAiError.Of(401, "invalid_request_error", "invalid_api_key"))),
        (Capability.Think, "errors (503)", null, Thinks(OpenAiError.Of(503, "server_error"))),
        (Capability.Think, "disconnects", null, v => v.OpenAi.Answer = static () => new ChatScript().Delay(Vendors.FirstToken).Cut()),
        (Capability.Think, "silent after connect", null, Thinks(OpenAiError.Silence())),
        (Capability.Think, "trickles: nothing said", null, v => v.OpenAi.Answer = static () => Trickle("")),
        (Capability.Think, "trickles: a word a second", null, v => v.OpenAi.Answer = static () => Trickle(" of")),
        (Capability.Think, "late", null, v => v.OpenAi.Answer = static () => Vendors.Answer(Late)),
        (Capability.Speak, "refuses (401)", null, Speaks(new AzureSynthesisFault { Status = 401 })),
        (Capability.Speak, "errors (500)", null, Speaks(new AzureSynthesisFault { Status = 500 })),
        (Capability.Speak, "disconnects at once", null, Speaks(new AzureSynthesisFault { CutAfterBytes = 0 })),
        (Capability.Speak, "disconnects in the clause", null, Speaks(new AzureSynthesisFault { CutAfterBytes = 1600 })),
        (Capability.Speak, "silent after connect", null, Speaks(new AzureSynthesisFault { StallAfterBytes = -1 })),
        (Capability.Speak, "stalls in the clause", null, Speaks(new AzureSynthesisFault { StallAfterBytes = 1600 })),
        (Capability.Speak, "trickles: 20 ms in 100 ms", null, v =>
        {
            v.Azure.SynthesisChunkBytes = 160;
            v.Azure.SynthesisGap = TimeSpan.FromMilliseconds(100);
        }),
        (Capability.Speak, "late", null, v => v.Azure.SynthesisDelay = Late),
    ];

    public static async Task<string> RunAsync(Recording[] says)
    {
        using var room = new SemaphoreSlim(AtOnce);
        var rows = await Task.WhenAll(Failures.Select(failure => RowAsync(failure, says, room)));
        var deadlines = new ProviderDeadlines();
        var table = new StringWriter();
        table.WriteLine("| capability | first provider | deadline | left after, median | heard anything after, median | answer after, median | next turn, median | unanswered |");
        table.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var ((capability, failure, _, _), row) in Failures.Zip(rows))
            table.WriteLine($"| {capability} | {failure} | {deadlines.Of(capability).FirstOutputMs.ToString("N0", CultureInfo.InvariantCulture)} | {row} |");
        return table.ToString();
    }

    private static async Task<string> RowAsync(
        (Capability Capability, string Failure, Action<Vendors>? FromStart, Action<Vendors>? BeforeTurn) failure, Recording[] says, SemaphoreSlim room)
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, Calls).Select(async _ =>
        {
            await room.WaitAsync();
            try
            {
                return await CallAsync(failure.Capability, failure.FromStart, failure.BeforeTurn, says);
            }
            finally
            {
                room.Release();
            }
        }));
        Figures Of(Func<(double? LeftMs, IReadOnlyList<Waited> Turns), double?> value) => new(calls.Select(value).OfType<double>());
        var unanswered = calls.Sum(call => says.Length - call.Turns.Count(static t => t.AnswerMs is not null));
        return $"{Of(static c => c.LeftMs).At(50)} | {Of(static c => Turn(c.Turns, 0)?.HeardMs).At(50)} | {Of(static c => Turn(c.Turns, 0)?.AnswerMs).At(50)} "
            + $"| {Of(static c => Turn(c.Turns, 1)?.AnswerMs).At(50)} | {unanswered}";
    }

    private static async Task<(double? LeftMs, IReadOnlyList<Waited> Turns)> CallAsync(
        Capability capability, Action<Vendors>? fromStart, Action<Vendors>? beforeTurn, Recording[] says)
    {
        await using var vendors = await Vendors.StartAsync();
        fromStart?.Invoke(vendors);
        var watch = new Watch();
        await using var installation = new Installation(Addresses.Of(vendors), watch: watch);
        installation.Ring();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var call = new BenchCall(installation, says, (turn, next) =>
        {
            vendors.Expect(next.Text);
            if (turn == 0)
                beforeTurn?.Invoke(vendors);
        });
        var turns = await call.RunAsync();
        return (watch.FallbackMs(capability), turns);
    }

    // A call that was given up has fewer turns.
    private static Waited? Turn(IReadOnlyList<Waited> turns, int index) => index < turns.Count ? turns[index] : null;

    private static ChatScript Trickle(string word)
    {
        var script = new ChatScript();
        for (var i = 0; i < Always; i++)
            script = script.Say(word).Delay(TimeSpan.FromSeconds(1));
        return script;
    }

    private static Action<Vendors> Hears(AzureFault fault) => vendors => Repeat(() => vendors.Azure.Faults.Enqueue(fault));

    private static Action<Vendors> Thinks(Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer) => vendors => Repeat(() => vendors.OpenAi.Next(answer));

    private static Action<Vendors> Speaks(AzureSynthesisFault fault) => vendors => Repeat(() => vendors.Azure.SynthesisFaults.Enqueue(fault));

    private static void Repeat(Action action)
    {
        for (var i = 0; i < Always; i++)
            action();
    }
}
