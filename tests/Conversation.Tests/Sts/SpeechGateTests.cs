using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Audio;
using Parley.Conversation.Flags;
using Parley.Conversation.Sts;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Sts;

/// <summary>How far into a message its words may be heard, while they come.</summary>
public sealed class SpeechGateTests
{
    [Fact]
    public void Words_that_state_nothing_may_be_heard_at_once()
    {
        var gate = Gate();
        gate.Add("Thank");
        gate.Checked.ShouldBe(5);
        gate.Add(" you for");
        gate.Checked.ShouldBe(13);
        gate.IsClear.ShouldBeTrue();
    }

    [Fact]
    public void A_sentence_that_may_state_a_fact_waits_for_its_end()
    {
        var gate = Gate();
        gate.Add("Sure. The lasagna");
        gate.Checked.ShouldBe(17);
        gate.Add(" costs fourteen");
        gate.Checked.ShouldBe("Sure.".Length, "it would break off in the middle");
        gate.Add(" dollars fifty.");
        gate.IsClear.ShouldBeTrue();
    }

    [Fact]
    public void An_amount_may_go_on_behind_its_point()
    {
        var gate = Gate();
        gate.Add("It is $14.");
        gate.Checked.ShouldBe(0);
        gate.Refusal.ShouldBeNull();
        gate.Add("50 for the lasagna.");
        gate.IsClear.ShouldBeTrue();
    }

    [Theory]
    [InlineData("The lasagna costs ninety nine dollars.", "The lasagna costs ninety nine dollars.", 0)]
    [InlineData("Sure. It costs ninety nine dollars. Anything else?", "It costs ninety nine dollars.", 5)]
    [InlineData("We close at four.", "We close at four.", 0)]
    public void What_nothing_says_is_refused_from_the_beginning_of_its_sentence(string text, string sentence, int start)
    {
        var gate = Gate();
        foreach (var word in text.Split(' ').Select((w, i) => i == 0 ? w : " " + w))
            gate.Add(word);
        gate.End();

        gate.Refusal.ShouldBe(new Refusal(start, sentence, RefusalReason.Unknown));
        gate.Checked.ShouldBe(start);
    }

    [Fact]
    public void A_name_may_turn_out_to_be_a_street()
    {
        var gate = Gate();
        gate.Add("You find us on Maple");
        gate.Checked.ShouldBe("You find us on ".Length);
        gate.Add(" Avenue.");
        gate.Refusal.ShouldNotBeNull().Start.ShouldBe(0);
    }

    [Fact]
    public void What_rests_on_nothing_waits_for_the_callers_words_and_no_longer()
    {
        var gate = Gate(pending: true);
        gate.Add("So a table at seven thirty?");
        (gate.AwaitsCaller, gate.Checked, gate.Refusal).ShouldBe((true, 0, null));
        gate.CallerSaid("At seven thirty please.", all: true);
        gate.IsClear.ShouldBeTrue();

        var left = Gate(pending: true);
        left.Add("So a table at seven thirty?");
        left.StopAwaiting();
        left.Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Words_that_are_late_may_go_on_unless_what_is_there_is_wrong()
    {
        var gate = Gate();
        gate.MayGoOn().ShouldBeTrue();
        gate.Add("The lasagna costs");
        gate.MayGoOn().ShouldBeTrue();
        gate.Add(" ninety nine dollars");
        gate.MayGoOn().ShouldBeFalse();
        gate.Refusal.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("I'm sorry, I don't know that.", null)]
    [InlineData("im sorry; i don’t know THAT", null)]
    [InlineData("I'm sorry, I do know that.", "inexact")]
    [InlineData("I'm sorry, I don't know that. It is free.", "inexact")]
    public void Words_that_were_given_are_compared_by_what_is_heard_of_them(string said, string? outcome)
    {
        var gate = Gate();
        gate.Begin("I'm sorry, I don't know that.");
        gate.Add(said);

        gate.Notes.Select(n => (string?)n["outcome"]).SingleOrDefault().ShouldBe(outcome);
        (gate.Checked == said.Length).ShouldBe(outcome is null);
    }

    [Fact]
    public void Every_message_is_read_anew_but_what_was_said_stays_said()
    {
        var gate = Gate();
        gate.Add("You ask for the lasagna.");
        gate.End();
        gate.Begin();
        gate.Add("It is fourteen dollars fifty.");
        gate.End();
        gate.IsClear.ShouldBeTrue();
    }

    [Fact]
    public void The_longest_pause_is_found_and_short_ones_are_not()
    {
        var sound = new byte[8 * 2000];
        sound.AsSpan().Fill(MuLaw.Encode(4000));
        SpeechPauses.Longest(sound, 0, sound.Length).ShouldBeNull();
        sound.AsSpan(8 * 500, 8 * 40).Fill(MuLaw.Silence);
        SpeechPauses.Longest(sound, 0, sound.Length).ShouldBeNull();
        sound.AsSpan(8 * 700, 8 * 80).Fill(MuLaw.Silence);
        SpeechPauses.Longest(sound, 0, sound.Length).ShouldBe(8 * 740);
        sound.AsSpan(8 * 1000, 8 * 200).Fill(MuLaw.Silence);
        SpeechPauses.Longest(sound, 0, sound.Length).ShouldBe(8 * 1100);
        SpeechPauses.Longest(sound, 0, 8 * 900).ShouldBe(8 * 740);
        SpeechPauses.Longest(sound, 8 * 1300, sound.Length).ShouldBeNull();
        SpeechPauses.Longest([], 0, 800).ShouldBeNull();
    }

    [Fact]
    public void A_language_that_is_off_is_not_begun()
    {
        var gate = Gate(off: "es");
        gate.Add("Sure.");
        gate.Add(" Claro,");
        gate.Checked.ShouldBe("Sure.".Length, "in a language that may not be spoken");
        gate.Add(" con mucho gusto le ayudo.");
        gate.End();

        gate.Refusal.ShouldBe(new Refusal("Sure.".Length, "Claro, con mucho gusto le ayudo.", RefusalReason.Language));
    }

    private static SpeechGate Gate(bool pending = false, string off = "he")
    {
        var tenant = new Tenant
        {
            Id = Guid.Empty, Slug = "t", Name = "Test", Kind = BusinessKind.Restaurant, TimeZone = DateTimeZone.Utc, Greeting = "Hi.",
            Hours = new OpeningHours([new OpeningSpan(IsoDayOfWeek.Saturday, new LocalTime(12, 0), new LocalTime(22, 0))], []),
            Services = [new Service("Lasagna", "$14.50", null, [])],
        };
        return new SpeechGate(new Evidence(tenant, new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.Zero)), new LeakCheck([], []), pending ? "" : "How much is the lasagna?", pending,
            new SpokenLanguages(tenant, new TenantFeatures([new Dictionary<string, bool> { [Features.Language(off)] = false }])));
    }
}
