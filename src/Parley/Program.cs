using System.CommandLine;
using Parley.Calling;
using Parley.Commands;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // A file or a pipe gets words: no colours, and whoever reads it breaks the lines.
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    AnsiConsole.Profile.Width = 10_000;
}

var root = new RootCommand("Parley answers the phone: a real-time voice server.")
{
    ServeCommand.Create(),
    CallCommand.Create(),
    LoadCommand.Create(),
    TenantCommand.Create(),
    KnowledgeCommand.Create(),
    CatalogueCommand.Create(),
    DbCommand.Create(),
    SpeechCommand.Create(),
    ReplayCommand.Create(),
    EvalCommand.Create(),
};
var parsed = root.Parse(args);

// By default a command has two seconds to end after a signal; a server lets its calls finish, within deadlines of its own.
var exit = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
return parsed.Errors.Count > 0 ? CommandHost.Failed : exit;
