namespace Parley.Conversation.Agents.Grounding;

/// <summary>What the check of a sentence came to.</summary>
/// <param name="Claims">What it states, and what that rests on: null for a fact that nobody told.</param>
internal sealed record GateResult(IReadOnlyList<(Claim Claim, string? Source)> Claims)
{
    /// <summary>A sentence that states nothing.</summary>
    public static readonly GateResult Nothing = new([]);

    /// <summary>It may be said.</summary>
    public bool IsGrounded => Claims.All(static c => c.Source is not null);
}

/// <summary>
/// Lets a sentence through only when the prices, times, numbers, streets and promises in it are known (docs/agent.md). Knows nothing of models: it
/// compares what is about to be said with what was told.
/// </summary>
internal static class GroundingGate
{
    /// <summary>Checks a sentence.</summary>
    /// <param name="sentence">The words.</param>
    /// <param name="evidence">What is known.</param>
    /// <param name="about">What the caller asked, for a sentence that does not say what it is about.</param>
    public static GateResult Check(string sentence, Evidence evidence, string about = "")
    {
        sentence = Contractions.Open(sentence);
        var reading = TextReading.Of(sentence);
        var priced = IsPlainPrice(sentence, reading) && evidence.Profile.Services.Any(s => s.IsNamedIn(reading.Canonical));
        var plain = PriceCheck.Plain(reading, evidence);
        if (priced || plain.Count > 0)
            reading = TextReading.Of(sentence, priced: priced, pricesAt: plain);
        var isQuestion = sentence.TrimEnd().EndsWith('?');
        var claims = ClaimReader.Read(reading, isQuestion);
        // A tenant that leaves nothing to people takes the model's word for what has no number in it.
        if (!isQuestion && evidence.Tenant.Agent?.Confidence is not 0)
            claims.AddRange(FactReader.Read(sentence).Where(fact => !IsSaidOtherwise(fact, reading)).Select(static fact => new Claim(ClaimKind.Fact, Named(fact)) { Fact = fact }));
        if (claims.Count == 0)
            return GateResult.Nothing;
        List<(Claim Claim, string? Source)> results = [.. claims.Select(claim => (claim, Source(claim, reading, evidence, about)))];
        PriceSum.Settle(results, reading, evidence, about);
        return new GateResult(results);
    }

    /// <summary>Whether a part of a sentence has to wait for the rest of it.</summary>
    public static bool MustWait(string part)
    {
        part = Contractions.Open(part);
        var reading = TextReading.Of(part);
        return ClaimReader.Touches(reading) || Days.In(reading).Count > 0 || ClaimReader.Read(reading, isQuestion: false).Count > 0 || FactReader.Begins(part);
    }

    // What is in stock and what can be booked are checked by themselves.
    private static bool IsSaidOtherwise(FactClaim fact, TextReading reading) => fact.Kind == FactKind.Offer && reading.HasStock;

    private static string Named(FactClaim fact) =>
        $"{(fact.IsDenied ? "not " : "")}{fact.Kind.ToString().ToLowerInvariant()} {string.Join(", ", fact.Things.Select(static thing => string.Join(' ', thing)))}".Trim();

    // "The lasagna is twenty one."
    private static bool IsPlainPrice(string sentence, TextReading reading) => reading.HasPhrase("is", "are", "es", "son", "for just") && !sentence.Contains(" table ", StringComparison.OrdinalIgnoreCase);

    private static string? Source(Claim claim, TextReading reading, Evidence evidence, string about) => claim.Kind switch
    {
        ClaimKind.Price => PriceCheck.Source(claim, reading, evidence, about),
        ClaimKind.Fact => FactCheck.Source(claim.Fact!, evidence, about),
        ClaimKind.Percent => PercentOf(claim, Topic.Of(reading, evidence, about), evidence),
        ClaimKind.Free => First(evidence, line => line.IsBusiness && (line.Reading.IsFree || line.Facts.Terms.Contains(FactWords.Free)) && Topic.SharesTopic(line.Reading, reading)) ?? (evidence.IsAvailable && reading.Times.Count > 0 ? "tool" : null),
        ClaimKind.Time when HoursCheck.IsAsked(claim, reading, evidence, about) => HoursCheck.Source(claim, reading, evidence, about),
        ClaimKind.Time => TimeOf(claim, Topic.Of(reading, evidence, about), evidence) ?? PriceCheck.SourceOfPair(claim, reading, evidence, about),
        ClaimKind.Length => LengthCheck.Source(claim, reading, evidence, about),
        ClaimKind.Day => DayOf(reading, evidence, about),
        ClaimKind.Hours => HoursCheck.Source(claim, reading, evidence, about),
        ClaimKind.Open or ClaimKind.Closed => HoursCheck.Status(claim.Kind == ClaimKind.Open, reading, evidence),
        ClaimKind.Phone => First(evidence, line => line.Reading.Phones.Any(known => IsSameNumber(known, claim.Said))),
        ClaimKind.Address => First(evidence, line => (line.Origin != EvidenceOrigin.Caller || reading.HasPhrase("your", "su", "ваш", "вашей", "שלך", "שלכם")) && HasStreet(line.Reading, claim.Words)),
        ClaimKind.Stock => StockCheck.Source(claim, reading, evidence, about),
        ClaimKind.Available => !evidence.TakesPlaces ? "wish" : evidence.IsAvailable ? "tool" : null,
        ClaimKind.Full => !evidence.TakesPlaces ? "wish" : evidence.IsFull ? "tool" : null,
        ClaimKind.Booked => evidence.IsBooked ? "tool" : claim.Said == "all set" && !evidence.IsBooking ? "wish" : null,
        ClaimKind.Cancelled => !evidence.TakesPlaces ? "wish" : evidence.IsCancelled ? "tool" : null,
        _ => null,
    };

