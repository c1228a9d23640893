using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Tells what is in stock, and for how much. For businesses that sell goods.</summary>
internal sealed class CatalogueTool(ICatalogue? catalogue = null) : ICallTool
{
    private static readonly ModelTool Description = ToolSchema.Tool(
        "look_up_catalogue", "Look up a product: whether it is there, in which sizes and colours, and for how much.",
        new("product", "string", "The product, in the caller's words.", true),
        new("size", "string", "The size, when the caller named one.", MostChars: 40),
        new("variant", "string", "The colour or kind, when the caller named one.", MostChars: 60));

    public string Name => "look_up_catalogue";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool? Describe(Tenant tenant) =>
        catalogue is not null && tenant.Kind is BusinessKind.Shop or BusinessKind.Other ? Description : null;

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var query = new CatalogueQuery(call.Text("product") ?? "", call.Call.Tenant.Language) { Size = call.Text("size"), Variant = call.Text("variant") };
        var items = await catalogue!.FindAsync(call.Call.Tenant.Id, query, cancellationToken);
        return items.Count == 0
            ? ToolResult.Failure(ToolError.NotPossible, "Nothing like that is in the catalogue. Say that you do not know, and offer a person.")
            : new ToolResult
            {
                Text = string.Join("\n", items.Select(Line)),
                Data = new JsonObject { ["items"] = new JsonArray([.. items.Select(Data)]) },
            };
    }

    private static string Line(CatalogueItem item)
    {
        List<string> parts = [string.Join(", ", ((string?[])[item.Product, item.Variant, item.Size is null ? null : $"size {item.Size}"]).OfType<string>())];
        if (item.Price is { } price)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{price:0.00} {item.Currency}").TrimEnd());
        parts.Add(item.Stock switch
        {
            null => item.LowStock ? "few left" : "stock not known",
            0 => "sold out",
            { } stock => string.Create(CultureInfo.InvariantCulture, $"{stock} in stock{(item.LowStock ? ", few left" : "")}"),
        });
        return (item.Exact ? "" : "Not exactly what was asked for: ") + string.Join("; ", parts);
    }

    private static JsonNode Data(CatalogueItem item) => new JsonObject
    {
        ["product"] = item.Product,
        ["variant"] = item.Variant,
        ["size"] = item.Size,
        ["price"] = item.Price,
        ["currency"] = item.Currency,
        ["stock"] = item.Stock,
        ["low_stock"] = item.LowStock,
        ["exact"] = item.Exact,
    };
}
