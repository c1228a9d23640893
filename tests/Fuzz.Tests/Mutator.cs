using System.Text;

namespace Parley.Fuzz.Tests;

/// <summary>Spoils valid input the ways that parsers trip over: single bytes, cuts, repeats, nesting, huge numbers, text that is no text.</summary>
internal static class Mutator
{
    /// <summary>No mutation lets an input grow beyond this.</summary>
    public const int MaxBytes = 96 * 1024;

    private static readonly byte[][] Nasty =
    [
        "\\ud800"u8.ToArray(), "\\udfff\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xEF, 0xBB, 0xBF], "\r\n"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(),
        "null"u8.ToArray(), "true"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "0.1"u8.ToArray(), "99999999999999999999"u8.ToArray(),
        "9223372036854775807"u8.ToArray(), "-9223372036854775808"u8.ToArray(), "2147483648"u8.ToArray(), "NaN"u8.ToArray(), "===="u8.ToArray(),
        "%00"u8.ToArray(), "%zz"u8.ToArray(), "&"u8.ToArray(), "="u8.ToArray(), "&&=&"u8.ToArray(), ": "u8.ToArray(), "\n- "u8.ToArray(), "&a *a"u8.ToArray(),
        "!!binary "u8.ToArray(), "|\n"u8.ToArray(), "\t"u8.ToArray(), "\u202e"u8.ToArray(), "\u0130"u8.ToArray(), "\U0001F4DE"u8.ToArray(), "e\u0301\u0301\u0301"u8.ToArray(),
    ];

    public static byte[] Mutate(Random random, byte[] input)
    {
        var times = random.Next(1, 5);
        for (var i = 0; i < times; i++)
            input = Once(random, input);
        return input.Length <= MaxBytes ? input : input[..MaxBytes];
    }

    private static byte[] Once(Random random, byte[] input)
    {
        var at = random.Next(input.Length + 1);
        var length = input.Length == at ? 0 : random.Next(1, Math.Min(input.Length - at, 64) + 1);
        switch (random.Next(12))
        {
            case 0 when input.Length > 0:
                var flipped = (byte[])input.Clone();
                flipped[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when input.Length > 0:
                var changed = (byte[])input.Clone();
                changed[random.Next(input.Length)] = (byte)random.Next(256);
                return changed;
            case 2:
                return input[..at];
            case 3:
                return input[at..];
            case 4:
                return [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
            case 5:
                return [.. input.AsSpan(0, at), .. input.AsSpan(at, length), .. input.AsSpan(at)];
            case 6 when input.Length < 8192:
                return [.. input, .. input];
            case 7:
                // Nesting, deeper now and then than any parser's stack likes.
                var depth = random.Next(20) == 0 ? random.Next(1000, 20_000) : random.Next(1, 100);
                var open = random.Next(3) switch { 0 => "["u8.ToArray(), 1 => "{\"a\":"u8.ToArray(), _ => "- "u8.ToArray() };
                return [.. input.AsSpan(0, at), .. Enumerable.Repeat(open, depth).SelectMany(o => o), .. input.AsSpan(at)];
            case 8:
                return Numbers(random, input);
            case 9 when random.Next(10) == 0:
                return [.. input.AsSpan(0, at), .. Enumerable.Repeat((byte)random.Next(32, 127), random.Next(1, 30_000)), .. input.AsSpan(at)];
            default:
                return [.. input.AsSpan(0, at), .. Nasty[random.Next(Nasty.Length)], .. input.AsSpan(at)];
        }
    }

    /// <summary>Makes the first number at or after a place another.</summary>
    private static byte[] Numbers(Random random, byte[] input)
    {
        var from = input.AsSpan().IndexOfAnyInRange((byte)'0', (byte)'9');
        if (from < 0)
            return input;
        var to = from;
        while (to < input.Length && char.IsAsciiDigit((char)input[to]))
            to++;
        string number = random.Next(5) switch
        {
            0 => new string('9', random.Next(1, 400)),
            1 => "-" + random.NextInt64(),
            2 => "0",
            3 => random.NextInt64() + "." + random.Next() + "e" + random.Next(-400, 400),
            _ => long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return [.. input.AsSpan(0, from), .. Encoding.ASCII.GetBytes(number), .. input.AsSpan(to)];
    }
}