    /// <summary>The first line that fits, by its source's name.</summary>
    internal static string? First(Evidence evidence, Func<EvidenceLine, bool> fits) => evidence.Lines.FirstOrDefault(fits)?.Source;

    // What nobody spoke of has no share: "students get twenty percent off" is nothing of a tip's.
    private static string? PercentOf(Claim claim, IReadOnlyList<string> topic, Evidence evidence) =>
        First(evidence, line => line.Origin != EvidenceOrigin.Caller && line.Reading.Percents.Contains(claim.Amount) && (topic.Count == 0 || Topic.IsIn(line, topic)));

    // A time that somebody named, of what it is said; the time now, and the last time that can be booked.
    private static string? TimeOf(Claim claim, IReadOnlyList<string> topic, Evidence evidence)
    {
        bool IsTime(NodaTime.LocalTime time) => claim.Clock.Fits(new ClockReading(time.Hour, time.Minute, true));
        return First(evidence, line => line.Reading.Times.Exists(claim.Clock.Fits) && (line.Origin is not (EvidenceOrigin.Passage or EvidenceOrigin.Profile) || Topic.IsIn(line, topic)))
            ?? (IsTime(evidence.Now.TimeOfDay) ? "clock" : null)
            ?? (evidence.Profile.LastBookings.Any(claim.Clock.Fits) ? "profile" : null)
            ?? (evidence.Profile.Hours.Weekly.Any(span => IsTime(span.Open) || IsTime(span.Close)) ? "profile" : null);
    }

    // Days that nobody named are wrong where what the sentence is about has others: "Doctor Osei is in on Fridays".
    private static string? DayOf(TextReading reading, Evidence evidence, string about)
    {
        var days = Days.In(reading);
        if (First(evidence, line => line.Origin is not (EvidenceOrigin.Passage or EvidenceOrigin.Profile) && Days.In(line.Reading).Overlaps(days)) is { } named)
            return named;
        var topic = Topic.Of(reading, evidence, about);
        var best = Topic.Best([.. evidence.Lines.Where(static line => line.IsBusiness && Days.In(line.Reading).Count > 0)], topic);
        return best.Count == 0 ? "unknown" : best.Find(line => days.IsSubsetOf(Days.In(line.Reading)))?.Source;
    }

    // With or without the country's code.
    private static bool IsSameNumber(string known, string said) => known.Length >= said.Length
        ? known.EndsWith(said, StringComparison.Ordinal)
        : said.EndsWith(known, StringComparison.Ordinal);

    private static bool HasStreet(TextReading line, IReadOnlyList<string> words)
    {
        var known = line.Canonical.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var at = 0; at + words.Count <= known.Length; at++)
        {
            if (words.Select((word, i) => IsSameWord(known[at + i], word)).All(static same => same))
                return true;
        }

        return false;
    }

    /// <summary>Whether two words are the same but for their ending.</summary>
    internal static bool IsSameWord(string one, string other)
    {
        if (one == other || NumberLexicon.Bare(one).Contains(other) || NumberLexicon.Bare(other).Contains(one))
            return true;
        if (char.IsAsciiDigit(one[0]) || char.IsAsciiDigit(other[0]) || Math.Abs(one.Length - other.Length) > 3)
            return false;
        var stem = Math.Max(4, Math.Min(one.Length, other.Length) - 3);
        return one.Length >= stem && other.Length >= stem && one.AsSpan(0, stem).SequenceEqual(other.AsSpan(0, stem));
    }
}
