namespace Parley.Evaluation;

/// <summary>What a scenario can need before it can pass. One that needs something that is not there is skipped, visibly.</summary>
internal static class Features
{
    /// <summary>Every name that a scenario may use.</summary>
    public static readonly IReadOnlyList<string> All = ["tools", "knowledge", "people", "gate", "model"];

    /// <summary>What this build has. <c>model</c>, a real model that plays a persona, depends on the options of a run.</summary>
    public static readonly IReadOnlyList<string> Built = ["knowledge", "people", "gate"];
}
