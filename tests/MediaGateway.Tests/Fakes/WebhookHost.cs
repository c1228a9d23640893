using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Conversation.Stores;
using Parley.Conversation.Rag;
using Parley.Conversation.Stt;
using Parley.MediaGateway.Endpoints;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Tools;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>The webhooks on a real server of this machine, and a client that signs like Twilio.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    public const string Token = "12345";
    public const string PublicUrl = "https://voice.example.com";

    private readonly WebApplication app;

    private WebhookHost(WebApplication app, bool signed)
    {
        this.app = app;
        Signed = signed;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public MemoryStores Stores => app.Services.GetRequiredService<MemoryStores>();

    public ManualTime Time => (ManualTime)app.Services.GetRequiredService<TimeProvider>();

    public Parley.MediaGateway.Sessions.CallRegistry Registry => app.Services.GetRequiredService<Parley.MediaGateway.Sessions.CallRegistry>();

    public CallTokens Tokens => app.Services.GetRequiredService<CallTokens>();

    public LogLines Log => app.Services.GetRequiredService<LogLines>();

    private bool Signed { get; }

    public static async Task<WebhookHost> StartAsync(bool signed = true, ISpeechToText? recogniser = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log);
        if (signed)
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Twilio:AccountSid"] = "AC00000000000000000000000000000001",
                ["Twilio:AuthToken"] = Token,
                ["Twilio:PublicBaseUrl"] = PublicUrl,
            });
        }

        var stores = new MemoryStores();
        builder.Services.AddSingleton(log).AddSingleton(stores).AddSingleton<ICallStore>(stores).AddSingleton<ITenantStore>(stores)
            .AddSingleton<IWebhookLog>(stores).AddSingleton<IMessageQueue>(stores).AddSingleton<TimeProvider>(new ManualTime());
        if (recogniser is not null)
            builder.Services.AddMetrics().AddConversation(builder.Configuration).AddKeyedSingleton("deepgram", recogniser).AddSingleton<IKnowledgeStore, NoKnowledgeStore>();
        builder.Services.AddTwilio(builder.Configuration);
        builder.Services.AddSingleton<Parley.MediaGateway.Sessions.CallRegistry>();
        var app = builder.Build();
        app.MapTwilioWebhooks();
        await app.StartAsync();
        return new WebhookHost(app, signed);
    }

    /// <summary>Posts a form as Twilio would, signed when the host expects it.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var request = Form(path, parameters);
        if (Signed)
            request.Headers.Add("X-Twilio-Signature", Sign(path, parameters));
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public static HttpRequestMessage Form(string path, params (string Name, string Value)[] parameters) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(parameters.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
    };

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1.
    public static string Sign(string path, params (string Name, string Value)[] parameters) => Convert.ToBase64String(HMACSHA1.HashData(
        Encoding.UTF8.GetBytes(Token),
        Encoding.UTF8.GetBytes(PublicUrl + path + string.Concat(
            parameters.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Name + pair.Value)))));
#pragma warning restore CA5350

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
