using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Execution.Functions;
using QCluster.Wire;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Tests.Functions;

/// <summary>Runs registered functions as a worker does, from the bytes of a packet to the bytes of a result.</summary>
internal sealed class FunctionHost
{
    private readonly ServiceProvider _services;

    public FunctionHost(params Action<FunctionRegistry>[] more)
        : this(Samples(more), new ServiceCollection().AddSingleton(new SampleFunctions.Greeting("hello")))
    {
    }

    public FunctionHost(FunctionRegistry functions, IServiceCollection services)
    {
        _services = services.BuildServiceProvider();
        Functions = functions;
        Functions.Freeze(_services, ValueSerializer.Default);
    }

    private static FunctionRegistry Samples(Action<FunctionRegistry>[] more)
    {
        var functions = new FunctionRegistry();
        functions.AddAssembly(typeof(SampleFunctions).Assembly);
        foreach (var add in more)
            add(functions);
        return functions;
    }

    public FunctionRegistry Functions { get; }

    public async Task<object?> RunAsync(string name, object?[] args, Dictionary<string, object?>? kwargs = null) =>
        await RunRawAsync(name, Bytes(args), kwargs is null ? [] : Bytes(kwargs));

    public async Task<object?> RunRawAsync(string name, byte[] args, byte[] kwargs)
    {
        Assert.That(Functions.TryGet(name, out var function), Is.True, name);
        using var output = new PooledBuffer();
        await function!.InvokeAsync(new TaskInvocation(new Context(_services, name), args, kwargs), output);
        return Read(output.WrittenMemory);
    }

    private static object? Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        return ValueSerializer.Default.ReadUntyped(ref reader);
    }

    private static byte[] Bytes(object value)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        ValueSerializer.Default.Write(ref writer, value, typeof(object));
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class Context(IServiceProvider services, string func) : FunctionContext(services)
    {
        public override string Id => "id";

        public override string Func => func;

        public override int Attempt => 1;

        public override string Queue => "default";

        public override string? Name => null;

        public override CancellationToken CancellationToken => new CancellationTokenSource().Token;

        public override TaskCancelReason CancelReason => TaskCancelReason.None;

        public override void ReportProgress(double fraction, string? message = null)
        {
            // Nobody watches.
        }
    }
}
