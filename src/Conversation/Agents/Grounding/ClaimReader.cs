using System.Globalization;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Finds the facts in a sentence that must not be made up.</summary>
internal static class ClaimReader
{
    private static readonly string[] Nothing =
    [
        "fully booked", "booked up", "booked out", "no tables", "no table", "no rooms", "no availability", "no openings", "no appointments", "not available", "isn't available",
        "aren't available", "nothing available", "nothing free", "is taken", "completo", "completos", "no hay mesa", "no hay mesas", "no hay disponibilidad", "no tenemos mesa", "no está disponible",
        "нет мест", "мест нет", "всё занято", "все занято", "нет свободных", "אין מקום", "אין שולחן", "תפוס", "הכל תפוס",
    ];

    private static readonly string[] Somewhere =
    [
        "is available", "are available", "it's available", "that's available", "that time is free", "we have a table", "we do have a table", "have availability", "there's a table", "there is a table", "we have an opening", "we have a slot",
        "we have a room", "we have space", "we have room", "is open for you", "table is free", "slot is free", "time is free", "o'clock is free", "está disponible", "está libre", "tenemos mesa", "tenemos sitio", "tenemos una mesa",
        "hay disponibilidad", "hay mesa", "свободно", "есть место", "есть места", "есть столик", "столик свободен", "יש מקום", "יש שולחן", "פנוי", "פנויה",
    ];

    private static readonly string[] Done =
    [
        "you're booked", "you are booked", "you're all booked", "you're confirmed", "you are confirmed", "i've booked", "i have booked", "i've reserved", "i have reserved", "is booked", "is reserved", "is confirmed",
        "booking's confirmed", "has been booked", "has been confirmed", "has been reserved", "está confirmada", "está confirmado", "está reservada", "he reservado", "queda reservada", "queda reservado", "queda confirmada",
        "забронирован", "забронирована", "забронировано", "забронировала", "подтверждена", "подтверждено", "ההזמנה אושרה", "הוזמן", "הזמנתי", "אושרה",
    ];

    private static readonly string[] Undone =
    [
        "is cancelled", "is canceled", "been cancelled", "been canceled", "i've cancelled", "i've canceled", "i have cancelled", "i have canceled", "está cancelada", "queda cancelada", "he cancelado",
        "отменена", "отменил", "отменила", "отменено", "בוטלה", "ביטלתי",
    ];

    /// <summary>The facts.</summary>
    /// <param name="reading">The sentence.</param>
    /// <param name="isQuestion">It asks: whether something is so is not said by it, what is named in it is.</param>
    public static List<Claim> Read(TextReading reading, bool isQuestion)
    {
        var claims = new List<Claim>();
        if (reading.Prices.Count > 0)
            claims.AddRange(PriceCheck.Claims(reading));
        claims.AddRange(reading.Percents.Select(static p => new Claim(ClaimKind.Percent, TextReading.Write(p, null)) { Amount = p }));
        claims.AddRange(reading.Phones.Select(static p => new Claim(ClaimKind.Phone, p)));
        var opening = reading.HasOpen || reading.HasClosed;
        claims.AddRange(reading.Times.Zip(reading.TimesAt, (t, at) => new Claim(opening || IsSchedule(reading) ? ClaimKind.Hours : ClaimKind.Time, Write(t)) { Clock = t, At = at }));
        ReadStreets(reading, claims);
        var others = claims.Count;
        if (!isQuestion)
            claims.AddRange(reading.Lengths.Select(static length => new Claim(ClaimKind.Length, length.ToString()) { Length = length }));
        var lengths = claims.Count - others;
        if (isQuestion || reading.Has(Lexicon.Asking))
            return claims;

        if (reading.IsFree && !reading.HasPhrase("feel free"))
            claims.Add(new Claim(ClaimKind.Free, "free"));
        if (reading.HasStock)
        {
            claims.AddRange(reading.Counts.Select(static n => new Claim(ClaimKind.Stock, TextReading.Write(n, null)) { Amount = n }));
            if (reading.HasPhrase("in stock", "out of stock", "sold out", "в наличии", "במלאי", "agotado", "agotada", "en existencias"))
                claims.Add(new Claim(ClaimKind.Stock, "stock") { Amount = -1 });
        }

        ReadStatus(reading, opening, claims);
        if (claims.Count == lengths && Days.In(reading) is { Count: > 0 } days && days.All(static day => day < Days.Today))
            claims.Add(new Claim(ClaimKind.Day, string.Join(',', days.Order())));
        return claims;
    }

