using Parley.Conversation.Agents.Grounding;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>Lengths of time, what is offered with all its words, and sums of a number of things.</summary>
public sealed class LengthGroundingTests
{
    [Theory]
    [InlineData("luigis", "We hold your table for fifteen minutes.")]
    [InlineData("luigis", "how long do you keep a table|A quarter of an hour, so call us when you're late.")]
    [InlineData("luigis", "You can order takeout until half an hour before closing.")]
    [InlineData("luigis", "Pick-up takes about twenty five minutes.")]
    [InlineData("harbor-dental", "how long does a cleaning take|It takes about forty minutes.")]
    [InlineData("harbor-dental", "Please don't eat for six hours before sedation.")]
    [InlineData("sole-supply", "Unworn shoes can be returned within thirty days, and exchanged within sixty.")]
    [InlineData("sole-supply", "how long do you put a pair aside|For a day, so until tomorrow.")]
    [InlineData("hotel-aurora", "What guests leave behind is kept for three months.")]
    [InlineData("hotel-aurora", "i stay for three weeks|Your three weeks are noted.")]
    [InlineData("luigis", "Just one minute, please.")]
    public void A_length_that_is_told_of_the_same_is_said(string business, string sentence)
    {
        var result = Documents.Check(sentence, Documents.Of(business));

        result.IsGrounded.ShouldBeTrue(string.Join(", ", result.Claims));
    }

    [Theory]
    [InlineData("luigis", "We hold your table for thirty minutes.")]
    [InlineData("luigis", "how long do you keep a table|For half an hour.")]
    [InlineData("luigis", "do gift cards expire|They expire after a year.")]
    [InlineData("luigis", "are gift cards good for two years|Yes, gift cards are good for two years.")]
    [InlineData("luigis", "It takes about fifty minutes.")]
    [InlineData("harbor-dental", "A cleaning takes an hour and a half.")]
    [InlineData("harbor-dental", "Please don't eat for forty minutes before sedation.")]
    [InlineData("sole-supply", "You can return unworn shoes within ninety days.")]
    [InlineData("luigis", "A table is held for thirty minutes.")]
    public void One_that_is_not_is_replaced(string business, string sentence) => Documents.Check(sentence, Documents.Of(business)).IsGrounded.ShouldBeFalse();

    [Theory]
    [InlineData("luigis", "We have free valet parking.")]
    [InlineData("fade-factory", "Yes, we offer house calls.")]
    [InlineData("fade-factory", "do you do house calls|Yes, we do.")]
    [InlineData("hotel-aurora", "We have a heated outdoor pool.")]
    public void What_is_offered_needs_all_its_words_in_one_place(string business, string sentence) => Documents.Check(sentence, Documents.Of(business)).IsGrounded.ShouldBeFalse();

    [Theory]
    [InlineData("Doctor Osei is in on Mondays and Thursdays.", true)]
    [InlineData("which dentist sees children|Doctor Osei, on Mondays and Thursdays.", true)]
    [InlineData("which dentist sees children|Doctor Osei, on Tuesdays and Fridays.", false)]
    [InlineData("Doctor Osei is in on Tuesdays.", false)]
    public void A_name_tells_more_of_days_than_what_all_are(string sentence, bool so) =>
        Documents.Check(sentence, Documents.Of("harbor-dental")).IsGrounded.ShouldBe(so);

    [Theory]
    [InlineData("The margherita for two is twenty eight dollars.", false)]
    [InlineData("how much is the margherita for two people|The margherita is twenty eight dollars.", false)]
    [InlineData("Two margheritas are twenty eight dollars.", true)]
    [InlineData("how much are two margheritas|The margheritas are twenty eight dollars.", true)]
    [InlineData("The margherita is fourteen dollars, so twenty eight for two.", true)]
    [InlineData("The cooking class for two people is one hundred fifty dollars.", true)]
    [InlineData("The cooking class for three people is one hundred fifty dollars.", false)]
    public void A_price_is_multiplied_where_a_number_of_things_is_said(string sentence, bool so) =>
        Documents.Check(sentence, Documents.Of("luigis")).IsGrounded.ShouldBe(so);

    [Fact]
    public void A_length_that_is_reckoned_from_now_is_compared_with_the_clock()
    {
        var evidence = new Evidence(Known.Tenant, Known.Now);   // 10:00, opens at noon

        GroundingGate.Check("We open in two hours.", evidence).IsGrounded.ShouldBeTrue();
        GroundingGate.Check("We open in three hours.", evidence).IsGrounded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("It expires after a year", true)]
    [InlineData("Just a moment", false)]
    public void A_length_is_waited_for(string part, bool waits) => GroundingGate.MustWait(part).ShouldBe(waits);
}
