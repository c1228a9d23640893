namespace Parley.Conversation.Escalations;

/// <summary>
/// What angry and misunderstood callers say, in English, Spanish, Russian and Hebrew: words in lower case without accents, <c>ё</c> as <c>е</c>; a star
/// stands for any ending. A sign counts whatever language the call is in: callers swear in their own.
/// </summary>
internal static class MoodPhrases
{
    /// <summary>One of these is anger.</summary>
    public static readonly string[] Strong =
    [
        "fuck*", "bullshit", "this is ridiculous", "that's ridiculous", "this is unacceptable", "this is outrageous", "i'm furious", "i am furious",
        "i'm very angry", "i'm so angry", "i am angry", "really angry", "i'm angry", "pissed off", "you're useless", "you are useless", "this is useless", "worst service",
        "terrible service", "horrible service", "awful service", "i'm sick of", "sick and tired", "fed up", "stupid robot", "stupid machine", "stupid bot",
        "stupid computer", "shut up", "what the hell", "waste of time", "wasting my time", "waste of my time", "i'll sue", "call my lawyer",
        "never coming back", "never come back",
        "estoy furios*", "estoy muy enojad*", "estoy enojad*", "estoy hart*", "es inaceptable", "es una verguenza", "que verguenza", "pesimo servicio",
        "no sirve para nada", "no sirven para nada", "es ridiculo", "perdida de tiempo", "perder el tiempo", "perdiendo el tiempo", "callate", "mierda",
        "maquina estupida", "los voy a denunciar", "joder",
        "безобразие", "это возмутительно", "я возмущен*", "я в ярости", "я очень зол", "я очень зла", "достали", "вы издеваетесь", "издевательство",
        "ужасное обслуживание", "отвратительн*", "сколько можно", "тупой робот", "тупая машина", "заткни*", "какого черта", "трата времени", "подам в суд",
        "вы бесполезн*", "это неприемлемо",
        "זו שערורייה", "שערורייה", "זה לא מקובל", "אני כועס", "אני כועסת", "אני עצבני", "אני עצבנית", "נמאס לי", "שירות גרוע", "שירות נוראי", "בזבוז זמן",
        "רובוט מטומטם", "מכונה מטומטמת", "תשתקי", "שתוק", "אתבע אתכם", "זה מגוחך",
    ];

    /// <summary>Two of these within three turns are anger.</summary>
    public static readonly string[] Mild =
    [
        "ridiculous", "unacceptable", "annoying", "annoyed", "frustrating", "frustrated", "terrible", "awful", "horrible", "rude", "complaint", "complain",
        "disappointed", "disappointing", "upset", "damn", "unbelievable", "useless", "stupid",
        "inaceptable", "molest*", "frustrad*", "frustrante", "terrible", "horrible", "queja", "quejarme", "decepcionad*", "increible", "maldit*", "inutil*",
        "ужасно", "ужас", "кошмар", "жалоба", "жаловаться", "пожаловаться", "разочарован*", "раздража*", "глупо", "невозможно", "надоел*",
        "נורא", "נוראי", "מעצבן", "מתסכל", "מתוסכל*", "תלונה", "להתלונן", "מאוכזב*", "חצוף", "גרוע", "מטומטם",
    ];

    /// <summary>Two of these, or repetitions of one's own words, within four turns: the caller is not understood.</summary>
    public static readonly string[] Misunderstood =
    [
        "i already told", "i already said", "i've already told", "i've already said", "i just told", "i just said", "not what i said", "not what i asked",
        "not what i meant", "you're not listening", "you are not listening", "are you listening", "you don't understand", "you do not understand",
        "you didn't understand", "you're not understanding", "how many times", "for the third time", "for the second time", "you keep asking",
        "you keep saying", "i said", "no i said", "like i said", "as i said",
        "ya le dije", "ya te dije", "ya lo dije", "ya dije", "no es lo que dije", "no es lo que pedi", "no me entiende*", "no me esta entendiendo",
        "no me escucha*", "no me esta escuchando", "cuantas veces", "acabo de decir*", "le dije que", "no entiende nada",
        "я уже сказал*", "я уже говорил*", "я же сказал*", "я же говорил*", "я не это сказал*", "я не об этом", "вы не понимаете", "вы меня не понимаете",
        "вы не слушаете", "вы меня не слушаете", "вы меня слышите", "сколько раз", "в третий раз", "еще раз повторяю", "повторяю",
        "כבר אמרתי", "אמרתי לך", "אמרתי כבר", "זה לא מה שאמרתי", "לא זה מה שאמרתי", "את לא מבינה", "אתה לא מבין", "לא מבינים אותי", "אתה לא מקשיב",
        "את לא מקשיבה", "כמה פעמים", "בפעם השלישית",
    ];

    /// <summary>Up to three words before a sign these take it back.</summary>
    public static readonly HashSet<string> Negations = new(StringComparer.Ordinal)
    {
        "not", "isn't", "wasn't", "don't", "didn't", "never", "no", "nada", "не", "нет", "ни", "לא", "אין",
    };

    /// <summary>What pleased callers say; for the analysis after the call.</summary>
    public static readonly string[] Pleased =
    [
        "perfect", "wonderful", "excellent", "awesome", "amazing", "fantastic", "great", "lovely", "brilliant", "thank you so much", "thanks so much",
        "you've been very helpful", "very helpful", "appreciate it",
        "perfecto", "excelente", "maravilloso", "genial", "estupendo", "muchas gracias", "muy amable",
        "отлично", "прекрасно", "замечательно", "супер", "чудесно", "большое спасибо", "спасибо большое", "очень помогли",
        "מצוין", "מעולה", "נהדר", "מושלם", "תודה רבה", "יופי",
    ];
}
