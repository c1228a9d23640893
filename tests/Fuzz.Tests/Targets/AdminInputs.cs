using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Calls;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Leads;
using Parley.Persistence.Reporting;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Queries, cursors, keys and bodies of the owners' API.</summary>
internal sealed class AdminInputs : FuzzTarget
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly string[] Values =
    [
        "luigis", "booking", "2026-11-21T18:00:00Z", "2026-11-21", "9999-12-31T23:59:59+18:00", "0001-01-01", "+1 (415) 555-0100", "50",
        new Cursor(DateTimeOffset.UnixEpoch.AddDays(20_000), Guid.Empty).ToString(), "true", "Bearer pk_0123456789",
        """{"handled":true}""", """{"name":"Key","tenant":"luigis","operator":false}""",
    ];

    public override int Share => 60;

    public override byte[] Make(Random random) => MaybeSpoil(random, Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));

    public override void Run(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        var reader = new QueryReader();
        var calls = new CallListQuery(text, text, text, text, text, text, text).Read(reader);
        Require(calls.Limit <= ListFilter.MaxLimit, "a page is bounded");
        Require(calls.Tenant is null || !calls.Tenant.Contains('\0'), "a tenant's name can be stored");
        _ = new LeadListQuery(text, text, text, text, text, text, text, text).Read(reader);
        Require(reader.LastEventId(text) >= -1, "an ordinal is one");
        if (reader.HasErrors)
            _ = reader.Problem();
        if (Cursor.TryParse(text, out var cursor))
            Require(Cursor.TryParse(cursor.ToString(), out var again) && again == cursor, "a cursor is read back as it was");
        _ = BearerToken.Read(text);
        Body<LeadPatch>(input);
        Body<NewKey>(input);
    }

    private static void Body<T>(byte[] input)
    {
        try
        {
            _ = JsonSerializer.Deserialize<T>(input, Json);
        }
        catch (JsonException)
        {
            // Answered with 400.
        }
    }
}
