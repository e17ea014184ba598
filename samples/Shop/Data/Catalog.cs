using Microsoft.EntityFrameworkCore;
using Newtonsoft.Json;

namespace Shop.Data;

/// <summary>The products that a new shop has.</summary>
public static class Catalog
{
    /// <summary>Creates the database and fills it from <c>catalog.json</c>.</summary>
    public static async Task CreateAsync(ShopContext shop)
    {
        await shop.Database.EnsureCreatedAsync();
        if (!await shop.Products.AnyAsync())
        {
            var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "catalog.json"));
            shop.Products.AddRange(JsonConvert.DeserializeObject<Product[]>(text)!);
            await shop.SaveChangesAsync();
        }
    }
}
