using MessagePack;

namespace QCluster.Demo;

[MessagePackObject]
public sealed class Offer
{
    [Key(0)]
    public string Name { get; set; } = "";

    [Key(1)]
    public decimal Price { get; set; }
}
