using Parley.Conversation.Turns;

namespace Parley.Loading.Stub;

/// <summary>Ends every turn after the same silence, so that a load test knows what else a reply waited for.</summary>
internal sealed class FixedEndpointing : IEndpointingStrategy
{
    /// <summary>The silence, in milliseconds: longer than the pauses inside the load test's utterances.</summary>
    public const int SilenceMs = 500;

    /// <inheritdoc/>
    public EndpointVerdict Judge(in EndpointContext context) => new(SilenceMs, "fixed");
}
