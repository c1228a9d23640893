using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Parley.Admin.Api;

/// <summary>How records look on the wire: camelCase names, enumerations by name, times in ISO 8601 with offset.</summary>
internal static class AdminJson
{
    public static IServiceCollection AddAdminJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(options =>
    {
        options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.SerializerOptions.Converters.Add(new TimeOfDay());
    });

    /// <summary>A time of day as <c>HH:mm</c>.</summary>
    private sealed class TimeOfDay : JsonConverter<LocalTime>
    {
        private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

        public override LocalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Pattern.Parse(reader.GetString() ?? "") is { Success: true, Value: var time } ? time : throw new JsonException("A time is like 15:00.");

        public override void Write(Utf8JsonWriter writer, LocalTime value, JsonSerializerOptions options) => writer.WriteStringValue(Pattern.Format(value));
    }
}
