using Markdig;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Shop.Data;

namespace Shop.Pages;

/// <summary>One product.</summary>
public sealed class ProductModel(ShopContext shop) : PageModel
{
    /// <summary>The product.</summary>
    public Product Product { get; private set; } = null!;

    /// <summary>Its description as HTML, without any that came with it.</summary>
    public string Description => Markdown.ToHtml(Product.Description, new MarkdownPipelineBuilder().DisableHtml().Build());

    /// <summary>Reads the database.</summary>
    public async Task<IActionResult> OnGetAsync(int id)
    {
        if (await shop.Products.FindAsync(id) is not { } product)
        {
            return NotFound();
        }

        Product = product;
        return Page();
    }
}
