using System.Reflection;
using System.Runtime.CompilerServices;
using QCluster.Wire.Packets;

namespace QCluster.Tests.Wire;

/// <summary>An option of a task packet: a property that can be set after the packet was made, or one of the records that such a property holds.</summary>
internal sealed class PacketProperty
{
    private readonly PropertyInfo? _holder;
    private readonly PropertyInfo _property;

    private PacketProperty(PropertyInfo? holder, PropertyInfo property)
    {
        _holder = holder;
        _property = property;
    }

    public string Name => _holder is null ? _property.Name : $"{_holder.Name}.{_property.Name}";

    public Type Type => _property.PropertyType;

    public static IEnumerable<PacketProperty> All()
    {
        foreach (var property in typeof(TaskPacket).GetProperties().Where(CanBeSet))
        {
            if (property.PropertyType.Namespace != typeof(TaskPacket).Namespace)
            {
                yield return new PacketProperty(null, property);
                continue;
            }

            foreach (var part in property.PropertyType.GetProperties().Where(p => p.SetMethod is not null))
                yield return new PacketProperty(property, part);
        }
    }

    public object? GetValue(TaskPacket packet) => _property.GetValue(Owner(packet));

    public void SetValue(TaskPacket packet, object value)
    {
        // The records of a fresh packet are shared.
        var owner = _holder is null ? packet : Copy(_holder.GetValue(packet)!);
        _property.SetValue(owner, value);
        _holder?.SetValue(packet, owner);
    }

    private object Owner(TaskPacket packet) => _holder is null ? packet : _holder.GetValue(packet)!;

    private static object Copy(object record) => record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;

    private static bool CanBeSet(PropertyInfo property) =>
        property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
