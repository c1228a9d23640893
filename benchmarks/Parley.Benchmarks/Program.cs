using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Parley.Benchmarks;
using Parley.Benchmarks.Measuring;
using Perfolizer.Horology;

// --budget [--write]   allocations only, against budgets.json
// --save ...           the long run; anything else is BenchmarkDotNet's own
if (args.Contains("--budget"))
    return BudgetCommand.Run(args, write: args.Contains("--write"));

// In this process: the native speech parts are found, and no project is generated and built for each benchmark.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(12).WithIterationTime(TimeInterval.FromMilliseconds(150)))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "benchmarks"));
var save = args.Contains("--save");
var commit = save ? SavedResults.Commit() : "";
var summaries = BenchmarkSwitcher.FromTypes([.. BudgetCheck.Classes]).Run(args.Where(a => a != "--save").ToArray(), config).ToList();
if (save)
    SavedResults.Write(summaries, commit, TimeProvider.System.GetUtcNow());
return summaries.Count > 0 && summaries.All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
