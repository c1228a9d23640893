using System.CommandLine;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Vad;
using Parley.Hosting;
using Parley.Loading.Stub;
using Parley.Persistence.Reporting;

namespace Parley.Commands;

/// <summary><c>parley serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = "Addresses to listen on (setting Urls; default: http://127.0.0.1:5080)." };
        var data = CommonOptions.Data();
        var sample = new Option<FileInfo?>("--sample-call") { Description = "Place this sample call once the server is up, and keep serving." };
        var providers = new Option<string?>("--providers")
        {
            Description = "Who hears, answers and speaks (setting Providers): 'embedded', the default, or 'stub', which takes no time: for load tests only.",
        };
        var serve = new Command("serve", "Answer calls.") { urls, data, sample, providers };
        serve.SetAction((parsed, cancellation) => CommandHost.RunAsync(() => ServeAsync(
            CommandHost.Settings(("Urls", parsed.GetValue(urls)), ("Database:DataDirectory", parsed.GetValue(data)), (StubProviders.Setting, parsed.GetValue(providers))),
            parsed.GetValue(sample), cancellation)));
        return serve;
    }

    private static async Task<int> ServeAsync(Dictionary<string, string?> settings, FileInfo? sampleCall, CancellationToken cancellation)
    {
        BatchScheduling.Apply();
        await using var app = ParleyApp.Create(settings);

        // All errors at once, before anything is started.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        CheckAddresses(app.Configuration["Urls"] ?? "");

        // Loading the models takes half a second; no caller shall wait for it.
        await app.Services.GetRequiredService<MoonshineSpeechToText>().WarmUpAsync();
        await app.Services.GetRequiredService<SileroVadFactory>().WarmUpAsync();

        await app.StartAsync(cancellation);
        var keys = app.Services.GetRequiredService<ApiKeys>();
        await Welcome.PrintAsync(app, await keys.EnsureOperatorKeyAsync(cancellation), cancellation);
        if (sampleCall is not null)
            await SampleCall.PlaceAsync(app, keys, sampleCall, cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return CommandHost.Ok;
    }

    private static void CheckAddresses(string urls)
    {
        try
        {
            foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"Urls is a list of addresses like http://127.0.0.1:5080, separated by semicolons. {e.Message}", e);
        }
    }
}
