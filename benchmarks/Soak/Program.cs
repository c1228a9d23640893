using System.CommandLine;
using Parley.Soak;

var minutes = new Option<double>("--minutes") { Description = "How long calls come.", DefaultValueFactory = _ => 30 };
var calls = new Option<int>("--calls") { Description = "How many there are at a time.", DefaultValueFactory = _ => 50 };
var every = new Option<double>("--every") { Description = "Seconds between two looks at the server.", DefaultValueFactory = _ => 5 };
var seed = new Option<int>("--seed") { Description = "Decides who calls when.", DefaultValueFactory = _ => 1 };
var samples = new Option<DirectoryInfo>("--samples") { Description = "Folder of tenants and call scripts.", DefaultValueFactory = _ => new("samples") };
var results = new Option<DirectoryInfo>("--out") { Description = "Where the figures go.", DefaultValueFactory = _ => new("benchmarks/results") };
var root = new RootCommand("Places calls for a while and tells whether the server keeps anything of them.") { minutes, calls, every, seed, samples, results };
root.SetAction(async (parsed, cancellation) =>
{
    var plan = new SoakPlan(
        TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(calls), TimeSpan.FromSeconds(parsed.GetValue(every)),
        parsed.GetValue(seed), parsed.GetValue(samples)!, parsed.GetValue(results)!);
    if (plan.Duration <= TimeSpan.Zero || plan.Calls < 1 || plan.Every < TimeSpan.FromMilliseconds(200))
    {
        Console.Error.WriteLine("--minutes and --calls must be above 0, --every at least 0.2.");
        return 2;
    }

    return await new SoakRun(plan, TimeProvider.System).RunAsync(cancellation);
});
var command = root.Parse(args);
var exit = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
return command.Errors.Count > 0 ? 2 : exit;
