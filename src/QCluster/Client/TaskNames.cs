namespace QCluster;

/// <summary>Readable names of tasks that were given none: four words, made of the id alone, so the same everywhere and stored nowhere.</summary>
internal static class TaskNames
{
    private const string All =
        "acorn agate alder almond amber anchor apple april arch arrow ash aspen atlas aurora autumn avocado badger bamboo banjo barley basil beach beacon bean " +
        "beaver beech bell berry birch bison blossom blue bonfire bottle branch brass bread breeze brick bridge bronze brook bucket burrow butter cabin cactus " +
        "camel candle canoe canyon caramel cargo carrot castle cedar cello cherry chestnut cider cinder citrus clay cliff clover coast cobalt cocoa comet " +
        "copper coral cotton crane crater creek cricket crystal cypress dahlia daisy dawn delta desert dew dolphin dove dragon drum dune dusk eagle echo elder " +
        "elm ember emerald falcon feather fern fiddle field finch fir fjord flame flint flute forest fossil fountain fox frost galaxy garden garnet gecko " +
        "ginger glacier glade goose granite grape grove gull harbor harp harvest hawk hazel heather heron hickory hill honey horizon iris island ivory ivy " +
        "jade jasmine jasper juniper kelp kestrel kettle kite lagoon lake lantern lark laurel lava lemon lichen lilac lily lime linen lion lotus lunar lynx " +
        "magnet maize maple marble marsh meadow melon meteor mint mirror mist moon moss mountain mulberry nectar nest nickel nova nutmeg oak oasis ocean olive " +
        "onyx opal orange orbit orchid osprey otter owl oyster paper pearl pebble pepper pine planet plum pond poplar poppy prairie prism puffin quail quartz " +
        "quill rain raven reef ribbon river robin rose ruby saffron sage salmon sand sapphire seal shell silver sky slate snow sparrow spruce star stone stork " +
        "summer sun swan tea thyme tiger topaz trout tulip tundra turtle valley velvet violet walnut water willow winter wren zebra";

    private static readonly string[] Words = All.Split(' ');

    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        // The beginning of an id is its time, which neighbours share: each word takes a part of all of it.
        Span<byte> folded = stackalloc byte[4];
        for (var i = 0; i < bytes.Length; i++)
            folded[i % 4] ^= bytes[i];
        return $"{Words[folded[0]]}-{Words[folded[1]]}-{Words[folded[2]]}-{Words[folded[3]]}";
    }
}
