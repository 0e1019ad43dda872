using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using QCluster.Wire;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>The functions of a running worker, found by the bytes of their names in a packet.</summary>
internal sealed class FunctionTable
{
    private readonly FrozenDictionary<byte[], TaskFunction> _functions;
    private readonly FrozenDictionary<byte[], TaskFunction>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    private FunctionTable(FrozenDictionary<byte[], TaskFunction> functions)
    {
        _functions = functions;
        _lookup = _functions.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    public static FunctionTable Build(IReadOnlyList<TaskFunction> named, Dictionary<string, TaskFunction?> aliases, IServiceProvider services, ValueSerializer serializer)
    {
        foreach (var function in named)
            function.Resolve(services, serializer);
        var all = new Dictionary<byte[], TaskFunction>(Utf8Comparer.Instance);
        foreach (var function in named)
            all.Add(Encoding.UTF8.GetBytes(function.Name), function);
        foreach (var (name, function) in aliases)
        {
            if (function is not null)
                all.TryAdd(Encoding.UTF8.GetBytes(name), function);
        }

        return new FunctionTable(all.ToFrozenDictionary(Utf8Comparer.Instance));
    }

    public bool TryGet(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out TaskFunction? function) => _lookup.TryGetValue(utf8Name, out function);

    public bool TryGet(string name, [NotNullWhen(true)] out TaskFunction? function) => _functions.TryGetValue(Encoding.UTF8.GetBytes(name), out function);
}
