namespace Parley.Conversation.Agents;

/// <summary>What the agent just asked for.</summary>
public enum ReplyKind
{
    /// <summary>Anything.</summary>
    FreeSpeech,

    /// <summary>Yes or no.</summary>
    YesNo,

    /// <summary>A person's name.</summary>
    Name,

    /// <summary>A number of <see cref="ReplyExpectation.Digits"/> digits, such as a telephone number.</summary>
    Digits,

    /// <summary>A day, a time, or both.</summary>
    DateTime,

    /// <summary>A small number, such as a party size.</summary>
    Count,

    /// <summary>An e-mail address or a spelled word.</summary>
    Spelling,

    /// <summary>A longer dictation, such as a message.</summary>
    Dictation,
}

/// <summary>What the caller's answer should look like.</summary>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Digits">For <see cref="ReplyKind.Digits"/>: how many; 0 when unknown.</param>
public readonly record struct ReplyExpectation(ReplyKind Kind, int Digits = 0)
{
    /// <summary>Anything may come.</summary>
    public static readonly ReplyExpectation Anything = new(ReplyKind.FreeSpeech);
}
