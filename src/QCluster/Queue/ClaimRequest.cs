using System.Globalization;

namespace QCluster.Queue;

/// <summary>One worker that can be given tasks.</summary>
/// <param name="Incarnation">The worker.</param>
/// <param name="Registration">Its registration as the caller knows it.</param>
/// <param name="Room">The number of tasks it takes in all if they are low, at least normal, at least high, critical; or one number, of isolated ones.</param>
internal readonly record struct ClaimRequest(string Incarnation, string Registration, IReadOnlyList<long> Room)
{
    /// <summary>A shared worker without reserves.</summary>
    public ClaimRequest(string incarnation, string registration, int count)
        : this(incarnation, registration, [count, count, count, count])
    {
    }

    public string RoomText => Room.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"i:{Room[0]}")
        : string.Create(CultureInfo.InvariantCulture, $"{Room[0]}:{Room[1]}:{Room[2]}:{Room[3]}");
}
