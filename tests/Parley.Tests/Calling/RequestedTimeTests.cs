using NodaTime;
using Parley.Calling;

namespace Parley.Tests.Calling;

public class RequestedTimeTests
{
    // 21 November 2026 is a Saturday.
    [Theory]
    [InlineData("tomorrow 19:30", 12, "2026-11-22T19:30")]
    [InlineData("today 12:00", 13, "2026-11-21T12:00")]
    [InlineData("saturday 11:00", 10, "2026-11-21T11:00")]
    [InlineData("saturday 11:00", 11, "2026-11-28T11:00")]
    [InlineData("Friday 19:00", 12, "2026-11-27T19:00")]
    [InlineData("sunday 09:00", 12, "2026-11-22T09:00")]
    [InlineData("2026-12-24 18:00", 12, "2026-12-24T18:00")]
    public void A_day_is_the_next_one_on_which_the_time_is_still_to_come(string said, int hourNow, string expected)
    {
        RequestedTime.TryParse(said, out var time).ShouldBeTrue();
        time!.Resolve(new LocalDateTime(2026, 11, 21, hourNow, 0)).ToString("uuuu-MM-dd'T'HH:mm", null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("tomorrow 25:00")]
    [InlineData("someday 10:00")]
    [InlineData("6 10:00")]
    [InlineData("none 10:00")]
    [InlineData("2026-13-01 10:00")]
    public void What_is_no_day_with_a_time_is_refused(string said) => RequestedTime.TryParse(said, out _).ShouldBeFalse();
}
