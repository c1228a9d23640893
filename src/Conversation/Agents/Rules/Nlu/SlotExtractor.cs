using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Finds the pieces of a booking, each word used once: numbers are read as what was asked for, else as what their company says.</summary>
internal static class SlotExtractor
{
    public static Slots Extract(Utterance said, Tenant tenant, string homeNumber, LocalDateTime now, Question asked, bool hasPartySize)
    {
        var used = new bool[said.Count];
        var slots = new Slots();
        var wantsPhone = asked == Question.Phone;
        var phone = PhoneParser.Read(said.Tokens, homeNumber, out var from, out var to, out var digits);
        if (phone is not null || (wantsPhone && digits.Length >= 4))
        {
            slots = slots with { Phone = phone, BadPhone = phone is null ? digits : null };
            Array.Fill(used, true, from, to - from);
        }

        if (tenant.Kind == BusinessKind.Hotel)
            slots = slots with { Nights = NightsParser.Read(said.Tokens, used, asked == Question.Nights) };
        var isParty = tenant.Kind is BusinessKind.Restaurant or BusinessKind.Hotel;
        var meant = said.HasAny("i meant", "i mean") && asked is Question.Name or Question.Confirm;
        var change = said.HasAny("make it", "make that", "change it to", "change that to", "instead");
        var bareIsTime = asked is Question.Time or Question.HalfOfDay || meant || (change && (!isParty || !hasPartySize));
        var when = DateTimeParser.Parse(said.Tokens, now, bareIsTime, used);
        if (isParty)
            slots = slots with { PartySize = PartySizeParser.Read(said.Tokens, used, asked == Question.PartySize || (change && !bareIsTime)) };
        slots = slots with { When = when };
        if (tenant.Kind != BusinessKind.Restaurant && tenant.Services.Count > 0)
        {
            var services = ServiceMatcher.Find(said, tenant.Services);
            if (services.Count == 1 || ServiceMatcher.AreWantedTogether(said, services))
                slots = slots with { Service = ServiceMatcher.Together(services) };
            else if (!isParty)
                slots = slots with { ServiceChoices = services };
        }

        var name = asked == Question.Name && when.IsEmpty && phone is null ? NameParser.ReadAnswer(said)
            : asked == Question.Name ? NameParser.ReadStated(said) ?? NameParser.ReadAnswer(said)
            : NameParser.ReadStated(said);
        return slots with { Name = name };
    }
}
