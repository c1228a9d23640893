namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Whether an answer agrees.</summary>
internal static class YesNo
{
    /// <summary>True for yes, false for no, null for neither.</summary>
    public static bool? Read(Utterance said)
    {
        if (said.HasAny("not right", "not correct", "isn't right", "isn't correct", "wrong", "incorrect", "not quite", "not really", "not exactly",
            "that's not it", "please don't", "don't think so"))
            return false;
        if (said.HasAny("no problem", "no worries"))
            return true;
        if (said.HasAny("that's right", "that's correct", "that is right", "that is correct", "all correct", "all right", "all good", "sounds good",
            "sounds right", "sounds great", "go ahead", "please do", "of course", "why not", "uh huh", "that works", "that's fine", "that's perfect", "i do",
            "i would", "put me through"))
            return true;
        foreach (var token in said.Tokens)
        {
            switch (token.Word)
            {
                case "no" or "nope" or "nah" or "don't" or "not" or "never":
                    return false;
                case "yes" or "yeah" or "yep" or "yup" or "yea" or "ya" or "sure" or "correct" or "right" or "exactly" or "ok" or "okay" or "perfect"
                    or "absolutely" or "fine" or "definitely" or "indeed" or "certainly" or "alright" or "good" or "great" or "huh" or "wonderful"
                    or "lovely" or "si" or "affirmative":
                    return true;
            }
        }

        return said.IsAny("please", "yes please", "that's it") ? true : null;
    }
}
