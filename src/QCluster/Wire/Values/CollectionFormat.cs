using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

internal static class CollectionFormat
{
    public static ValueFormat<T?> Nullable<T>(WriteValue<T> write, ReadValue<T> read)
        where T : struct =>
        new(
            (ref writer, value) =>
            {
                if (value is { } present)
                    write(ref writer, present);
                else
                    writer.WriteNil();
            },
            (ref reader) => reader.TryReadNil() ? null : read(ref reader));

    public static ValueFormat<T[]> Array<T>(WriteValue<T> write, ReadValue<T> read) =>
        new(
            (ref writer, value) =>
            {
                writer.WriteArrayHeader(value.Length);
                foreach (var item in value)
                    write(ref writer, item);
            },
            (ref reader) =>
            {
                var count = reader.ReadArrayHeader();
                if (count == 0)
                    return [];
                var items = new T[count];
                for (var i = 0; i < items.Length; i++)
                    items[i] = read(ref reader);
                return items;
            });

    public static ValueFormat<List<T>> List<T>(WriteValue<T> write, ReadValue<T> read) =>
        new(
            (ref writer, value) =>
            {
                writer.WriteArrayHeader(value.Count);
                foreach (var item in value)
                    write(ref writer, item);
            },
            (ref reader) =>
            {
                var count = reader.ReadArrayHeader();
                var items = new List<T>(count);
                for (var i = 0; i < count; i++)
                    items.Add(read(ref reader));
                return items;
            });

    public static ValueFormat<Dictionary<string, T>> Dictionary<T>(WriteValue<T> write, ReadValue<T> read) =>
        new(
            (ref writer, value) =>
            {
                writer.WriteMapHeader(value.Count);
                foreach (var (key, item) in value)
                {
                    writer.WriteText(key);
                    write(ref writer, item);
                }
            },
            (ref reader) =>
            {
                var count = reader.ReadMapHeader();
                // Not sized by the count: an entry takes far more memory here than the two bytes it may have on the wire.
                var items = new Dictionary<string, T>();
                for (var i = 0; i < count; i++)
                    items[MapKey.Read(ref reader)] = read(ref reader);
                return items;
            });
}
