namespace Parley.Persistence.Secrets;

/// <summary>With what secrets in the database are encrypted; section <c>Secrets</c>.</summary>
public sealed record SecretOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Secrets";

    /// <summary>
    /// Folder of the keys, made when it is first needed. By default <c>keys</c> in <see cref="DatabaseOptions.DataDirectory"/>. All nodes of an
    /// installation need the same. A relative path is taken from the content root.
    /// </summary>
    public string? KeyDirectory { get; set; }
}
