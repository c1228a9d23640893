using System.Diagnostics;

namespace Parley.Benchmarks.Measuring;

/// <summary><c>--budget</c>: measures every benchmark's allocations and compares them with the budgets.</summary>
internal static class BudgetCommand
{
    private const string Tiered = "DOTNET_TieredCompilation";

    /// <summary>Returns the exit code: 0 when every budget holds.</summary>
    /// <param name="args">The arguments, to start the process anew with.</param>
    /// <param name="write">Make the measured values the budgets.</param>
    public static int Run(string[] args, bool write)
    {
        // Code that is compiled better while it is measured allocates differently, and the setting is read at the start of a process.
        if (Environment.GetEnvironmentVariable(Tiered) != "0")
            return RunWithoutTiers(args);

        var budgets = BudgetFile.Read();
        var lines = new List<BudgetLine>();
        foreach (var type in BudgetCheck.Classes)
        {
            Console.WriteLine($"{type.Name} ...");
            lines.AddRange(BudgetCheck.Measure(type, budgets));
        }

        Console.WriteLine();
        if (write)
        {
            BudgetFile.Write(lines);
            Console.WriteLine($"{lines.Count} budgets written.");
            return 0;
        }

        lines.AddRange(BudgetCheck.Orphans(budgets));
        var wrong = lines.Where(l => !l.Holds).ToList();
        Console.WriteLine(BudgetCheck.Table(lines));
        Console.WriteLine();
        Console.WriteLine($"{lines.Count - wrong.Count} passed, {wrong.Count} failed");
        return wrong.Count == 0 ? 0 : 1;
    }

    private static int RunWithoutTiers(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, args) { Environment = { [Tiered] = "0" } };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
