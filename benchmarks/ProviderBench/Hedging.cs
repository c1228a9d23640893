using System.Globalization;
using Parley.Providers.Server.Azure;

namespace Parley.ProviderBench;

/// <summary>What asking a second provider beside a slow first one gains and costs, where 5 % of the models' answers and of the clauses never come.</summary>
internal static class Hedging
{
    private const int OneIn = 20;
    private const int Callers = 20;
    private const int TurnsEach = 13;

    // The first 20 answers only tell how long they take.
    private const int LearningTurns = 2;

    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    public static async Task<string> RunAsync(Recording said)
    {
        var table = new StringWriter();
        table.WriteLine("| hedging | turns | p50 | p95 | p99 | extra requests: models | voices | unanswered |");
        table.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        table.WriteLine(await RowAsync(said, hedge: false));
        table.WriteLine(await RowAsync(said, hedge: true));
        return table.ToString();
    }

    private static async Task<string> RowAsync(Recording said, bool hedge)
    {
        await using var vendors = await Vendors.StartAsync();
        vendors.Expect(said.Text, 10_000);
        Stall(vendors);
        var watch = new Watch();
        await using var installation = new Installation(Addresses.Of(vendors), hedge: hedge, watch: watch);
        installation.Ring();
        var says = Enumerable.Repeat(said, TurnsEach).ToArray();
        var turns = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => new BenchCall(installation, says).RunAsync())))
            .SelectMany(static call => call.Skip(LearningTurns)).ToList();
        var answers = new Figures(turns.Select(static t => t.AnswerMs).OfType<double>());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {(hedge ? "on" : "off")} | {turns.Count} | {answers.At(50)} | {answers.At(95)} | {answers.At(99)} | {watch.ExtraShare(Conversation.Providers.Capability.Think):P1} | {watch.ExtraShare(Conversation.Providers.Capability.Speak):P1} | {turns.Count - answers.Count} |");
    }

    // Every 20th answer of each server stalls, from a place of its own.
    private static void Stall(Vendors vendors)
    {
        var (first, second) = (0, OneIn / 2);
        vendors.OpenAi.Answer = () => Vendors.Answer(Interlocked.Increment(ref first) % OneIn == 0 ? Never : Vendors.FirstToken);
        vendors.Second.Answer = () => Vendors.Answer(Interlocked.Increment(ref second) % OneIn == 0 ? Never : Vendors.FirstToken);
        for (var i = 1; i < 10_000; i++)
            vendors.Azure.SynthesisFaults.Enqueue(i % OneIn == OneIn / 4 ? new AzureSynthesisFault { StallAfterBytes = -1 } : null);
    }
}
