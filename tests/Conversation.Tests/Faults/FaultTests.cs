namespace Parley.Conversation.Tests.Faults;

/// <summary>Tests that count what the whole process holds (pooled frames): nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "Faults";
}
