namespace QCluster.Demo;

/// <summary>Functions whose arguments and results are marked for MessagePack.</summary>
public static class OfferFunctions
{
    [TaskFunction("demo.discount")]
    public static Offer Discount(Offer offer, int percent) => new() { Name = offer.Name, Price = offer.Price * (100 - percent) / 100 };

    /// <summary>The cheapest of each name.</summary>
    [TaskFunction("demo.cheapest")]
    public static Dictionary<string, Offer> Cheapest(List<Offer> offers) =>
        offers.GroupBy(o => o.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.MinBy(o => o.Price)!, StringComparer.Ordinal);
}