    /// <summary>Whether a text may go on to state such a fact, or has begun to: then its sentence is waited for.</summary>
    public static bool Touches(TextReading reading) => reading.HasOpen || reading.HasClosed || reading.HasStock || reading.HasPriceContext
        || reading.Tokens.Any(static t => t.Kind is TokenKind.Number or TokenKind.Clock or TokenKind.Phone or TokenKind.Money or TokenKind.Percent);

    private static void ReadStatus(TextReading reading, bool opening, List<Claim> claims)
    {
        if (reading.HasPhrase("nothing is booked", "nothing is reserved", "nothing is cancelled", "nothing is canceled", "nothing has been booked", "nothing's booked", "nothing was booked"))
            return;
        if (reading.HasPhrase(Undone))
            claims.Add(new Claim(ClaimKind.Cancelled, "cancelled"));
        else if (reading.HasPhrase(Nothing))
            claims.Add(new Claim(ClaimKind.Full, "full"));
        else if (reading.HasPhrase(Done))
            claims.Add(new Claim(ClaimKind.Booked, "booked"));
        else if (reading.HasPhrase("all set", "you're set"))
            claims.Add(new Claim(ClaimKind.Booked, "all set"));
        else if (reading.HasPhrase(Somewhere))
            claims.Add(new Claim(ClaimKind.Available, "available"));
        if (opening && reading.HasOpen != reading.HasClosed && (Days.In(reading).Count > 0 || Days.IsNow(reading)) && reading.Times.Count == 0)
            claims.Add(new Claim(reading.HasOpen ? ClaimKind.Open : ClaimKind.Closed, reading.HasOpen ? "open" : "closed"));
        if (reading.Tokens.Any(static t => Lexicon.Open.Contains(t.Text) && t.Text is not ("hours" or "horario" or "שעות"))
            && reading.HasPhrase("24 7", "24 hours", "24 horas", "24 часа", "24 שעות", "around the clock", "круглосуточно", "all night", "toda la noche"))
            claims.Add(new Claim(ClaimKind.Hours, "around the clock") { Clock = new ClockReading(-1, 0, true) });
    }

    private static void ReadStreets(TextReading reading, List<Claim> claims)
    {
        var tokens = reading.Tokens;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Word)
                continue;
            var words = new List<string>();
            if (Lexicon.StreetBehind.Contains(tokens[i].Text))
            {
                for (var k = i - 1; k >= 0 && k >= i - 3 && IsName(tokens[k]); k--)
                    words.Insert(0, tokens[k].Text);
                // "the street", "a side street": no name.
                if (words.Count > 0 && !Enumerable.Range(i - words.Count, words.Count).Any(k => tokens[k].IsCapital || tokens[k].Kind == TokenKind.Number))
                    words.Clear();
            }

            if (words.Count == 0 && Lexicon.StreetBefore.Contains(tokens[i].Text))
            {
                for (var k = i + 1; k < tokens.Count && k <= i + 3 && IsName(tokens[k]) && (tokens[k].IsCapital || tokens[k].Kind == TokenKind.Number || tokens[k].Text[0] is >= 'א' and <= 'ת'); k++)
                    words.Add(tokens[k].Text);
            }

            if (words.Count > 0)
                claims.Add(new Claim(ClaimKind.Address, string.Join(' ', words)) { Words = words });
        }
    }

    // "We serve until ten" is the business's word; "your lunch at one" is the caller's wish.
    private static bool IsSchedule(TextReading reading) => reading.Has(Lexicon.Schedule)
        && !reading.HasPhrase("your", "you", "su", "вас", "вам", "ваш", "לכם", "לך", "שלך");

    private static bool IsName(SpokenToken token) => token.Kind == TokenKind.Number || (token.Kind == TokenKind.Word && !Lexicon.NotStreet.Contains(token.Text));

    private static string Write(ClockReading time) => string.Create(CultureInfo.InvariantCulture, $"{time.Hour:00}:{time.Minute:00}{(time.IsCertain ? "" : "?")}");
}
