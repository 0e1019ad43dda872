using MessagePack;
using QCluster.Wire;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>The functions that every worker has besides the user's.</summary>
internal static class BuiltInFunctions
{
    /// <summary>Runs one function for several argument lists, one after another; its value is the list of their values.</summary>
    public const string Chunk = "qcluster.chunk";

    /// <summary>Returns 'pong', from a worker. The same as Celery's <c>ping</c>.</summary>
    public const string Ping = "qcluster.ping";

    public static IEnumerable<TaskFunction> For(FunctionRegistry functions)
    {
        yield return Of(Chunk, (string func, object?[][] calls, TaskContext context) => RunChunk(functions, func, calls, context));
        yield return Of(Ping, static () => "pong");
    }

    private static TaskFunction Of(string name, Delegate function) => new(name, function.Method, function);

    private static async Task<object?[]> RunChunk(FunctionRegistry functions, string func, object?[][] calls, TaskContext context)
    {
        if (!functions.TryGet(func, out var function))
            throw new NotRegisteredException(func, "in this worker. Start the cluster with --app of the assembly that has it.");
        var values = new object?[calls.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            using var output = new PooledBuffer();
            await Invoke(function, context, calls[i], output).ConfigureAwait(false);
            values[i] = ReadUntyped(function.Serializer, output);
        }

        return values;
    }

    /// <summary>A call is a list of arguments by position, and a map of those by name.</summary>
    private static ValueTask Invoke(TaskFunction function, TaskContext context, object?[] call, PooledBuffer output)
    {
        var args = Serialise(function.Serializer, call[0]);
        var kwargs = call.Length > 1 && call[1] is not null ? Serialise(function.Serializer, call[1]) : [];
        return function.InvokeAsync(new TaskInvocation(new NestedContext((FunctionContext)context, function.Name), args, kwargs), output);
    }

    private static byte[] Serialise(ValueSerializer serializer, object? value)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        serializer.Write(ref writer, value, typeof(object));
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static object? ReadUntyped(ValueSerializer serializer, PooledBuffer output)
    {
        var reader = new WireReader(output.WrittenMemory, WireLimits.Default);
        return serializer.ReadUntyped(ref reader);
    }
}
