using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Wire.Primitives;

namespace QCluster.Execution.Functions;

/// <summary>
/// The arguments of one call, read straight from the packet. The compiled thunk reads each once, in the order of the
/// parameters, so the positional ones need one reader and no table.
/// </summary>
internal ref struct ArgumentFrame
{
    private readonly TaskFunction _function;
    private readonly FunctionContext _context;
    private readonly ReadOnlyMemory<byte> _args;
    private readonly ReadOnlyMemory<byte> _kwargs;
    private readonly NamedArguments? _named;
    private WireReader _positional;
    private int _left;

    public ArgumentFrame(TaskFunction function, in TaskInvocation call)
    {
        _function = function;
        _context = call.Context;
        _args = call.Args;
        _kwargs = call.Kwargs;
        var given = 0;
        try
        {
            _positional = new WireReader(_args);
            if (!_args.IsEmpty)
                given = _left = _positional.ReadArrayHeader();
            // An element takes a byte at least: a header that promises more must not make anybody allocate.
            if ((uint)given > (uint)_args.Length)
                throw ArgumentErrors.Malformed(function, null);
            if (!_kwargs.IsEmpty)
                _named = NamedArguments.Read(function, _kwargs, Math.Min(given, function.MaxPositional));
        }
        catch (Exception e) when (e is not ArgumentBindingException)
        {
            throw ArgumentErrors.Malformed(function, e);
        }

        if (given > function.MaxPositional || (_named is null && given < function.MinPositional))
            throw ArgumentErrors.WrongCount(function, given);
    }

    public readonly CancellationToken CancellationToken => _context.CancellationToken;

    public readonly TaskContext Context => _context;

    public readonly TaskRecord Record => _context.HookedRecord ?? throw ArgumentErrors.NoHook(_function);

    public readonly TaskRecord[] Records => _context.Members ?? throw ArgumentErrors.NoCallback(_function);

    public readonly ILogger Logger => _context.Logger;

    public readonly IServiceProvider Services => _context.Services;

    public readonly ILogger<T> TypedLogger<T>() => new TypedTaskLogger<T>(_context.Loggers.CreateLogger<T>(), _context);

    public readonly T Service<T>(int index)
        where T : notnull
        => Supplied(_context.Services.GetService<T>(), index);

    public readonly T KeyedService<T>(int index)
        where T : notnull
        => Supplied(_context.Services.GetKeyedService<T>(_function.Parameters[index].ServiceKey), index);

    private readonly T Supplied<T>(T? service, int index)
        => service is not null || _function.Parameters[index].HasDefault ? service! : throw ArgumentErrors.NoService(_function, index);

    public T Argument<T>(int index)
    {
        if (_left == 0)
            return Named<T>(index);
        _left--;
        return Read<T>(ref _positional, _args, index);
    }

    public T[] Rest<T>(int index)
    {
        if (_left == 0)
            return _named?.Offset(index) >= 0 ? Named<T[]>(index) : [];
        var values = new T[_left];
        for (var i = 0; i < values.Length; i++)
            values[i] = Read<T>(ref _positional, _args, index);
        _left = 0;
        return values;
    }

    public readonly Dictionary<string, object?> NamedRest(int index)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (_named is null)
            return values;
        foreach (var (name, offset) in _named.Unmatched)
        {
            var reader = new WireReader(_kwargs[offset..]);
            if (!values.TryAdd(name, Read<object?>(ref reader, _kwargs[offset..], index)))
                throw ArgumentErrors.GivenTwice(_function, name);
        }

        return values;
    }

    /// <summary>Called when all arguments have been taken.</summary>
    public readonly void Complete()
    {
        if (_positional.Consumed != _args.Length)
            throw ArgumentErrors.Malformed(_function, null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly T Named<T>(int index)
    {
        if (_named?.Offset(index) is { } offset and >= 0)
        {
            var reader = new WireReader(_kwargs[offset..]);
            return Read<T>(ref reader, _kwargs[offset..], index);
        }

        var parameter = _function.Parameters[index];
        if (!parameter.HasDefault)
            throw ArgumentErrors.Missing(_function, index, _args.IsEmpty ? 0 : new WireReader(_args).ReadArrayHeader(), _named);
        return parameter.Default is null ? default! : (T)parameter.Default;
    }

    private readonly T Read<T>(scoped ref WireReader reader, ReadOnlyMemory<byte> source, int index)
    {
        var start = reader.Consumed;
        try
        {
            var value = _function.Serializer.Read<T>(ref reader);
            if (value is not null || !_function.Parameters[index].RejectsNull)
                return value;
        }
        catch (Exception e)
        {
            throw ArgumentErrors.WrongType(_function, index, source[start..], e);
        }

        throw ArgumentErrors.WrongType(_function, index, source[start..], null);
    }
}
