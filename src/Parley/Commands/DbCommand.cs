using System.CommandLine;

namespace Parley.Commands;

/// <summary><c>parley db migrate</c>.</summary>
internal static class DbCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var migrate = new Command("migrate", "Bring the database's schema up to date.") { data };
        migrate.SetAction((parsed, _) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), _ =>
        {
            Console.WriteLine("The database is up to date.");
            return Task.FromResult(CommandHost.Ok);
        }));
        return new Command("db", "Look after the database.") { migrate };
    }
}
