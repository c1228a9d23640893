namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// Whether a length of time is known, and of what is spoken of: "held for thirty minutes" is nothing of a reservation's that is held for fifteen. Of the lines
/// that tell lengths, those that name it best tell.
/// </summary>
internal static class LengthCheck
{
    // Minutes that "about two hours" may be off.
    private const int About = 10;

    /// <summary>What a length rests on; null when on nothing. The caller's own is no word about the business.</summary>
    public static string? Source(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        var length = claim.Length;
        // "Fifteen minutes, so call us when you are late": what stands before everything else answers what was asked.
        var isAnswer = PricedItem.Names(reading.Tokens.Take(length.At), reading.Language).Count == 0;
        var topic = Topic.Of(reading, evidence, about, isAnswer);
        List<EvidenceLine> lines = [.. evidence.Lines.Where(line => line.IsBusiness && MayTell(line.Reading, length))];
        var best = topic.Count == 0 ? lines : Topic.Best(lines, topic);
        return (best.Find(line => Tells(line, length))
            ?? evidence.Lines.FirstOrDefault(line => line.Origin switch
            {
                EvidenceOrigin.Agent => Tells(line, length),
                EvidenceOrigin.Tool => IsBetween(line.Reading.Times, length),
                EvidenceOrigin.Caller => reading.HasPhrase("your", "you're", "you'll", "su", "ваш", "שלך") && Tells(line, length),
                _ => false,
            }))?.Source
            ?? (IsFromNow(length, reading, evidence) ? "clock" : null)
            ?? (IsOfBookings(length, reading, evidence.Profile, isToldElsewhere: best.Count > 0) ? "profile" : null);
    }

    // "We need an hour's notice"; "appointments take forty five minutes", where no document tells another length of them.
    private static bool IsOfBookings(SpokenLength length, TextReading reading, ProfileEvidence profile, bool isToldElsewhere) =>
        (profile.NoticeLengths.Contains(length.Minutes) && reading.HasPhrase("notice", "ahead", "in advance", "antelación", "antelacion", "заранее", "вперед", "מראש"))
        || (!isToldElsewhere && profile.BookingLengths.Contains(length.Minutes) && reading.Tokens.Any(static t => t.Kind == TokenKind.Word && FactWords.Is(t.Text, "booking")));

    // "Until seven tonight, so you've got about an hour and a half"
    private static bool IsFromNow(SpokenLength length, TextReading reading, Evidence evidence)
    {
        var now = evidence.Now.Hour * 60 + evidence.Now.Minute;
        return reading.Times.SelectMany(static clock => clock.IsCertain ? [clock.Hour * 60 + clock.Minute] : (int[])[clock.Hour % 12 * 60 + clock.Minute, (clock.Hour % 12 + 12) * 60 + clock.Minute])
            .Concat(evidence.Profile.Hours.On(evidence.Now.Date).SelectMany(static span => (int[])[span.Open.Hour * 60 + span.Open.Minute, span.Close.Hour * 60 + span.Close.Minute]))
            .Any(time => Math.Abs(time - now - length.Minutes) <= About);
    }

    private static bool MayTell(TextReading reading, SpokenLength length) => reading.Lengths.Count > 0 || (IsAge(length) && reading.AllNumbers.Any()) || IsAlways(reading);

    private static bool Tells(EvidenceLine line, SpokenLength length) => line.Reading.Lengths.Any(known => known.Minutes == length.Minutes)
        || (IsAge(length) && line.Reading.AllNumbers.Contains(length.Amount)) || (length.Minutes == SpokenLength.Day && IsAlways(line.Reading));

    // "Children from the age of two" are "two years old".
    private static bool IsAge(SpokenLength length) => length.Unit == SpokenLength.Year;

    private static bool IsAlways(TextReading reading) => reading.HasPhrase("around the clock", "24 7", "круглосуточно", "24 horas");

    // A booking from ten to a quarter to eleven.
    private static bool IsBetween(List<ClockReading> times, SpokenLength length) =>
        times is [var from, var to] && to.Hour * 60 + to.Minute - from.Hour * 60 - from.Minute == length.Minutes;
}
