using System.Globalization;

namespace Parley.Fuzz.Tests;

/// <summary>
/// Whatever comes in from outside: no crash, no hang, no allocation blow-up, and only the outcomes that are documented. A few thousand messages by
/// default; <c>PARLEY_FUZZ_MESSAGES=1000000 dotnet run -c Release --project tests/Fuzz.Tests</c> for a long run, with another seed by
/// <c>PARLEY_FUZZ_SEED</c>.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public void Nothing_that_comes_in_crashes_hangs_or_blows_up()
    {
        var report = new FuzzRun((int)Number("PARLEY_FUZZ_SEED", 20261121), Number("PARLEY_FUZZ_MESSAGES", 10_000)).Run();
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        if (Environment.GetEnvironmentVariable("PARLEY_FUZZ_MESSAGES") is not null)
            Console.WriteLine(report);
    }

    private static long Number(string variable, long otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
