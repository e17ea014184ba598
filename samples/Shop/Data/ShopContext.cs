using Microsoft.EntityFrameworkCore;

namespace Shop.Data;

/// <summary>The database.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    /// <summary>Everything to buy.</summary>
    public DbSet<Product> Products => Set<Product>();
}
