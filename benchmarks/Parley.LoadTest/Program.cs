using System.CommandLine;
using Parley.Commands;
using Parley.LoadTest;

var root = new RootCommand("Measures Parley under load, beside the least that an echo costs on the same machine.")
{
    LoadCommand.Create(),
    EchoFloor.Create(),
    Summary.Create(),
};
return await root.Parse(args).InvokeAsync();
