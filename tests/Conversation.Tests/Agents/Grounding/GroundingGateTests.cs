using Parley.Conversation.Agents.Grounding;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>The gate on sentences of which it is known whether they are so.</summary>
public sealed class GroundingGateTests
{
    /// <summary>So, or about nothing that could be made up.</summary>
    public static TheoryData<string> True =>
    [
        // Prices
        "The margherita is fourteen dollars.", "The margherita pizza is $14.", "That's $14.00 for the margherita.", "The lasagna costs twenty-one dollars.",
        "The lasagna is twenty one.", "Tiramisu is $8 and the lasagna is $21.", "A gluten free pizza is three dollars more.", "The burrata is sixteen fifty.",
        "The burrata is $16.50.", "The burrata costs sixteen dollars and fifty cents.", "A negroni is 13 dollars.", "Delivery is $4.99.", "Delivery costs four dollars and ninety nine cents.",
        "For groups of eight or more there is a twenty percent service charge.", "There's a 20% service charge for groups of eight.", "The corkage fee is 25 dollars.",
        "El tiramisú cuesta 8 dólares.", "El tiramisú cuesta ocho dólares.", "Тирамису стоит 8 долларов.", "Тирамису стоит восемь долларов.", "הטירמיסו עולה 8 דולר.",
        // Hours
        "We're open until ten on weeknights, Monday to Thursday.", "On Friday we close at eleven.", "On Friday we're open from noon to 11 pm.", "We open at twelve.", "On Monday we're open from 12:00 to 22:00.",
        "We're closed on Sunday.", "We're closed right now.", "Yes, we're open at seven on Friday.", "We are open Monday to Saturday.", "Today we're open from noon until eleven in the evening.",
        "Los domingos estamos cerrados el domingo.", "El viernes abrimos a las 12 y cerramos a las 23.", "В пятницу мы открыты с 12 до 23.", "בשישי אנחנו פתוחים מ-12 עד 23.",
        "Happy hour is from four to six.", "Happy hour starts at 4 pm.",
        // Times and numbers of the caller's
        "A table for six on Friday at seven thirty, right?", "So that's Friday at 7:30 pm.", "Una mesa para seis el viernes a las siete y media.", "Столик на шестерых в пятницу в 19:30.",
        "I could offer you a quarter to seven or 8:15 on Friday.", "Six forty-five or eight fifteen would be free.", "Your number is 646 555 0199.", "I have six four six, five five five, oh one nine nine.",
        "The last table is at ten on Friday.",
        // Address, telephone, stock, availability
        "We're at 12 Mulberry Street.", "We're on Mulberry Street, at the corner of Canal Street.", "There is a garage on Hester Street.", "You can reach us at 212-555-0101.", "Our number is two one two, five five five, zero one zero one.",
        "For events please call 212 555 0177.", "The other house is at 40 Elm Avenue.", "We have three of the aprons left in size M.", "There are 3 aprons in stock.",
        "I'm sorry, we're fully booked at that time.", "Street parking is free after seven in the evening.",
        // Nothing that could be made up
        "Of course, one moment please.", "How many people will it be?", "I have two questions for you.", "May I have your name, please?", "We have twenty seats outside.", "The kitchen can make the pasta vegan.",
        "Let me check whether that time is available.", "Shall I connect you with a person?", "Thank you for calling, goodbye!", "Feel free to call again.", "We're close to the station.",
        "You can turn left at the corner.", "I'll take a message for the team.",
    ];

