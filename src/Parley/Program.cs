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
return await root.Parse(args).InvokeAsync();
