using Parley.ProviderBench;

// Measures calls over cloud providers against the local servers of tests/Providers.Server: see benchmarks/run-providers.
var repository = Path.GetFullPath(args is ["servers", ..] ? "." : args.ElementAtOrDefault(1) ?? ".");
var calls = Recording.Calls(repository);
var question = calls[0][0];
if (args is ["latency" or "fallback" or "hedging", ..])
{
    // The first call pays for what is compiled.
    await Latency.RunAsync([[question, question]], rounds: 1);
}

switch (args.FirstOrDefault())
{
    case "servers":
        await Cost.ServeAsync(question.Text);
        return 0;
    case "latency":
        Console.Write(await Latency.RunAsync(calls, rounds: 4));
        return 0;
    case "fallback":
        Console.Write(await Fallback.RunAsync([question, calls[0][1]]));
        return 0;
    case "hedging":
        Console.Write(await Hedging.RunAsync(question));
        return 0;
    case "cost":
        Console.Write(await Cost.RunAsync([question, question, question]));
        return 0;
    default:
        Console.Error.WriteLine("Parley.ProviderBench latency|fallback|hedging|cost [REPOSITORY]");
        return 2;
}
