using System.Runtime.CompilerServices;

namespace Parley.Conversation.Faults;

/// <summary>How faults copy, damage and throw away the items of a stream.</summary>
internal interface IFaultItems<T>
{
    T Copy(T item);

    T Damage(T item, FaultInjector faults);

    void Drop(T item);
}

/// <summary>Faults for what is made on demand: an agent's answer, a synthesised clause.</summary>
internal static class FaultyStream
{
    /// <summary>The items of <paramref name="source"/>, with the faults of <paramref name="faults"/>.</summary>
    public static async IAsyncEnumerable<T> Apply<T>(
        IAsyncEnumerable<T> source, FaultInjector faults, IFaultItems<T> items, TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = new Queue<T>();
        var isFirst = true;
        try
        {
            await foreach (var item in source.WithCancellation(cancellationToken))
            {
                var fate = faults.Next(isFirst);
                isFirst = false;
                await PassAsync(item, fate, items, clock, cancellationToken);
                if (fate.Kind == FateKind.Drop)
                    continue;

                var given = fate.Damaged ? items.Damage(item, faults) : item;
                if (fate.Swapped && held.Count == 0)
                {
                    held.Enqueue(given);
                    continue;
                }

                var again = fate.Twice ? items.Copy(given) : default;
                yield return given;
                if (fate.Twice)
                    yield return again!;
                while (held.TryDequeue(out var earlier))
                    yield return earlier;
            }

            while (held.TryDequeue(out var last))
                yield return last;
        }
        finally
        {
            while (held.TryDequeue(out var left))
                items.Drop(left);
        }
    }

    /// <summary>Waits as long as the item is held up; an item that does not pass is dropped.</summary>
    private static async Task PassAsync<T>(T item, Fate fate, IFaultItems<T> items, TimeProvider clock, CancellationToken cancellationToken)
    {
        var passes = false;
        try
        {
            if (fate.Kind == FateKind.Cut)
                throw new FaultException();
            if (fate.Kind == FateKind.HalfOpen)
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            if (fate.Wait > TimeSpan.Zero)
                await Task.Delay(fate.Wait, clock, cancellationToken);
            passes = fate.Kind == FateKind.Pass;
        }
        finally
        {
            if (!passes)
                items.Drop(item);
        }
    }
}
