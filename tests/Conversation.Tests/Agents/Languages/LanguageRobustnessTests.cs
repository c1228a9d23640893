using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Languages;

public sealed class LanguageRobustnessTests
{
    private static readonly string[] Marks = [".", ",", "?", "!", "-", "7:30", "19:30", "730", "25:99", "4", "0", "999999999", "24", "+", "(", "ב-8", "8-го", "¿", "«", "'", "11/24"];

    [Theory]
    [InlineData("es", 1)]
    [InlineData("ru", 2)]
    [InlineData("he", 3)]
    public void No_words_of_a_language_bring_the_agent_down_and_it_answers_in_that_language(string language, int seed)
    {
        var random = new Random(seed);
        var file = LanguageFile.Of(language)!;
        string[] vocabulary =
        [
            .. file.Heard.Concat(file.Numbers).SelectMany(static line => line.Item2).Where(static phrase => !phrase.Contains('{', StringComparison.Ordinal)),
            .. file.Heard.SelectMany(static line => line.Phrases).SelectMany(static phrase => phrase.Split(' ')).Where(static word => word[0] != '{'), .. Marks,
        ];
        var business = language switch { "es" => "Casa Lucía", "ru" => "Берег", _ => "שקד" };
        var service = language switch { "es" => "paella", "ru" => "борщ", _ => "חומוס" };
        var tenant = SampleTenants.Restaurant with
        {
            Language = language, Name = business, Greeting = file.Said["HowToGoOn"][0], Address = service, Facts = [new Fact(service, [service], business)],
            Services = [new Service(service, business, null, []), new Service(business, null, 30, [])], Departments = [SampleTenants.Manager with { Name = business, Keywords = [service] }],
        };
        Tenant[] tenants =
        [
            tenant, tenant with { Kind = BusinessKind.Hotel }, tenant with { Kind = BusinessKind.Salon, Hours = OpeningHours.Unknown },
            tenant with { Booking = null, Departments = [], Services = [], Facts = [] },
        ];
        var english = LanguageFile.Of("en")!.Said.Values.SelectMany(static texts => texts).Where(static text => text.Contains(' ', StringComparison.Ordinal) && !text.Contains('{', StringComparison.Ordinal)
            && !text.Contains("MMM", StringComparison.Ordinal)).ToList();
        for (var n = 0; n < 120; n++)
        {
            var call = new DialogueScript(tenants[n % tenants.Length], n % 3 == 0 ? null : "+15550101234");
            for (var line = 0; line < 10; line++)
            {
                var text = string.Join(' ', Enumerable.Range(0, random.Next(0, 8)).Select(_ => vocabulary[random.Next(vocabulary.Length)]));
                call.On(random.Next(12) switch
                {
                    0 => new AgentTrigger.CallerPressed(random.Next(0, 100_000).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    1 => new AgentTrigger.CallResumed(ResumeReason.TransferFailed),
                    2 => new AgentTrigger.CallerSilent(1),
                    3 => new AgentTrigger.NotUnderstood(2),
                    _ => new AgentTrigger.CallerSaid(text),
                });
                call.Words.ShouldNotBeNullOrWhiteSpace(text);
                english.ShouldNotContain(phrase => call.Words.Contains(phrase, StringComparison.Ordinal), $"{text} -> {call.Words}");
                if (language != "es")
                    call.Words.ShouldNotContain(static c => char.IsAsciiLetter(c), $"{text} -> {call.Words}");
                call.Restart();
            }
        }
    }
}
