using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Sessions;

/// <summary>Decides whether a media stream belongs to a call of ours, and makes its conversation.</summary>
internal interface ICallAdmission
{
    /// <summary>Null when the stream is refused; why is logged.</summary>
    Task<AdmittedCall?> AdmitAsync(StreamStart start, ICallTransport transport, CancellationToken cancellationToken);

    /// <summary>Notes that an admitted call has its stream; returns at once.</summary>
    void Connected(CallContext call, string streamSid);
}

/// <summary>A call that may begin.</summary>
internal sealed record AdmittedCall(CallContext Call, CallPipeline Pipeline);
