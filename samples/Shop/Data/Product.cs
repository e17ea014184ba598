namespace Shop.Data;

/// <summary>Something to buy.</summary>
public sealed class Product
{
    /// <summary>The key.</summary>
    public int Id { get; set; }

    /// <summary>What it is called.</summary>
    public required string Name { get; set; }

    /// <summary>Markdown.</summary>
    public required string Description { get; set; }

    /// <summary>In cents.</summary>
    public int Price { get; set; }

    /// <summary>When it came into the shop.</summary>
    public DateTime Added { get; set; }
}
