namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>
/// Sentences about businesses of <c>samples/knowledge</c>, written before the check of facts was tuned and not used to tune it: they tell what it is worth
/// on others. A sentence may come with the caller's question before a bar.
/// </summary>
internal static class HeldOutFacts
{
    /// <summary>So, by the documents of the tenant that is named.</summary>
    public static readonly (string Tenant, string[] Sentences)[] True =
    [
        ("hotel-aurora",
        [
            "Yes, we have an indoor pool.", "The indoor pool is free for our guests.", "Yes, there is a sauna.", "We have a gym, and it is free for guests.", "Dogs and cats are welcome for a small fee.",
            "Wi-Fi is free in the whole house.", "Yes, we have wireless internet.", "There are chargers for electric cars in the garage.", "Cribs are free.", "Babysitting can be arranged.",
            "You can leave your luggage at the front desk.", "We have three meeting rooms.", "There is a smoking area behind the garden.", "Smoking is not allowed in the rooms.", "All rooms are non-smoking.",
            "do you have a place to eat|Yes, our restaurant serves dinner.", "There is a rooftop bar in summer.", "We offer valet parking.", "There's a shuttle from the airport.", "Yes, we have gluten free bread.",
            "Room service is available.", "do you have a pool|Yes, we do.", "are dogs allowed|Yes, they are welcome.", "I don't know whether we have a tennis court.", "Shall I ask whether we have an extra bed for you?",
            "Собаки и кошки разрешены.", "У нас есть бассейн.", "Интернет бесплатный во всём отеле.", "Зарядка для электромобилей бесплатная.", "У нас есть сауна.",
        ]),
        ("harbor-dental",
        [
            "Yes, we accept Delta Dental.", "We take Cigna, MetLife and Aetna.", "No, we don't accept Medicaid.", "I'm sorry, Medicaid is not accepted.", "We take credit cards and checks.",
            "We offer payment plans without interest.", "There is an elevator from the garage.", "Parking is free for patients for two hours.", "Yes, Doctor Romero speaks Spanish.", "You can bring your X-rays from another dentist.",
            "Children are welcome from the age of two.", "We keep two places open every day for emergencies.", "Yes, we do whitening.", "We offer implants and crowns.", "do you take medicaid|No, we don't.",
            "Aceptamos Delta Dental y Cigna.", "No aceptamos Medicaid.", "Atendemos a niños.", "El estacionamiento es gratis para los pacientes.", "Sí, hablamos español.",
        ]),
        ("fade-factory",
        [
            "We sell pomade and beard oil.", "Small dogs are welcome on a leash.", "There is free wifi.", "Coffee and water are on the house.", "We don't do perms or extensions.",
            "Yes, we sell gift certificates.", "Students get a discount.", "Tips are not included.", "The entrance is wheelchair accessible.", "You can pay the tip with the card.",
            "Yes, you can ask for a certain barber.", "We have four barbers.", "We do wedding parties by arrangement.", "We offer haircuts, beard trims and hot towel shaves.", "do you have wifi|Yes, we do.",
            "אנחנו מקבלים כרטיסי אשראי ומזומן.", "אפשר להגיע בלי תור.", "יש חניון מעבר לפינה.", "אנחנו מספרים ילדים.",
        ]),
    ];

    /// <summary>Made up.</summary>
    public static readonly (string Tenant, string[] Sentences)[] Invented =
    [
        ("hotel-aurora",
        [
            "Yes, we have an outdoor pool.", "There is a tennis court behind the house.", "We have a casino.", "Dogs are welcome in the restaurant.", "Parking is free.", "Breakfast is free.", "Breakfast is included.",
            "The sauna is free for guests.", "You can smoke on the balcony.", "No, we don't have a gym.", "Dogs are not allowed.", "We rent bicycles.", "There is a golf course nearby.", "do you have a jacuzzi|Yes, we do.",
            "Yes, we offer horse riding.", "We accept American Express.", "Extra beds are free.", "У нас есть теннисный корт.", "Парковка бесплатная.", "Собаки запрещены.",
        ]),
        ("harbor-dental",
        [
            "Yes, we accept Medicaid.", "We take Guardian and Humana.", "do you take medicaid|Yes, we do.", "There is a playground for children.", "We offer acupuncture.", "You can pay with Bitcoin.",
            "We don't accept Cigna.", "We don't have an elevator.", "The consultation for implants is free.", "We have a shuttle for patients.", "Aceptamos Medicaid.", "Tenemos una sala de juegos.", "Las limpiezas son gratis.",
        ]),
        ("fade-factory",
        [
            "We do perms and highlights.", "Tips are included.", "We sell wigs.", "Large dogs are welcome.", "There is free parking behind the shop.", "We offer manicures.", "Beer is on the house.", "We serve breakfast.",
            "No, we don't have wifi.", "do you do extensions|Yes, we do.", "We have six barbers.", "Dogs are not allowed.", "אנחנו מקבלים ביטקוין.", "יש חניה חינם.", "יש לנו סאונה.",
        ]),
    ];
}
