using Humanizer;
using Mapster;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Shop.Data;

namespace Shop.Pages;

/// <summary>All products.</summary>
public sealed class IndexModel(ShopContext shop) : PageModel
{
    /// <summary>How many there are.</summary>
    public string Heading { get; private set; } = "";

    /// <summary>One line for each.</summary>
    public IReadOnlyList<Item> Items { get; private set; } = [];

    /// <summary>Reads the database.</summary>
    public async Task OnGetAsync()
    {
        var products = await shop.Products.OrderBy(p => p.Name).ToListAsync();
        Heading = "product".ToQuantity(products.Count, ShowQuantityAs.Words);
        Items = products.Adapt<List<Item>>();
    }

    /// <summary>A product as the page shows it.</summary>
    public sealed record Item(int Id, string Name, DateTime Added);
}
