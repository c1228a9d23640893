using System.Text;
using System.Text.Json;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Tools;

namespace Parley.MediaGateway.Tests.Twilio;

/// <summary>Compares with Twilio's official Node library, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public sealed class OfficialLibraryTests
{
    [Fact]
    public async Task What_the_official_library_signs_is_accepted_and_any_change_is_not()
    {
        var run = await OfficialLibrary.TryRunAsync(["twilio"], ["sign-requests.mjs"], default, TestContext.Current.CancellationToken);
        Assert.SkipWhen(run is null, OfficialLibrary.Missing);
        run!.ExitCode.ShouldBe(0, run.Errors);

        var validator = new RequestValidator("interop-token");
        var requests = 0;
        foreach (var line in run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var url = root.GetProperty("url").GetString()!;
            var signature = root.GetProperty("signature").GetString();
            var body = root.GetProperty("body").GetString();
            List<KeyValuePair<string, string>> parameters =
                [.. root.GetProperty("parameters").EnumerateArray().Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))];

            bool Holds(string at) => body is null
                ? at.StartsWith("wss", StringComparison.Ordinal) ? validator.ValidateUpgrade(at, signature) : validator.Validate(at, parameters, signature)
                : validator.ValidateBody(at, Encoding.UTF8.GetBytes(body), signature);

            Holds(url).ShouldBeTrue(line);
            Holds(url.Replace("example.com", "example.org", StringComparison.Ordinal)).ShouldBeFalse(line);
            requests++;
        }

        requests.ShouldBe(500);
    }
}
