using Parley.Conversation.Agents;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

public sealed class RobustnessTests
{
    private static readonly string[] Vocabulary =
    [
        "a", "the", "table", "for", "four", "for", "to", "two", "at", "seven", "thirty", "half", "past", "quarter", "eight", "o'clock", "p", "m", "P.M.", "am", "7:30", "7.30",
        "730", "25:99", "0", "00", "999999999999", "24th", "99th", "the", "of", "November", "February", "30", "may", "next", "this", "Friday", "week", "weeks", "in", "from", "a",
        "tomorrow", "tonight", "evening", "day", "after", "not", "no", "yes", "actually", "instead", "make", "it", "that", "people", "my", "name", "is", "Daniel", "S", "M", "I",
        "double", "triple", "plus", "five", "oh", "hundred", "and", "or", "how", "much", "pizza", "haircut", "open", "close", "where", "are", "you", "bye", "thanks", "cancel", "message", "tell",
        "Maria", "manager", "speak", "sorry?", "what", "um", ",", ".", "?", "!", "...", "'", "\"", "-", "/", "11/24", "13/45", "1/", ":", "+", "$", "(", "é", "日本", "new", "year's", "eve",
        "Christmas", "couple", "dozen", "right", "now", "hour", "minutes", "call", "me", "back", "with", "K", "re:invent", "٣:٣٠", "1:2:3", "o.k.", "l'eau", "7pm", "7:5", "+", "++1", "x/y",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_words_bring_the_agent_down_and_each_answer_is_whole(int seed)
    {
        var random = new Random(seed);
        Tenant[] tenants =
        [
            SampleTenants.Restaurant, SampleTenants.Salon, SampleTenants.Restaurant with { Booking = null, Departments = [], Hours = OpeningHours.Unknown, Services = [], Facts = [] },
            SampleTenants.Salon with { Kind = BusinessKind.Hotel, Phone = "+442079460000", Hours = OpeningHours.Unknown },
        ];
        for (var n = 0; n < 150; n++)
        {
            var call = new DialogueScript(tenants[n % tenants.Length], n % 3 == 0 ? null : "+15550101234");
            for (var line = 0; line < 10; line++)
            {
                var text = string.Join(' ', Enumerable.Range(0, random.Next(0, 14)).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));
                call.On(random.Next(12) switch
                {
                    0 => new AgentTrigger.CallerPressed(random.Next(0, 100_000).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    1 => new AgentTrigger.CallResumed(ResumeReason.LineLost),
                    2 => new AgentTrigger.CallerSilent(1),
                    _ => new AgentTrigger.CallerSaid(text),
                });
                call.Words.ShouldNotBeNullOrWhiteSpace(text);
                call.Events.Count(e => e is AgentEvent.Expect or AgentEvent.EndCall or AgentEvent.TransferCall).ShouldBe(1, text);
                if (call.Facts.Confirmed)
                    (call.Facts.RequestedFor, call.Facts.Name).ShouldSatisfyAllConditions(f => f.RequestedFor.ShouldNotBeNull(), f => f.Name.ShouldNotBeNull());
                call.Restart();
            }
        }
    }
}
