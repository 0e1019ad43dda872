namespace QCluster.Execution.Records;

/// <summary>Readable names of tasks without one: four words made from the id alone, so the same everywhere and stored nowhere.</summary>
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
        // Ids of one client share most of their bytes: every word takes a part of all of them.
        var hash = 0UL;
        foreach (var b in bytes)
            hash = (hash ^ b) * 0x9E37_79B9_7F4A_7C15;
        hash ^= hash >> 32;
        return $"{Words[(hash >> 24) & 0xff]}-{Words[(hash >> 16) & 0xff]}-{Words[(hash >> 8) & 0xff]}-{Words[hash & 0xff]}";
    }
}
