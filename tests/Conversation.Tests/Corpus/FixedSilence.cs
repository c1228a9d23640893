using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>What most telephone bots do, to compare with: a turn ends after a fixed silence, whatever was said.</summary>
internal sealed class FixedSilence(int silenceMs) : IEndpointingStrategy
{
    public EndpointVerdict Judge(in EndpointContext context) => new(silenceMs, "fixed");
}
