using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Serilog;
using Shop.Data;

var builder = WebApplication.CreateBuilder(args);
builder.Host.UseSerilog((context, logging) => logging.ReadFrom.Configuration(context.Configuration).WriteTo.Console());
builder.Services.AddDbContext<ShopContext>(options => options.UseSqlite(builder.Configuration.GetConnectionString("Shop")));
builder.Services.AddScoped<IValidator<Product>, ProductValidator>();
builder.Services.AddRazorPages();
builder.Services.AddEndpointsApiExplorer();
builder.Services.AddSwaggerGen();

var app = builder.Build();
using (var scope = app.Services.CreateScope())
{
    await Catalog.CreateAsync(scope.ServiceProvider.GetRequiredService<ShopContext>());
}

app.UseSerilogRequestLogging();
app.UseStaticFiles();
app.UseSwagger();
app.MapRazorPages();
app.MapGet("/api/products", (ShopContext shop) => shop.Products.OrderBy(p => p.Name).ToListAsync());
app.MapPost("/api/products", async (Product product, IValidator<Product> validator, ShopContext shop) =>
{
    var result = await validator.ValidateAsync(product);
    if (!result.IsValid)
    {
        return Results.ValidationProblem(result.ToDictionary());
    }

    shop.Products.Add(product);
    await shop.SaveChangesAsync();
    return Results.Created($"/products/{product.Id}", product);
});
app.Run();
