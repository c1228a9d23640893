namespace Parley.Soak;

/// <summary>What is to be done.</summary>
internal sealed record SoakPlan(TimeSpan Duration, int Calls, TimeSpan Every, int Seed, DirectoryInfo Samples, DirectoryInfo Results);