    /// <summary>Made up.</summary>
    public static TheoryData<string> Invented =>
    [
        "The margherita is fifteen dollars.", "The margherita is $12.50.", "The lasagna is fourteen dollars.", "The lasagna is nineteen.", "Tiramisu is nine dollars.", "The calamari is eighteen dollars.",
        "A negroni is fourteen dollars.", "Delivery is $2.99.", "Parking costs fourteen dollars.", "There's a 15% service charge.", "You get ten percent off today.", "The burrata is sixteen euros and fifty cents.",
        "Everything is free of charge today.", "El tiramisú cuesta 10 dólares.", "Тирамису стоит десять долларов.", "הטירמיסו עולה 12 דולר.", "The pizza is between ten and fifteen dollars.",
        "We're open until midnight.", "We're open until eleven on Monday.", "On Sunday we're open from noon to nine.", "We're open on Sunday.", "We're closed on Friday.", "We're open right now.", "We're open around the clock.",
        "Yes, we're open at 11:30 pm on Friday.", "We open at half past seven.", "We open at 8 am every day.", "El domingo abrimos a las 12.", "Abrimos a las 9.", "Мы открыты до полуночи.", "В воскресенье мы открыты с 10 до 18.", "ביום ראשון אנחנו פתוחים מ-10 עד 18.",
        "Happy hour starts at 3 pm.", "The kitchen closes at nine forty five.",
        "I could offer you seven fifteen on Friday.", "How about nine fifteen?", "Would eight forty suit you?", "Your number is 646 555 0100.",
        "We're at 14 Mulberry Street.", "We're on Fifth Avenue.", "We're at 100 Broadway Street.", "Call us at 212-555-9999.", "The manager's number is 212 555 0199.", "Our number is eight hundred, five five five, one two three four.",
        "We have seven of the aprons left.", "There are twenty aprons in stock.", "You're all booked for Friday.", "Your table is reserved.", "Your reservation is confirmed.", "I've cancelled your booking.", "Su reserva está confirmada.", "Ваш столик забронирован.", "ההזמנה אושרה.",
    ];

    [Theory]
    [MemberData(nameof(True))]
    public void What_is_so_is_said(string sentence)
    {
        var result = GroundingGate.Check(sentence, Known.All());

        result.IsGrounded.ShouldBeTrue($"{sentence}: {string.Join(", ", result.Claims)}");
    }

    [Theory]
    [MemberData(nameof(Invented))]
    public void What_is_made_up_is_not_said(string sentence) => GroundingGate.Check(sentence, Known.All()).IsGrounded.ShouldBeFalse(sentence);

    [Theory]
    [InlineData("is the lasagna ten dollars", "Yes, the lasagna is ten dollars.")]
    [InlineData("are you open until midnight on friday", "Yes, we're open until midnight on Friday.")]
    [InlineData("do you serve until midnight", "Yes, we serve until midnight.")]
    [InlineData("are you on broadway street number nine", "Yes, we're at nine Broadway Street.")]
    [InlineData("you have fifty aprons in stock right", "Yes, we have fifty aprons in stock.")]
    [InlineData("just say you are open on sunday", "We're open on Sunday.")]
    public void The_callers_words_do_not_make_it_so(string caller, string sentence) =>
        GroundingGate.Check(sentence, Known.Profile(caller), caller).IsGrounded.ShouldBeFalse();

    [Fact]
    public void What_it_costs_hangs_on_what_was_asked_for()
    {
        GroundingGate.Check("That's fourteen dollars.", Known.Profile("how much is the margherita"), "how much is the margherita").IsGrounded.ShouldBeTrue();
        GroundingGate.Check("That's fourteen dollars.", Known.Profile("how much is the lasagna"), "how much is the lasagna").IsGrounded.ShouldBeFalse();
    }

    [Fact]
    public void A_booking_is_made_once_a_tool_has_made_it()
    {
        var evidence = Known.Profile("yes please");
        GroundingGate.Check("You're booked.", evidence).IsGrounded.ShouldBeFalse();
        GroundingGate.Check("We have a table at that time.", evidence).IsGrounded.ShouldBeFalse();

        evidence.AddTool("confirm_booking", "Booked.", new System.Text.Json.Nodes.JsonObject { ["booked"] = true }, failed: false);

        GroundingGate.Check("You're booked.", evidence).IsGrounded.ShouldBeTrue();
        GroundingGate.Check("I've cancelled your booking.", evidence).IsGrounded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Sure, let me see", false)]
    [InlineData("Of course, the margherita", false)]
    [InlineData("On Sunday,", true)]
    [InlineData("It costs", true)]
    [InlineData("We have three", true)]
    public void Only_what_may_become_a_fact_is_waited_for(string part, bool waits) => GroundingGate.MustWait(part).ShouldBe(waits);
}
