using System.Buffers;
using System.Text;

namespace Parley.Conversation.Faults;

/// <summary>What becomes of an item.</summary>
public enum FateKind
{
    /// <summary>It passes.</summary>
    Pass,

    /// <summary>It is lost.</summary>
    Drop,

    /// <summary>The stream breaks before it.</summary>
    Cut,

    /// <summary>Neither it nor anything after it passes.</summary>
    HalfOpen,
}

/// <summary>The fate of one item.</summary>
/// <param name="Kind">Whether it passes.</param>
/// <param name="Wait">How long it is held up.</param>
/// <param name="Twice">It comes twice.</param>
/// <param name="Swapped">It changes places with the next one.</param>
/// <param name="Damaged">It is to be damaged.</param>
public readonly record struct Fate(FateKind Kind, TimeSpan Wait = default, bool Twice = false, bool Swapped = false, bool Damaged = false);

/// <summary>
/// Deals out the faults of a plan to the items of one stream, in their order. Its time begins with its making. An instance may serve several
/// streams one after the other, such as the connections of one call: what happens once happens once in all of them. Thread safe.
/// </summary>
/// <param name="plan">The faults.</param>
/// <param name="clock">The clock of delays and moments.</param>
/// <param name="stream">Tells streams with the same plan apart, so that they are not unlucky at the same items.</param>
public sealed class FaultInjector(FaultPlan plan, TimeProvider clock, int stream = 0)
{
    // A wrong share of a text: one character in so many, at least one.
    private const int DamageEvery = 12;

    private static readonly SearchValues<byte> Whatever = SearchValues.Create("{}[]\":,0aZ\\ "u8);
    private static readonly string[] Rubbish = ["\0", "\u0007", "\ud800", "\u200b", "\uffff", "�", "\r\n", "<", "'"];

    private readonly Lock gate = new();
    private readonly Random random = new(unchecked(plan.Seed * 7919 + stream));
    private readonly long start = clock.GetTimestamp();
    private readonly TimeSpan[] stalledUntil = new TimeSpan[plan.Stalls.Count];
    private TimeSpan lastDue;
    private int items;
    private bool wasCut;
    private bool wasHalfOpen;

    /// <summary>The fate of the next item.</summary>
    /// <param name="isLate">Whether the plan's delay holds for it: not for the later items of a stream that is made on demand.</param>
    public Fate Next(bool isLate = true)
    {
        lock (gate)
        {
            items++;
            var now = clock.GetElapsedTime(start);
            if (!wasCut && plan.Cut?.IsReached(now, items) == true)
            {
                wasCut = true;
                return new Fate(FateKind.Cut);
            }

            if (!wasHalfOpen && plan.HalfOpen?.IsReached(now, items) == true)
            {
                wasHalfOpen = true;
                return new Fate(FateKind.HalfOpen);
            }

            // Always the same number of throws an item, so that one fault does not move the others.
            var (late, drop, twice, swap, damage) =
                (random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble());
            var due = now + (isLate ? plan.Delay : TimeSpan.Zero) + plan.Jitter * late;
            for (var i = 0; i < stalledUntil.Length; i++)
            {
                var stall = plan.Stalls[i];
                if (stalledUntil[i] == default && stall.At.IsReached(now, items))
                    stalledUntil[i] = (stall.At.After ?? now) + stall.For;
                due = due > stalledUntil[i] ? due : stalledUntil[i];
            }

            lastDue = due > lastDue ? due : lastDue;
            return drop < plan.Drop
                ? new Fate(FateKind.Drop)
                : new Fate(FateKind.Pass, lastDue - now, twice < plan.Duplicate, swap < plan.Reorder, damage < plan.Corrupt);
        }
    }

    /// <summary>A text with characters that no text should have, and without some that it should.</summary>
    public string Damage(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var damaged = new StringBuilder(text);
        lock (gate)
        {
            for (var i = 0; i <= text.Length / DamageEvery; i++)
            {
                var at = random.Next(damaged.Length + 1);
                var rubbish = Rubbish[random.Next(Rubbish.Length)];
                if (at < damaged.Length)
                    damaged.Remove(at, 1);
                damaged.Insert(at, rubbish);
            }
        }

        return damaged.ToString();
    }

    /// <summary>Damages a message in place; it stays ASCII, as a text message has to be valid UTF-8 before anybody sees it.</summary>
    public void DamageText(Span<byte> message)
    {
        lock (gate)
        {
            for (var i = 0; i < 3 && message.Length > 0; i++)
                message[random.Next(message.Length)] = (byte)random.Next(0x20, 0x7F);

            // And one that surely matters to JSON.
            var at = message.IndexOfAny(Whatever);
            if (at >= 0)
                message[at] = (byte)'~';
        }
    }

    /// <summary>Damages bytes in place.</summary>
    public void Damage(Span<byte> bytes)
    {
        lock (gate)
            random.NextBytes(bytes);
    }
}
