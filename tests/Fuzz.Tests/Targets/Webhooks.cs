using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.MediaGateway.Endpoints;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Twilio's webhooks with any form, signed as Twilio would sign it, or not.</summary>
internal sealed class Webhooks : FuzzTarget
{
    private const string Token = "12345678901234567890123456789012";
    private static readonly string[] Paths = ["voice", "after-stream", "dial-done", "call-status", "stream-status", "message-status"];

    private static readonly string[] Forms =
    [
        "CallSid=CA0123456789abcdef0123456789abcdef&From=%2B14155550100&To=%2B14155550199&CallStatus=ringing&Direction=inbound",
        "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=completed&CallDuration=17",
        "CallSid=CA1&StreamSid=MZ1&StreamEvent=stream-error&StreamError=Something+about+%2B14155550100",
        "MessageSid=SM0123456789abcdef&MessageStatus=undelivered&ErrorCode=30003",
        "CallSid=CA1&DialCallStatus=no-answer&CallStatus=in-progress",
    ];

    private readonly ServiceProvider services;

    public Webhooks()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Twilio:AccountSid"] = "AC00000000000000000000000000000001",
            ["Twilio:AuthToken"] = Token,
            ["Twilio:PublicBaseUrl"] = "https://voice.example.com",
        }).Build();
        var collection = new ServiceCollection();
        collection.AddLogging().AddMetrics().AddOptions();
        collection.AddSingleton<NoStores>().AddSingleton<ICallStore>(s => s.GetRequiredService<NoStores>())
            .AddSingleton<ITenantStore>(s => s.GetRequiredService<NoStores>()).AddSingleton<IWebhookLog>(s => s.GetRequiredService<NoStores>())
            .AddSingleton<IMessageQueue>(s => s.GetRequiredService<NoStores>());
        collection.AddTwilio(configuration).AddSingleton<CallRegistry>().AddSingleton<TwilioSignatureFilter>();
        services = collection.BuildServiceProvider();
    }

    public override int Share => 30;

    public override (long Fixed, long PerByte) Allowance => (512 * 1024, 100);

    public override byte[] Make(Random random) => MaybeSpoil(random, Encoding.UTF8.GetBytes(Forms[random.Next(Forms.Length)]));

    public override void Run(byte[] input, Random random)
    {
        var path = "/twilio/" + Paths[random.Next(Paths.Length)];
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "POST";
        context.Request.Path = path;
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.ContentLength = input.Length;
        context.Request.Body = new MemoryStream(input);
        context.Response.Body = new MemoryStream();
        context.Request.Headers[TwilioRequestGuard.SignatureHeader] =
            random.Next(10) == 0 ? "bm9uc2Vuc2U=" : Sign("https://voice.example.com" + path, input);
        HandleAsync(context, path).GetAwaiter().GetResult();
        Require(context.Response.StatusCode is 200 or 204 or 400 or 403 or 413, $"the status {context.Response.StatusCode} is a documented one");
        if (context.Response.StatusCode == 200)
        {
            context.Response.Body.Position = 0;
            System.Xml.Linq.XDocument.Load(context.Response.Body).Root!.Name.LocalName.ShouldBe("Response");
        }
    }

    private async Task HandleAsync(HttpContext context, string path)
    {
        var filter = services.GetRequiredService<TwilioSignatureFilter>();
        var result = await filter.InvokeAsync(new DefaultEndpointFilterInvocationContext(context), async _ => await AnswerAsync(context, path));
        await ((IResult)result!).ExecuteAsync(context);
    }

    private Task<IResult> AnswerAsync(HttpContext context, string path)
    {
        var voice = services.GetRequiredService<VoiceWebhooks>();
        var status = services.GetRequiredService<StatusWebhooks>();
        return path switch
        {
            "/twilio/voice" => voice.VoiceAsync(context),
            "/twilio/after-stream" => voice.AfterStreamAsync(context),
            "/twilio/dial-done" => voice.DialDoneAsync(context),
            "/twilio/call-status" => status.CallAsync(context),
            "/twilio/stream-status" => status.StreamAsync(context),
            _ => status.MessageAsync(context),
        };
    }

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1.
    private static string Sign(string url, byte[] form)
    {
        var signed = new StringBuilder(url);
        try
        {
            var fields = new Microsoft.AspNetCore.WebUtilities.FormReader(Encoding.UTF8.GetString(form)).ReadForm();
            foreach (var (name, values) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                    signed.Append(name).Append(value);
            }
        }
        catch (InvalidDataException)
        {
            return "broken";
        }

        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(signed.ToString())));
    }
#pragma warning restore CA5350

    /// <summary>Knows nobody and forgets everything.</summary>
    private sealed class NoStores : ICallStore, ITenantStore, IWebhookLog, IMessageQueue
    {
        public Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken) => Task.FromResult(call.CallId);

        public Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken) => Task.FromResult<CallSnapshot?>(null);

        public Task CloseByCarrierAsync(
            string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken) =>
            Task.FromResult<Tenant?>(calledNumber.EndsWith('9') ? Samples.Restaurant : null);

        public Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult<Tenant?>(Samples.Restaurant);

        public Task<bool> RecordAsync(
            string source, string kind, string key, string? carrierCallId, IReadOnlyDictionary<string, string> parameters, DateTimeOffset at,
            CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<bool> SendNextAsync(
            Func<OutgoingMessage, CancellationToken, Task<SendOutcome>> send, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task UpdateStatusAsync(
            string carrierMessageId, string status, string? errorCode, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
