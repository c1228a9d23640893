using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Sessions;

/// <summary>
/// Lets in a media stream that carries the token of a call that was announced by the voice webhook: signed by us, fresh, for this very call,
/// and never used before. The carrier's signature is the first gate, this is the second.
/// </summary>
internal sealed class CallAdmission(
    CallTokens tokens, ICallStore calls, ITenantStore tenants, CallServices services, IOptions<PipelineOptions> options,
    TimeProvider clock, ILogger<CallAdmission> log, RingingCallers? callers = null) : ICallAdmission
{
    public async Task<AdmittedCall?> AdmitAsync(StreamStart start, ICallTransport transport, CancellationToken cancellationToken)
    {
        var check = tokens.Verify(start.CustomParameters.GetValueOrDefault(StreamParameters.CallToken), start.CallSid);
        if (check.Token is not { } token)
        {
            GatewayLog.TokenRefused(log, check.Outcome);
            return null;
        }

        var snapshot = await calls.FindAsync(start.CallSid, cancellationToken);
        var tenant = await tenants.GetAsync(token.TenantId, cancellationToken);
        if (snapshot is null || tenant is null || snapshot.CallId != token.CallId)
        {
            GatewayLog.CallUnknown(log);
            return null;
        }

        var call = new CallContext(
            snapshot.CallId, start.CallSid, tenant, snapshot.CallerNumber, snapshot.CalledNumber, CallDirection.Inbound,
            start.StreamSid)
        {
            Caller = callers?.Take(start.CallSid, tenant.Id, snapshot.CallerNumber),
        };
        var resume = token.Resume
            ? new ResumePoint(snapshot.AgentStateJson, snapshot.History, snapshot.NextOrdinal, ReasonOf(start))
            : null;
        return new AdmittedCall(call, new CallPipeline(call, transport, services, options.Value, resume));
    }

    private static ResumeReason ReasonOf(StreamStart start) =>
        start.CustomParameters.GetValueOrDefault(StreamParameters.ResumeReason) == StreamParameters.TransferFailed
            ? ResumeReason.TransferFailed
            : ResumeReason.LineLost;

    // The caller does not wait for it to be written down.
    public void Connected(CallContext call, string streamSid) => _ = NoteAsync(call.CallId, streamSid);

    private async Task NoteAsync(Guid callId, string streamSid)
    {
        try
        {
            await calls.ConnectedAsync(callId, streamSid, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e)
        {
            GatewayLog.NotNoted(log, e);
        }
    }
}
