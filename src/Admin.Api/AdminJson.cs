using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Admin.Api;

/// <summary>How records look on the wire: camelCase names, enumerations by name, times in ISO 8601 with offset.</summary>
internal static class AdminJson
{
    public static IServiceCollection AddAdminJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(options =>
        options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
}
