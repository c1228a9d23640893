using System.Text.RegularExpressions;
using Dapper;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Webhooks;

/// <summary>Keeps each webhook once, with telephone numbers masked and secrets left out.</summary>
public sealed partial class WebhookLog(Database database) : IWebhookLog
{
    /// <inheritdoc />
    public async Task<bool> RecordAsync(
        string source, string kind, string key, string? carrierCallId, IReadOnlyDictionary<string, string> parameters, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var kept = parameters.Where(p => !SecretName().IsMatch(p.Key)).ToDictionary(p => p.Key, p => Mask(p.Value), StringComparer.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into webhook_events (id, source, kind, key, tenant_id, carrier_call_id, parameters, received_at)
            values (@Id, @Source, @Kind, @Key, (select tenant_id from calls where carrier_call_id = @CarrierCallId), @CarrierCallId,
                    @Parameters::jsonb, @At)
            on conflict (key) do nothing
            """,
            new
            {
                Id = Guid.CreateVersion7(at),
                Source = source,
                Kind = kind,
                Key = key,
                CarrierCallId = carrierCallId,
                Parameters = PersistenceJson.Write(kept),
                At = at,
            },
            cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Hides the middle of every number of 7 to 15 digits (E.164's range): country code and the last two digits stay.</summary>
    internal static string Mask(string text) => PhoneNumber().Replace(text, m =>
    {
        var digits = m.Groups["digits"].Value;
        // Country codes +1 and +7 have one digit, all others two or three; two tell enough.
        var head = m.Groups["plus"].Length == 0 ? 0 : digits[0] is '1' or '7' ? 1 : 2;
        return string.Concat(m.Groups["plus"].Value, digits.AsSpan(0, head), new string('*', digits.Length - head - 2), digits.AsSpan(digits.Length - 2));
    });

    // Not inside a word: a carrier's ids have long runs of digits too.
    [GeneratedRegex(@"(?<![A-Za-z0-9])(?<plus>\+?)(?<digits>\d{7,15})(?![A-Za-z0-9])")]
    private static partial Regex PhoneNumber();

    [GeneratedRegex("token|secret|password|authorization|signature|api_?key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
