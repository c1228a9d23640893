namespace Parley.Loading;

/// <summary>What is known of how a server waits, in milliseconds.</summary>
/// <param name="EndOfTurnMs">Silence that ends a turn; null when it is not fixed.</param>
/// <param name="BargeInMs">Speech that clears the agent's audio; null when it is not fixed.</param>
public sealed record LoadTiming(int? EndOfTurnMs, int? BargeInMs);
