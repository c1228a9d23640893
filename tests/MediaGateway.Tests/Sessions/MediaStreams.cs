namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>Tests that count what the whole process holds (pooled frames, sockets, memory): nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MediaStreams
{
    public const string Name = "Media streams";
}
