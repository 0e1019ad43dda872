#if STACKEXCHANGE_REDIS_1
using System.Reflection;
using System.Reflection.Emit;
using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// Ends the client library's reuse of the boxes that carry replies to their callers. The 1.x versions complete a call twice when writing it
/// failed, once for the write and once for the connection, and each time put its box back for reuse: two later calls, of any connection in
/// the process, then share a box, and one gets the other's reply. A new box for each call costs 40 bytes.
/// </summary>
internal static class RedisReplyBoxes
{
    private static readonly Type[] Replies = [typeof(RedisResult), typeof(bool), typeof(TimeSpan)];
    private static readonly Lazy<bool> Ended = new(End);

    /// <summary>To be called before the first connection is made: compiled code may take the store for a constant.</summary>
    /// <returns>False when this version of the library has no such store.</returns>
    public static bool EndReuse() => Ended.Value;

    /// <summary>The boxes that wait for reuse; null when there is no such store.</summary>
    internal static Array? StoreOf(Type reply) => FieldOf(reply)?.GetValue(null) as Array;

    private static FieldInfo? FieldOf(Type reply) =>
        typeof(RedisResult).Assembly.GetType("StackExchange.Redis.ResultBox`1")?.MakeGenericType(reply).GetField("store", BindingFlags.Static | BindingFlags.NonPublic);

    private static bool End()
    {
        foreach (var reply in Replies)
        {
            if (FieldOf(reply) is not { } store || store.FieldType.GetElementType() is not { } box)
                return false;
            // Reflection alone does not write to a readonly field.
            var set = new DynamicMethod("EndReuse", typeof(void), [typeof(Array)], store.DeclaringType!, skipVisibility: true);
            var code = set.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Castclass, store.FieldType);
            code.Emit(OpCodes.Stsfld, store);
            code.Emit(OpCodes.Ret);
            set.CreateDelegate<Action<Array>>()(Array.CreateInstance(box, 0));
        }

        return true;
    }
}
#endif
