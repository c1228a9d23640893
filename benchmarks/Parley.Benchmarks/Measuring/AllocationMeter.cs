using System.Linq.Expressions;
using System.Reflection;
using BenchmarkDotNet.Running;
using Parley.Benchmarks.Gateway;

namespace Parley.Benchmarks.Measuring;

/// <summary>
/// Counts what a benchmark allocates, exactly. BenchmarkDotNet counts the whole process, where the runtime's own threads allocate as well;
/// here it is the benchmark's thread only, unless several threads take part. Of several rounds the least counts: what a benchmark itself
/// allocates is in each of them, what happens beside it is not.
/// </summary>
internal static class AllocationMeter
{
    private const int Rounds = 6;
    private const int MostInvocations = 2000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes of one operation, to a tenth. Run without tiered compilation, so that methods do not change between rounds.</summary>
    public static double BytesPerOperation(BenchmarkCase benchmark)
    {
        // A thread of its own: nobody's synchronization context, nobody else's allocations.
        double result = 0;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = Measure(benchmark);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException($"{benchmark.Descriptor.WorkloadMethodDisplayInfo} failed.", failure);
    }

    private static double Measure(BenchmarkCase benchmark)
    {
        var descriptor = benchmark.Descriptor;
        var instance = Activator.CreateInstance(descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items)
            descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);

        var work = Bind(descriptor.WorkloadMethod, instance);
        var before = Bind(descriptor.IterationSetupMethod, instance);
        var after = Bind(descriptor.IterationCleanupMethod, instance);
        Bind(descriptor.GlobalSetupMethod, instance)();
        try
        {
            var invocations = benchmark.Job.Run.HasValue(BenchmarkDotNet.Jobs.RunMode.InvocationCountCharacteristic)
                ? (int)benchmark.Job.Run.InvocationCount
                : Calibrate(before, work, after);
            var manyThreads = descriptor.HasCategory(SessionBenchmarks.Category);
            var least = long.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                before();
                var start = Allocated(manyThreads);
                for (var i = 0; i < invocations; i++)
                    work();
                least = Math.Min(least, Allocated(manyThreads) - start);
                after();
            }

            return Math.Round((double)least / invocations / descriptor.OperationsPerInvoke, 1);
        }
        finally
        {
            Bind(descriptor.GlobalCleanupMethod, instance)();
        }
    }

    private static int Calibrate(Action before, Action work, Action after)
    {
        before();
        var start = TimeProvider.System.GetTimestamp();
        var invocations = 0;
        while (invocations < MostInvocations && TimeProvider.System.GetElapsedTime(start) < WarmUp)
        {
            work();
            invocations++;
        }

        after();
        return Math.Max(10, invocations);
    }

    private static long Allocated(bool manyThreads) =>
        manyThreads ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();

    /// <summary>The method as a delegate that boxes no result; nothing when there is no method.</summary>
    private static Action Bind(MethodInfo? method, object instance)
    {
        if (method is null)
            return static () => { };

        var call = Expression.Call(Expression.Constant(instance), method);
        if (!typeof(Task).IsAssignableFrom(method.ReturnType))
            return Expression.Lambda<Action>(call).Compile();

        var start = Expression.Lambda<Func<Task>>(Expression.Convert(call, typeof(Task))).Compile();
        return () => start().GetAwaiter().GetResult();
    }
}
