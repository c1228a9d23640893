using System.Net.Http.Headers;
using System.Text.Json;
using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>A booking as the owners' API lists it.</summary>
internal sealed record ResultBooking
{
    /// <summary>How it stands.</summary>
    public string Status { get; init; } = "";

    /// <summary>What it is of.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Which of them.</summary>
    public string Unit { get; init; } = "";

    /// <summary>When it begins, wall clock.</summary>
    public DateTime StartsLocal { get; init; }

    /// <summary>When it ends, wall clock.</summary>
    public DateTime EndsLocal { get; init; }

    /// <summary>Guests.</summary>
    public int Guests { get; init; }

    /// <summary>The service.</summary>
    public string? Service { get; init; }

    /// <summary>Who it is for.</summary>
    public string? Name { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts = [$"{Status} {Resource} {Unit}", $"{StartsLocal:yyyy-MM-dd HH:mm}", $"until {EndsLocal:yyyy-MM-dd HH:mm}", $"for {Guests}", Service, Name, Phone];
        return string.Join(", ", parts.OfType<string>());
    }
}

/// <summary>Reads <c>GET /api/bookings</c>.</summary>
internal sealed class BookingList(Uri server, string apiKey, HttpClient http)
{
    private const int PageSize = 100;

    /// <summary>All of a tenant's bookings, the latest time first.</summary>
    /// <exception cref="CallFailedException">The server refuses or cannot be reached.</exception>
    public async Task<IReadOnlyList<ResultBooking>> OfAsync(string tenant, CancellationToken cancellationToken)
    {
        List<ResultBooking> all = [];
        string? cursor = null;
        do
        {
            var query = $"/api/bookings?tenant={Uri.EscapeDataString(tenant)}&limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, query));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
                var page = await response.Content.ReadFromJsonAsync<Page>(HttpCallResultSource.Json, cancellationToken);
                all.AddRange(page!.Items);
                cursor = page.NextCursor;
            }
            catch (Exception e) when (e is HttpRequestException or JsonException)
            {
                throw new CallFailedException($"the admin API gave no bookings: {e.Message}", e);
            }
        }
        while (cursor is not null);
        return all;
    }

    private sealed record Page(IReadOnlyList<ResultBooking> Items, string? NextCursor);
}
