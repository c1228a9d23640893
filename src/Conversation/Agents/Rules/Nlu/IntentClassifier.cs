using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Recognises what a clause is about by its words.</summary>
internal static class IntentClassifier
{
    public static Intents Classify(Utterance said, Tenant tenant)
    {
        var found = Intents.None;
        void Add(bool isSo, Intents intent) => found |= isSo ? intent : 0;

        Add(said.HasAny("bye", "goodbye", "good bye", "bye bye", "see you", "have a good", "have a nice", "have a great", "have a lovely", "have a wonderful",
            "good night", "that's all", "that is all", "that'll be all", "that will be all", "that's everything", "that is everything", "nothing else", "that would be all",
            "that was all", "that was it", "talk to you later", "all i needed", "no that's it", "all set", "hang up") || said.IsAny("that's it"), Intents.Goodbye);
        Add(said.HasAny("thanks", "thank you", "cheers", "appreciate it"), Intents.Thanks);
        Add(IsRepeat(said), Intents.Repeat);
        Add(said.HasAny("forget it", "forget about", "forget the", "forget everything", "never mind", "nevermind", "don't bother", "leave it", "changed my mind", "cancel that", "cancel this", "cancel it",
            "don't want it anymore", "don't need it anymore", "drop it") || said.IsAny("cancel", "no cancel", "cancel please"), Intents.Cancel);
        Add(said.StartsWithAny("hi", "hello", "hey", "good morning", "good afternoon", "good evening", "howdy", "greetings"), Intents.Greeting);
        Add(said.HasAny("hold on", "hang on", "one moment", "just a moment", "one second", "just a second", "one sec", "wait a second", "wait a minute", "give me a second",
            "give me a moment", "give me a minute", "bear with me", "let me check", "let me think"), Intents.Hold);
        Add(said.HasAny("are you a robot", "are you a bot", "are you real", "are you human", "are you a person", "are you a real", "are you an actual", "is this a real", "a real person or", "are you an ai", "are you a machine",
            "am i talking to a", "am i speaking to a", "am i speaking with a", "who am i speaking", "who am i talking", "who is this", "who's this", "are you a computer",
            "what's your name", "what is your name", "is this a robot", "is this a recording", "is this an ai"), Intents.WhoAreYou);
        Add(said.HasAny("is this", "have i reached", "did i reach", "am i speaking to", "am i speaking with", "is that") && PhraseMatcher.Mentions(said, tenant.Name),
            Intents.IsThisYou);
        Add((found & (Intents.IsThisYou | Intents.WhoAreYou)) == 0 && IsOther(said, tenant), Intents.IsSomebodyElse);
        Add(said.HasAny("are you there", "are you still there", "you there", "can you hear me", "anybody there", "anyone there"), Intents.AreYouThere);
        Add(said.HasAny("what time is it", "what's the time", "what day is it", "what's the date", "what is the date"), Intents.TimeNow);

        if ((found & Intents.WhoAreYou) == 0)
            found |= Person(said, tenant);
        found |= Message(said);
        found |= Booking(said, tenant);
        if ((found & (Intents.ExistingBooking | Intents.Person)) == 0)
            found |= Info(said);
        return found;
    }

    /// <summary>Whether a clause asks something.</summary>
    public static bool IsQuestion(Utterance said)
    {
        // "Yes, please do."
        if (said.Count is > 1 and <= 4 && said.Tokens[^1].Word == "do" && said.Tokens[^2].Word == "please")
            return false;
        if (said.HasAny("i'd like to know", "i wanted to know", "i want to know", "i wanted to ask", "i want to ask", "i was wondering", "i'm wondering", "tell me", "do you",
            "can you tell", "question about", "wondering if", "what about", "how about", "know if", "any idea"))
            return true;
        var start = 0;
        while (start < said.Count - 1 && said.Tokens[start].Word is "hi" or "hello" or "hey" or "so" or "and" or "also" or "but" or "okay" or "ok" or "great" or "please"
            or "well" or "oh" or "good" or "morning" or "afternoon" or "evening" or "yes" or "no" or "sorry" or "thanks" or "right" or "then")
            start++;
        // "No, don't connect me" asks nothing.
        if (said.Count > 0 && said.Tokens[start].Word == "don't")
            return start + 1 < said.Count && said.Tokens[start + 1].Word is "you" or "they" or "we" or "i";
        return said.Count > 0 && said.Tokens[start].Word is "what" or "what's" or "where" or "where's" or "when" or "when's" or "how" or "how's" or "who" or "why" or "which"
            or "do" or "does" or "is" or "are" or "can" or "could" or "would" or "will" or "has" or "did" or "isn't" or "aren't"
            or "should" or "whats" or "am" or "may";
    }

    /// <summary>"How are you?"</summary>
    public static bool IsPleasantry(Utterance said) => said.HasAny("how are you", "how's it going", "how is it going", "how are things");

    /// <summary>Whether a clause says what the caller wants.</summary>
    public static bool IsWish(Utterance said) => said.HasAny("i'd like to", "i would like to", "i want to", "i need to", "i'm calling about", "i'm calling because", "i have a question about",
        "i'm looking for", "i'd love to");

