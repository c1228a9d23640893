using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates, hours and numbers in words, as a synthesiser without a text front end says them well. One kind a language.</summary>
internal abstract partial class SpokenTime
{
    private static readonly FrozenDictionary<string, SpokenTime> All = new SpokenTime[] { new EnglishTime(), new SpanishTime(), new RussianTime(), new HebrewTime() }
        .ToFrozenDictionary(static time => time.File.Tag, StringComparer.Ordinal);

    protected SpokenTime(string tag) => File = LanguageFile.Of(tag)!;

    /// <summary>English.</summary>
    public static SpokenTime English => All["en"];

    /// <summary>The language's words.</summary>
    protected LanguageFile File { get; }

    /// <summary>The language of a tag; English where it is none of these.</summary>
    public static SpokenTime Of(string tag) => All[LanguageFile.OrEnglish(tag).Tag];

    /// <summary>0 to 999 in words; digits beyond.</summary>
    /// <param name="value">The number.</param>
    /// <param name="feminine">Of a feminine noun, where that makes a difference.</param>
    public abstract string Number(int value, bool feminine = false);

    /// <summary>A number right before its masculine noun: "veintiún días".</summary>
    public virtual string Counted(int value) => Number(value);

    /// <summary>A number before a feminine noun that something is done to or lasts: "на двадцать одну ночь".</summary>
    protected virtual string Accusative(int value) => Number(value, feminine: true);

    /// <summary>Which of a noun's forms goes with a number: 0 for one, and so on.</summary>
    public virtual int Plural(int count) => count == 1 ? 0 : 1;

    /// <summary>"seven thirty in the evening".</summary>
    /// <param name="time">The time of day.</param>
    /// <param name="genitive">As it stands behind "from" and "to", where that makes a difference.</param>
    public abstract string Time(LocalTime time, bool genitive = false);

    /// <summary>"seven thirty".</summary>
    public abstract string Clock(LocalTime time);

    /// <summary>"today", "tomorrow, Sunday", "Friday, November twenty seventh".</summary>
    public abstract string Day(LocalDate date, LocalDate today);

    /// <summary>"on Friday, November twenty seventh"; "today" and "tomorrow" without "on".</summary>
    public virtual string OnDay(LocalDate date, LocalDate today) => date == today.PlusDays(1) ? Word("Tomorrow") : Day(date, today);

    /// <summary>The same, with the weekday of tomorrow.</summary>
    public virtual string OnWholeDay(LocalDate date, LocalDate today) => Day(date, today);

    /// <summary>"November twenty seventh".</summary>
    public abstract string Date(LocalDate date);

    public virtual string Weekday(IsoDayOfWeek day) => Word("Weekdays", (int)day - 1);

    /// <summary>"from noon to ten in the evening"; spans of a day joined by "and".</summary>
    public string Spans(IEnumerable<OpeningSpan> spans) => Join([.. spans.Select(Span)]);

    /// <summary>"Monday to Thursday from ..., Friday and Saturday from ...; closed on Sunday."</summary>
    public string Week(OpeningHours hours)
    {
        var groups = new List<(List<IsoDayOfWeek> Days, string Said)>();
        var closed = new List<IsoDayOfWeek>();
        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
        {
            var said = Spans(hours.Weekly.Where(s => s.Day == day).OrderBy(s => s.Open));
            if (said.Length == 0)
                closed.Add(day);
            else if (groups.Count > 0 && groups[^1].Said == said && groups[^1].Days[^1] == day - 1)
                groups[^1].Days.Add(day);
            else
                groups.Add(([day], said));
        }

        var text = groups.Count == 1 && closed.Count == 0
            ? Fill(Word("EveryDay"), groups[0].Said)
            : string.Join(", ", groups.Select(g => $"{Days(g.Days)} {g.Said}"));
        return closed.Count == 0 ? text : Fill(Word("WeekAndClosed"), text, Join([.. closed.Select(OnEach)]));
    }

