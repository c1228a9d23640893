namespace Parley.Fuzz.Tests;

/// <summary>
/// Something that takes input from outside. <see cref="Run"/> throws when an outcome is not one of those that its documentation names; what it
/// allocates may not grow faster than its input.
/// </summary>
internal abstract class FuzzTarget
{
    public string Name => GetType().Name;

    /// <summary>How many of a thousand messages go here.</summary>
    public abstract int Share { get; }

    /// <summary>Bytes that may be allocated whatever the input; and for each byte of it.</summary>
    public virtual (long Fixed, long PerByte) Allowance => (256 * 1024, 200);

    /// <summary>One input: valid, or spoiled.</summary>
    public abstract byte[] Make(Random random);

    /// <summary>Takes an input.</summary>
    public abstract void Run(byte[] input, Random random);

    /// <summary>Three in twenty inputs stay as they are.</summary>
    protected static byte[] MaybeSpoil(Random random, byte[] valid) => random.Next(20) < 3 ? valid : Mutator.Mutate(random, valid);

    protected static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException("Property broken: " + what);
    }
}
