namespace Parley.Conversation.Agents.Grounding;

/// <summary>What a piece of a text is.</summary>
internal enum TokenKind
{
    /// <summary>A word, in lower case.</summary>
    Word,

    /// <summary>A number, in digits or in words.</summary>
    Number,

    /// <summary>A time with a colon.</summary>
    Clock,

    /// <summary>A telephone number in digits.</summary>
    Phone,

    /// <summary>A sign of money.</summary>
    Money,

    /// <summary>A sign for hundredths.</summary>
    Percent,

    /// <summary>"a.m." or "p.m.".</summary>
    Meridiem,

    /// <summary>Punctuation.</summary>
    Mark,
}

/// <summary>A piece of a text, the same however it is written.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">In lower case; a number as digits.</param>
internal readonly record struct SpokenToken(TokenKind Kind, string Text)
{
    /// <summary>Of a number.</summary>
    public decimal Value { get; init; }

    /// <summary>A number that was written in words.</summary>
    public bool InWords { get; init; }

    /// <summary>A Hebrew number with "at", "to" or "from" in front: that letter.</summary>
    public char Prefix { get; init; }

    /// <summary>A number that counts a place: "5th".</summary>
    public bool IsOrdinal { get; init; }

    /// <summary>A word that begins with a capital letter.</summary>
    public bool IsCapital { get; init; }

    /// <summary>Of a time with a colon.</summary>
    public int Hour { get; init; }

    /// <inheritdoc cref="Hour"/>
    public int Minute { get; init; }

    /// <summary>Whether it is this word.</summary>
    public bool Is(string word) => Kind == TokenKind.Word && Text == word;

    /// <summary>A whole number within bounds.</summary>
    public bool IsWhole(int least, int most) => Kind == TokenKind.Number && !IsOrdinal && Value == decimal.Truncate(Value) && Value >= least && Value <= most;
}
