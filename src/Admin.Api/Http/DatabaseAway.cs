using System.Data.Common;

namespace Parley.Admin.Api.Http;

/// <summary>Tells a database that is away for a while from a mistake of ours.</summary>
internal static class DatabaseAway
{
    /// <summary>
    /// Whether trying again later may help. Classes of SQLSTATE (PostgreSQL manual, appendix A): 08 connection, 25006 read-only while
    /// failing over, 53 resources, 57 operator intervention, 58 system.
    /// </summary>
    public static bool Is(Exception exception) => exception is DbException e
        && (e.IsTransient || e.SqlState is "25006" || e.SqlState?[..2] is "08" or "53" or "57" or "58");
}
