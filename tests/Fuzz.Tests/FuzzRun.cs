using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Parley.Fuzz.Tests.Targets;

namespace Parley.Fuzz.Tests;

/// <summary>Sends many messages to all targets; the same ones for the same seed. A target that breaks a property gets no more.</summary>
internal sealed class FuzzRun(int seed, long messages)
{
    /// <summary>Longest time for one message: generous, since the machine may be busy; what hangs, hangs longer.</summary>
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private readonly FuzzTarget[] targets =
    [
        new MediaMessages(), new Webhooks(), new Signatures(), new Tokens(), new AdminInputs(), new TenantYaml(), new WavFiles(), new CallScripts(),
        new Dialogues(), new Clauses(), new Audio(), new Calendars(),
    ];

    private readonly Dictionary<FuzzTarget, Figures> figures = [];
    private string current = "";
    private long currentSince;

    /// <summary>Runs to the end; returns what to tell.</summary>
    public string Run()
    {
        Exception? failure = null;
        // A stack as small as those of the server's threads, so that deep recursion shows.
        var thread = new Thread(
            () =>
            {
                try
                {
                    Loop();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 1536 * 1024) { IsBackground = true };
        var started = Stopwatch.GetTimestamp();
        Volatile.Write(ref currentSince, started);
        thread.Start();
        while (!thread.Join(500))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref currentSince)) > Watchdog)
                throw new TimeoutException($"Seed {seed}: {current} took longer than {Watchdog.TotalSeconds} s.");
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return Report(Stopwatch.GetElapsedTime(started));
    }

    private void Loop()
    {
        var wheel = targets.SelectMany(target => Enumerable.Repeat(target, target.Share)).ToArray();
        foreach (var target in targets)
        {
            figures[target] = new Figures();
            // What is made once is not any message's.
            for (var i = 0; i < 20; i++)
                Warm(target, i);
        }

        var failures = new Dictionary<FuzzTarget, Exception>();
        for (long i = 0; i < messages; i++)
        {
            var random = new Random(HashCode(seed, i));
            var target = wheel[random.Next(wheel.Length)];
            if (failures.ContainsKey(target))
                continue;
            try
            {
                One(target, random, i);
            }
            catch (Exception e)
            {
                failures.Add(target, e);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException(failures.Values);
    }

    private static void Warm(FuzzTarget target, int seed)
    {
        var random = new Random(seed);
        var input = target.Make(random);
        try
        {
            target.Run(input, random);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{target.Name}, at the start, {Show(input)}: {e.Message}", e);
        }
    }

    private void One(FuzzTarget target, Random random, long index)
    {
        var input = target.Make(random);
        current = $"{target.Name}, message {index}";
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref currentSince, began);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input, random);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}, {current}, {Show(input)}: {e.Message}", e);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var (basis, perByte) = target.Allowance;
        if (allocated > basis + (perByte * input.Length))
            throw new InvalidOperationException($"Seed {seed}, {current}, {Show(input)}: {allocated} bytes allocated for {input.Length}.");
        figures[target].Add(input.Length, allocated, Stopwatch.GetElapsedTime(began));
    }

    // The framework's own differs from run to run.
    private static int HashCode(int seed, long index)
    {
        var mixed = (ulong)(index + 1) * 0x9E3779B97F4A7C15 ^ ((ulong)(uint)seed << 17);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        return (int)(mixed ^ (mixed >> 31));
    }

    private static string Show(byte[] input) =>
        $"{input.Length} bytes: {Convert.ToBase64String(input, 0, Math.Min(input.Length, 3000))}";

    private string Report(TimeSpan time)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {seed}: {messages} messages in {time.TotalSeconds:F1} s, {messages / time.TotalSeconds:F0} a second.");
        foreach (var (target, f) in figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {target.Name,-14} {f.Count,8} messages, largest {f.Largest,6} bytes, most allocated {f.MostAllocated,8} bytes, slowest {f.Slowest.TotalMilliseconds,7:F1} ms, mean {f.Time.TotalMicroseconds / Math.Max(f.Count, 1),6:F1} us");
        }

        return text.ToString();
    }

    private sealed class Figures
    {
        public long Count { get; private set; }

        public int Largest { get; private set; }

        public long MostAllocated { get; private set; }

        public TimeSpan Slowest { get; private set; }

        public TimeSpan Time { get; private set; }

        public void Add(int size, long allocated, TimeSpan time)
        {
            Count++;
            Largest = Math.Max(Largest, size);
            MostAllocated = Math.Max(MostAllocated, allocated);
            Slowest = time > Slowest ? time : Slowest;
            Time += time;
        }
    }
}
