using Parley.Conversation.Stt.Moonshine;

namespace Parley.Conversation.Tests.Stt;

public sealed class PrefixAgreementTests
{
    [Fact]
    public void Only_what_two_passes_agree_on_is_told_and_only_when_it_grew()
    {
        var agreement = new PrefixAgreement();
        agreement.TryAdvance("I would", out _).ShouldBeFalse();
        agreement.TryAdvance("I would like to.", out var agreed).ShouldBeTrue();
        agreed.ShouldBe("I would");
        agreement.TryAdvance("I would like to book", out agreed).ShouldBeTrue();
        agreed.ShouldBe("I would like to");
        agreement.TryAdvance("I would lie to", out _).ShouldBeFalse();
        agreement.TryAdvance("I would lie too", out _).ShouldBeFalse();
        agreement.TryAdvance("", out _).ShouldBeFalse();
    }
}
