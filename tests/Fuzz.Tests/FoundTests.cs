using Parley.Calling;
using Parley.Persistence.Tenants;
using YamlDotNet.Core;

namespace Parley.Fuzz.Tests;

/// <summary>What fuzzing found, one test each.</summary>
public sealed class FoundTests
{
    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Nesting_without_end_is_refused_and_does_not_exhaust_the_stack(string open)
    {
        var yaml = string.Concat(Enumerable.Repeat(open, 100_000));
        Should.Throw<TenantFileException>(() => TenantFile.Parse(yaml, "deep.yaml")).Errors.ShouldHaveSingleItem();
        Should.Throw<CallScriptException>(() => CallScriptReader.Read(new StringReader(yaml), "deep.yaml", _ => null!));
    }

    [Fact]
    public void What_the_YAML_library_trips_over_is_a_mistake_in_the_file() =>
        Should.Throw<TenantFileException>(() => TenantFile.Parse("aliases: [a,\n-\n", "odd.yaml"));

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("? &a [x, *a]\n: y")]
    [InlineData("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]")]
    public void Lists_that_hold_themselves_or_each_other_are_refused(string yaml) =>
        Should.Throw<YamlException>(() => YamlText.Load(yaml)).Message.ShouldContain("alias");

    [Fact]
    public void A_value_may_be_repeated_by_an_alias() => YamlText.Load("a: &a x\nb: *a").Count.ShouldBe(1);
}
