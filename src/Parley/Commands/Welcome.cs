using Parley.MediaGateway.Twilio;
using Parley.Persistence.Reporting;

namespace Parley.Commands;

/// <summary>What a newcomer needs to know when the server is up.</summary>
internal static class Welcome
{
    public static async Task PrintAsync(WebApplication app, CreatedApiKey? operatorKey, CancellationToken cancellation)
    {
        var address = app.Urls.First();
        var tenants = await app.Services.GetRequiredService<TenantReports>().ListAsync(TenantScope.Operator, cancellation);
        var twilio = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<TwilioOptions>>().Value;
        Console.WriteLine();
        Console.WriteLine($"Parley answers at {address}");
        foreach (var tenant in tenants)
            Console.WriteLine($"  {string.Join(", ", tenant.Numbers),-14} {tenant.Name}");
        Console.WriteLine($"  Twilio voice webhook   {new Uri(twilio.PublicBaseUrl ?? new Uri(address), "/twilio/voice")}");
        Console.WriteLine($"  Owners' API            {address}/api (described at {address}/api/openapi.json)");
        Console.WriteLine($"  Health                 {address}/health/ready");
        if (operatorKey is not null)
        {
            Console.WriteLine($"  Operator's API key     {operatorKey.Secret}");
            Console.WriteLine("                         shown this once; send it as 'Authorization: Bearer ...'");
        }

        Console.WriteLine();
    }
}
