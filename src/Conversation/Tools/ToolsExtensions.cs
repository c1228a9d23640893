using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Conversation.Tools;

/// <summary>Registers the tools.</summary>
public static class ToolsExtensions
{
    /// <summary>Adds the tools that agents have; the ledger and the other ports have to be registered as well.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<ToolOptions>().Bind(configuration.GetSection(ToolOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ToolOptions>, ToolOptionsValidator>();
        services.AddSingleton(static s => s.GetRequiredService<IOptions<ToolOptions>>().Value);
        services.AddSingleton<ICallTool, RememberBookingTool>();
        services.AddSingleton<ICallTool, CheckAvailabilityTool>();
        services.AddSingleton<ICallTool, HoldBookingTool>();
        services.AddSingleton<ICallTool, ConfirmBookingTool>();
        services.AddSingleton<ICallTool, MoveBookingTool>();
        services.AddSingleton<ICallTool, CancelBookingTool>();
        services.AddSingleton<ICallTool, FindBookingTool>();
        services.AddSingleton<ICallTool, MessageTool>();
        services.AddSingleton<ICallTool, CallBackTool>();
        services.AddSingleton<ICallTool, LinkTool>();
        services.AddSingleton<ICallTool, CatalogueTool>();
        services.AddSingleton<ICallTool, TransferTool>();
        services.AddSingleton<ICallTool, EndCallTool>();
        services.AddSingleton<ToolBox>();
        return services;
    }
}
