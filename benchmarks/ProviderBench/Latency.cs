namespace Parley.ProviderBench;

/// <summary>Voice to voice with speculation and prewarming, with one of them, with neither: all at the same time, each call on an installation of its own.</summary>
internal static class Latency
{
    // A telephone rings for about as long before the server's media begin.
    private static readonly TimeSpan Ringing = TimeSpan.FromSeconds(1);

    private static readonly (string Name, bool Speculate, bool Prewarm)[] Modes =
    [
        ("speculation and prewarming", true, true), ("speculation only", true, false), ("prewarming only", false, true), ("neither", false, false),
    ];

    public static async Task<string> RunAsync(IReadOnlyList<Recording[]> calls, int rounds)
    {
        var results = Modes.ToDictionary(static mode => mode.Name, static _ => new List<(double? Greeting, IReadOnlyList<Waited> Turns)>());
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(Modes.SelectMany(mode => calls.Select(async says =>
            {
                var result = await CallAsync(says, mode.Speculate, mode.Prewarm);
                lock (results)
                    results[mode.Name].Add(result);
            })));
        }

        var table = new StringWriter();
        table.WriteLine("| voice to voice, ms | turns | median | p95 | first turn, median | greeting, median | unanswered |");
        table.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, _, _) in Modes)
        {
            var all = results[name];
            var turns = all.SelectMany(static call => call.Turns).ToList();
            var answers = new Figures(turns.Select(static t => t.AnswerMs).OfType<double>());
            var first = new Figures(all.Select(static call => call.Turns is [var turn, ..] ? turn.AnswerMs : null).OfType<double>());
            var greeting = new Figures(all.Select(static call => call.Greeting).OfType<double>());
            table.WriteLine($"| {name} | {turns.Count} | {answers.At(50)} | {answers.At(95)} | {first.At(50)} | {greeting.At(50)} | {turns.Count - answers.Count} |");
        }

        table.WriteLine();
        table.WriteLine("| said, median ms | " + string.Join(" | ", Modes.Select(static mode => mode.Name)) + " |");
        table.WriteLine("| --- | " + string.Join(" | ", Modes.Select(static _ => "---")) + " |");
        foreach (var said in calls.SelectMany(static call => call))
        {
            var medians = Modes.Select(mode => new Figures(
                results[mode.Name].SelectMany(static call => call.Turns).Where(t => t.Said == said).Select(static t => t.AnswerMs).OfType<double>()).At(50));
            table.WriteLine($"| {said.Text} | {string.Join(" | ", medians)} |");
        }

        return table.ToString();
    }

    private static async Task<(double? Greeting, IReadOnlyList<Waited> Turns)> CallAsync(Recording[] says, bool speculate, bool prewarm)
    {
        await using var vendors = await Vendors.StartAsync();
        await using var installation = new Installation(Addresses.Of(vendors), speculate);
        if (prewarm)
            installation.Ring();
        await Task.Delay(Ringing, TimeProvider.System);
        var call = new BenchCall(installation, says, (_, next) => vendors.Expect(next.Text));
        var turns = await call.RunAsync();
        return (call.GreetingMs, turns);
    }
}
