namespace QCluster.Wire;

internal enum MessagePackType
{
    Nil = 0,
    Boolean = 1,
    Integer = 2,
    Float = 3,
    String = 4,
    Binary = 5,
    Array = 6,
    Map = 7,
    Extension = 8,
}
