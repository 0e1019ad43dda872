using QCluster.Wire.Primitives;

namespace QCluster.Execution.Functions;

/// <summary>The position of each parameter's value in the map of named arguments.</summary>
internal sealed class NamedArguments
{
    private const int NotGiven = -1;

    private readonly int[] _offsets;
    private List<(string Name, int Offset)>? _unmatched;

    private NamedArguments(int parameters)
    {
        _offsets = new int[parameters];
        _offsets.AsSpan().Fill(NotGiven);
    }

    public IReadOnlyList<(string Name, int Offset)> Unmatched => _unmatched ?? [];

    public int Offset(int parameter) => _offsets[parameter];

    /// <returns>Null if the map is empty.</returns>
    public static NamedArguments? Read(TaskFunction function, ReadOnlyMemory<byte> map, int positional)
    {
        var reader = new WireReader(map);
        var count = reader.ReadMapHeader();
        var result = count == 0 ? null : new NamedArguments(function.Parameters.Length);
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString() ?? throw ArgumentErrors.Malformed(function, null);
            result!.Place(function, name, reader.Consumed, positional);
            reader.Skip();
        }

        return reader.Consumed == map.Length ? result : throw ArgumentErrors.Malformed(function, null);
    }

    private void Place(TaskFunction function, string name, int offset, int positional)
    {
        var parameter = Find(function, name);
        if (parameter < 0)
        {
            if (function.NamedRest < 0)
                throw ArgumentErrors.UnknownName(function, name);
            (_unmatched ??= []).Add((name, offset));
            return;
        }

        if (_offsets[parameter] != NotGiven || Ordinal(function, parameter) < positional)
            throw ArgumentErrors.GivenTwice(function, function.Parameters[parameter].Name);
        _offsets[parameter] = offset;
    }

    private static int Find(TaskFunction function, string name)
    {
        var exact = Array.FindIndex(function.Parameters, p => IsNameable(p) && string.Equals(p.Name, name, StringComparison.Ordinal));
        return exact >= 0 ? exact : Array.FindIndex(function.Parameters, p => IsNameable(p) && string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsNameable(FunctionParameter parameter) => parameter.Kind is ParameterKind.Argument or ParameterKind.Rest;

    /// <summary>The position of a parameter among those that take positional arguments.</summary>
    private static int Ordinal(TaskFunction function, int parameter) => function.Parameters.Take(parameter).Count(IsNameable);
}