    // "Is this the pharmacy?"; not "is this the right place?" or "is this the best time?".
    private static bool IsOther(Utterance said, Tenant tenant) =>
        said.Count <= 9 && said.HasAny("is this the", "is that the", "is this a", "have i reached", "did i reach", "have i got the") && IsQuestion(said)
        && !said.HasAny("right", "place", "number", "person", "manager", "owner", "best", "time", "only", "good", "last", "first", "same", "line", "front", "desk", "reception", "voicemail", "price", "menu", "message")
        && !said.HasAny(tenant.Kind switch
        {
            BusinessKind.Restaurant => ["restaurant", "trattoria", "pizzeria", "diner", "italian"],
            BusinessKind.Salon => ["salon", "barber", "barbershop", "hairdresser", "spa"],
            BusinessKind.Clinic => ["clinic", "dentist", "dental", "doctor", "practice", "office"],
            BusinessKind.Hotel => ["hotel", "inn", "motel"],
            BusinessKind.Shop => ["shop", "store"],
            _ => ["business", "company"],
        });

    private static bool IsRepeat(Utterance said) => said.HasAny("say that again", "say it again", "repeat that", "repeat it", "can you repeat", "could you repeat",
            "please repeat", "what was the time", "what was the day", "what was the date", "what time was that", "what day was that", "what did you say", "what was that", "come again", "didn't catch that", "didn't hear", "didn't get that", "couldn't hear", "can't hear you", "once more",
            "didn't understand", "don't understand", "i beg your pardon", "one more time", "what do you mean")
        || said.IsAny("sorry", "pardon", "pardon me", "excuse me", "what", "sorry what", "huh", "repeat", "again", "again please", "sorry again", "what's that", "say again",
            "what sorry");

    private static Intents Person(Utterance said, Tenant tenant)
    {
        if (said.HasAny("don't connect", "do not connect", "don't transfer", "do not transfer", "don't put me", "do not put me", "don't want to speak", "don't want to talk",
            "don't need to speak", "don't need to talk", "rather not speak", "rather not talk"))
            return Intents.None;
        var connect = said.HasAny("put me through", "transfer me", "connect me", "put me on to", "patch me");
        var wants = said.HasAny("speak to", "speak with", "talk to", "talk with", "get hold of", "reach", "get me", "speak", "talk") && !said.Has("speak up");
        var someone = said.HasAny("person", "human", "someone", "somebody", "manager", "owner", "staff", "representative", "operator", "agent", "receptionist", "boss",
                "supervisor", "colleague", "anyone", "people") || tenant.Departments.Any(d => IsDepartment(said, d));
        var present = someone && said.HasAny("is the manager", "is the owner", "is there someone", "manager there", "manager in", "manager available", "owner there", "owner in",
            "owner available", "real person", "human being", "live person", "actual person");
        var bare = said.IsAny("manager", "the manager", "a person", "person", "operator", "agent", "representative", "a human", "human", "manager please", "operator please",
            "the manager please", "a person please", "a manager", "a manager please", "the owner", "the owner please", "agent please", "representative please");
        var named = said.HasAny("can i speak to", "could i speak to", "can i talk to", "could i talk to", "i'd like to speak to", "i'd like to talk to", "may i speak to",
            "can i speak with", "could i speak with", "i need to speak to", "i want to speak to", "may i speak with", "i want to talk to", "i need to talk to");
        if (!connect && !bare && !present && !named && !(wants && someone))
            return Intents.None;
        return Intents.Person | (connect ? Intents.ConnectNow : 0);
    }

    /// <summary>Whether the words name a department.</summary>
    public static bool IsDepartment(Utterance said, Department department) =>
        department.Keywords.Any(k => PhraseMatcher.Mentions(said, k))
        || PhraseMatcher.Mentions(said, department.Name.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? department.Name[4..] : department.Name);

    private static Intents Message(Utterance said) =>
        said.HasAny("leave a message", "take a message", "leave a note", "leave message", "pass on a message", "pass a message", "give a message", "leave him a message",
            "leave her a message", "leave them a message", "have a message for", "got a message for", "send a message", "call me back", "callback", "call back")
        || said.IsAny("message", "message please", "a message", "a message please") || MessageText.Find(said) is not null
            ? Intents.Message
            : Intents.None;

