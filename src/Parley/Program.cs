using System.CommandLine;
using Parley.Calling;
using Parley.Commands;

var root = new RootCommand("Parley answers the phone: a real-time voice server.")
{
    ServeCommand.Create(),
    CallCommand.Create(),
    TenantCommand.Create(),
    DbCommand.Create(),
    SpeechCommand.Create(),
};
var parsed = root.Parse(args);
var exit = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? CommandHost.Failed : exit;
