using NodaTime;
using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>Compares the bookings that a scenario expects with those that are there.</summary>
internal static class BookingCheck
{
    /// <summary>These should be among them: each without a count is a row of its own.</summary>
    public static IEnumerable<ExpectationOutcome> Among(IReadOnlyList<ExpectedBooking> expected, IReadOnlyList<ResultBooking> rows, LocalDateTime calledAt)
    {
        List<ExpectedBooking> single = [.. expected.Where(static e => e.Count is null)];
        var missing = Missing(single, rows, calledAt);
        foreach (var one in single)
            yield return new ExpectationOutcome("bookings", one.ToString(), Describe(rows), !missing.Contains(one));
        foreach (var counted in expected.Where(static e => e.Count is not null))
        {
            var found = rows.Count(row => IsLike(row, counted, calledAt));
            yield return new ExpectationOutcome("bookings", counted.ToString(), $"{found}: {Describe(rows)}", found == counted.Count);
        }
    }

    /// <summary>These should be there, and no others.</summary>
    public static ExpectationOutcome Exactly(IReadOnlyList<ExpectedBooking> expected, IReadOnlyList<ResultBooking> rows, LocalDateTime calledAt)
    {
        // Copies, since each is to have a row of its own.
        List<ExpectedBooking> all = [.. expected.SelectMany(static e => Enumerable.Range(0, e.Count ?? 1).Select(_ => e with { Count = null }))];
        var met = all.Count == rows.Count && Missing(all, rows, calledAt).Count == 0;
        return new ExpectationOutcome("bookings_exactly", expected.Count == 0 ? "none" : string.Join("; ", expected), Describe(rows), met);
    }

    // Gives each a row of its own, taking one from another that can have a different one (an augmenting path); returns those that have none.
    private static HashSet<ExpectedBooking> Missing(List<ExpectedBooking> expected, IReadOnlyList<ResultBooking> rows, LocalDateTime calledAt)
    {
        var owner = new ExpectedBooking?[rows.Count];
        HashSet<ExpectedBooking> missing = new(ReferenceEqualityComparer.Instance);
        foreach (var one in expected)
        {
            if (!Place(one, new bool[rows.Count]))
                missing.Add(one);
        }

        return missing;

        bool Place(ExpectedBooking one, bool[] seen)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                if (seen[i] || !IsLike(rows[i], one, calledAt))
                    continue;
                seen[i] = true;
                if (owner[i] is { } other && !Place(other, seen))
                    continue;
                owner[i] = one;
                return true;
            }

            return false;
        }
    }

    private static bool IsLike(ResultBooking row, ExpectedBooking e, LocalDateTime calledAt) =>
        (e.Status is null || Same(e.Status, row.Status))
        && (e.Resource is null || Same(e.Resource, row.Resource) || Same(e.Resource, row.Unit))
        && (e.At is null || e.At.Resolve(calledAt) == LocalDateTime.FromDateTime(row.StartsLocal))
        && (e.Until is null || e.Until.Resolve(calledAt) == LocalDateTime.FromDateTime(row.EndsLocal))
        && (e.PartySize is null || e.PartySize == row.Guests)
        && (e.Service is null || Same(e.Service, row.Service))
        && (e.Name is null || Same(e.Name, row.Name))
        && (e.Phone is null || e.Phone == row.Phone);

    private static bool Same(string expected, string? actual) => expected.Equals(actual, StringComparison.OrdinalIgnoreCase);

    private static string Describe(IReadOnlyList<ResultBooking> rows) => rows.Count == 0 ? "none" : string.Join("; ", rows);
}