    private static Intents Booking(Utterance said, Tenant tenant)
    {
        var booked = said.HasAny("my booking", "my reservation", "my appointment", "our booking", "our reservation", "our appointment", "an existing", "a reservation under",
            "i booked", "we booked", "i have a reservation", "i have a booking", "i have an appointment", "we have a reservation", "we have a booking", "i've got a booking",
            "i've got a reservation", "i've got an appointment", "running late", "cancel a booking", "cancel a reservation", "cancel an appointment",
            "cancel the booking i", "need to cancel", "want to cancel", "like to cancel", "have to cancel", "reschedule");
        if (booked)
            return Intents.ExistingBooking;
        var question = IsQuestion(said);
        if (question && IsSomebodys(said))
            return Intents.OthersBooking;
        var taken = said.Tokens.Any(static t => t.Word is "bookings" or "booking" or "reservations" or "reservation" or "appointments" or "appointment" or "orders");
        if (question && ((said.HasAny("do you take", "do you accept") && taken) || said.HasAny("need a reservation", "need to book", "need a booking", "need an appointment", "have to book", "take walk",
            "accept walk", "walk ins", "walk in", "need reservations", "required")))
            return Intents.BookingPolicy;
        if (said.HasAny("make it", "make that"))
            return Intents.None;
        var word = said.Tokens.Any(t => t.Word is "book" or "booking" or "bookable" or "booked" or "reserve" or "reservation" or "appointment" or "schedule" or "reserved");
        // Where nothing is booked, "can I return shoes" is no wish to book shoes.
        if (tenant.Booking is null)
            return word ? Intents.Booking : Intents.None;
        var isRestaurant = tenant.Kind == BusinessKind.Restaurant;
        var table = isRestaurant && said.Tokens.Any(t => t.Word is "table") && (said.Has("table for")
            || said.HasAny("a table", "table free", "table available", "tables available", "any tables"));
        var wish = said.HasAny("i'd like", "i would like", "i want", "i need", "can i", "could i", "may i", "i'd love", "we'd like", "i'm looking for", "looking to", "can you fit",
            "could you fit", "squeeze me", "come in for", "get me in", "could we", "can we", "we want", "we would like", "we need", "do you have anything", "is there anything",
            "any availability", "do you have any availability", "looking for");
        var party = isRestaurant && wish && said.HasAny("dinner for", "lunch for", "brunch for", "party of", "come for dinner", "come in for dinner", "come for lunch", "come in tonight");
        var service = !isRestaurant && wish && !said.HasAny("how much", "how many", "how long", "how often", "price", "cost", "know") && ServiceMatcher.Find(said, tenant.Services).Count > 0;
        var room = tenant.Kind == BusinessKind.Hotel && said.HasAny("a room", "room for", "rooms for");
        var availability = said.HasAny("anything available", "something available", "have availability", "any availability", "availability for", "availability on", "availability tonight",
                "any openings", "an opening", "any slots", "a slot", "any spots", "a spot", "anything free", "something free", "anything open", "available appointments", "appointments available",
                "any tables", "space for", "squeeze us", "fit us", "have anything for", "have anything on", "have anything tonight", "have anything tomorrow")
            || (isRestaurant && said.HasAny("have room for", "room for")) || (said.Has("come in") && wish);
        return word || table || party || service || room || availability ? Intents.Booking : Intents.None;
    }

    // "When is Helen Park's appointment?"
    private static bool IsSomebodys(Utterance said)
    {
        for (var i = 1; i < said.Count; i++)
        {
            if (said.Tokens[i].Word is "appointment" or "booking" or "reservation" && said.Tokens[i - 1].Word is var owner && (owner.EndsWith("'s", StringComparison.Ordinal)
                    ? owner is not ("today's" or "tomorrow's" or "tonight's" or "what's" or "where's" or "there's" or "it's" or "that's" or "let's" or "how's" or "when's") && !owner.EndsWith("day's", StringComparison.Ordinal)
                    : owner is "his" or "her" or "their"))
                return true;
        }

        return false;
    }

    private static Intents Info(Utterance said)
    {
        var found = Intents.None;
        var asks = IsQuestion(said) || said.Count <= 4;
        if (said.HasAny("opening hours", "opening times", "business hours", "opening time", "closing time", "what hours", "what time are you open", "when are you open", "what time do you open", "what time do you close", "your hours", "the hours", "how late are you", "still open",
                "open till", "open until", "what are your hours", "hours on", "the opening", "your opening", "open hours", "working hours", "what times", "which times") || said.IsAny("hours", "opening")
            || (asks && said.Tokens.Any(t => t.Word is "open" or "opened" or "close" or "closed" or "closing" or "opening")
                && said.HasAny("you", "you're", "it", "restaurant", "salon", "place", "shop", "clinic", "guys", "when", "what time", "open today", "open tomorrow")))
            found |= Intents.Hours;
        if (said.HasAny("your address", "the address", "address please", "where are you", "where you are", "where you're", "where is the", "where's the", "your location", "located",
                "directions", "find you", "get to you", "get there", "where is it", "how do i get", "where exactly", "what street", "address") && !said.HasAny("email address", "e mail"))
            found |= Intents.Address;
        // "My name is Alan Price."
        if (NameParser.ReadStated(said) is not null && !IsQuestion(said))
            return found;
        if (said.HasAny("how much", "price", "prices", "cost", "costs", "charge", "price list", "how expensive"))
            found |= Intents.Price;
        else if (said.HasAny("what services", "which services", "what do you offer", "what do you do", "what do you have", "what's on the menu", "on the menu", "your menu",
                "what kind of", "what treatments", "list of services", "what can i book", "what do you sell", "what do you serve", "services do you", "what can you do"))
            found |= Intents.Services;
        if (said.HasAny("your phone number", "your number", "your telephone number", "number to call", "what number"))
            found |= Intents.BusinessPhone;
        return found;
    }
}
