using FluentValidation;

namespace Shop.Data;

/// <summary>What a product must be.</summary>
public sealed class ProductValidator : AbstractValidator<Product>
{
    /// <summary>The rules.</summary>
    public ProductValidator()
    {
        RuleFor(product => product.Name).NotEmpty().MaximumLength(100);
        RuleFor(product => product.Price).GreaterThan(0);
    }
}