    /// <summary>"five five five, zero one two, ..."; the home country's code is left out.</summary>
    public string Phone(string e164, string countryCode)
    {
        var digits = string.Concat(e164.Where(char.IsAsciiDigit));
        if (digits.StartsWith(countryCode, StringComparison.Ordinal))
            digits = Trunk + digits[countryCode.Length..];
        var groups = digits.Length == 10
            ? [digits[..3], digits[3..6], digits[6..]]
            : digits.Chunk(3).Select(static c => new string(c)).ToArray();
        return string.Join(", ", groups.Select(g => string.Join(' ', g.Select(c => Digit(c - '0')))));
    }

    /// <summary>"a, b and c".</summary>
    public string Join(IReadOnlyList<string> items) => Join(items, Word("And"));

    /// <summary>"a, b or c".</summary>
    public string JoinOr(IReadOnlyList<string> items) => Join(items, Word("Or"));

    /// <summary>"two hundred and ten dollars"; the amount and the currency's code where the language has no word for it.</summary>
    public virtual string Money(decimal amount, string currency)
    {
        var key = currency switch { "USD" or "" => "Dollar", "EUR" => "Euro", "GBP" => "Pound", "ILS" => "Shekel", "RUB" => "Ruble", _ => "" };
        if (!File.Said.TryGetValue(key, out var forms))
            return $"{amount.ToString("0.##", CultureInfo.InvariantCulture)} {currency}";
        var (whole, small) = ((int)amount, (int)(amount * 100 % 100));
        var isFeminine = File.Said.GetValueOrDefault("FeminineMoney", []).Contains(key);
        var said = $"{(isFeminine ? Number(whole, feminine: true) : Counted(whole))} {forms[Math.Min(Plural(whole), forms.Length - 1)]}";
        return small == 0 ? said : Fill(Word("MoneyAndSmall"), said, Number(small));
    }

    /// <summary>
    /// Puts values into a text: <c>{0}</c>; numbers and times in words, <c>{0:m}</c> before a masculine noun, <c>{0:f}</c> feminine, <c>{0:a}</c> feminine in the
    /// accusative, <c>{0:g}</c> in the genitive, <c>{0:c}</c> as a party.
    /// </summary>
    public string Fill(string text, params object[] values) => values.Length == 0 ? text : Place().Replace(text, match => values[match.Groups[1].Value[0] - '0'] switch
    {
        int number => match.Groups[2].Value switch { "c" => Party(number), "m" => Counted(number), "a" => Accusative(number), var form => Number(number, feminine: form == "f") },
        LocalTime time => Time(time, genitive: match.Groups[2].Value == "g"),
        var value => (string)value,
    });

    /// <summary>What is dialled before a national number.</summary>
    protected virtual string Trunk => "";

    /// <summary>A digit of a telephone number.</summary>
    protected virtual string Digit(int digit) => Number(digit);

    /// <summary>A number of people.</summary>
    protected virtual string Party(int people) => Number(people);

    /// <summary>A day of every week, as a business is open or closed on it: "los lunes", "в понедельник".</summary>
    protected virtual string OnEach(IsoDayOfWeek day) => Weekday(day);

    /// <summary>"Monday to Thursday".</summary>
    protected virtual string DayToDay(IsoDayOfWeek first, IsoDayOfWeek last) => Fill(Word("DayToDay"), Weekday(first), Weekday(last));

    /// <summary>A conjunction before a word.</summary>
    protected virtual string Conjoin(string word, string next) => $"{word} {next}";

    /// <summary>A word of the language's file, or one of a list.</summary>
    protected string Word(string key, int index = 0) => File.Said[key][index];

    private string Join(IReadOnlyList<string> items, string word) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => string.Join(", ", items.Take(items.Count - 1)) + " " + Conjoin(word, items[^1]),
    };

    private string Span(OpeningSpan span) => span.Open == span.Close ? Word("AroundTheClock") : Fill(Word("FromTo"), span.Open, span.Close);

    private string Days(List<IsoDayOfWeek> days) => days.Count switch
    {
        1 => OnEach(days[0]),
        2 => Join([OnEach(days[0]), OnEach(days[1])]),
        _ => DayToDay(days[0], days[^1]),
    };

    [GeneratedRegex(@"\{(\d)(?::([mfagc]))?\}")]
    private static partial Regex Place();
}
