using System.Data;
using System.Runtime.CompilerServices;
using Dapper;

namespace Parley.Persistence;

/// <summary>Dapper's process-wide settings: snake case columns, and <c>timestamptz</c> as <see cref="DateTimeOffset"/> in UTC.</summary>
internal static class DapperSetup
{
    static DapperSetup()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper's own mapping would come before the handler's.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new Utc());
    }

    /// <summary>Runs the static constructor, once a process.</summary>
    public static void Ensure() => RuntimeHelpers.RunClassConstructor(typeof(DapperSetup).TypeHandle);

    private sealed class Utc : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset offset
            ? offset
            : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }
}
