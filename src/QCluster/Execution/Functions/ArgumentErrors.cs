using System.Globalization;
using QCluster.Model.Errors;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>Describes the error in the arguments of a call: the function's declaration and the given arguments.</summary>
internal static class ArgumentErrors
{
    private const int MaxShown = 64;

    public static ArgumentBindingException Malformed(TaskFunction function, Exception? inner) =>
        new($"The arguments given to {function.Signature} are not one MessagePack array and one map with strings as keys{Because(inner)}.", inner);

    public static ArgumentBindingException NoHook(TaskFunction function) =>
        new($"{function.Name} takes the record of a task, so it can only be a hook. Enqueue another function with the option Hook = \"{function.Name}\".");

    public static ArgumentBindingException NoCallback(TaskFunction function) =>
        new($"{function.Name} takes the records of a set's tasks, so it can only be the callback of a set: give it to TaskSet.Callback.");

    public static ArgumentBindingException WrongCount(TaskFunction function, int given) =>
        new($"{function.Signature} takes {Takes(function)}; {given} {(given == 1 ? "was" : "were")} given.{Services(function, given, null)}");

    public static ArgumentBindingException Missing(TaskFunction function, int index, int positional, NamedArguments? named)
    {
        var ordinal = 0;
        var missing = new List<string>();
        for (var i = 0; i < function.Parameters.Length; i++)
        {
            var parameter = function.Parameters[i];
            if (parameter.Kind != ParameterKind.Argument)
                continue;
            if (ordinal++ >= positional && !parameter.HasDefault && !(named?.Offset(i) >= 0))
                missing.Add(parameter.Name);
        }

        if (missing.Count == 0)
            missing.Add(function.Parameters[index].Name);
        return new($"{function.Signature} takes {Takes(function)}; missing: {string.Join(", ", missing)}.{Services(function, positional, named)}");
    }

    public static ArgumentBindingException UnknownName(TaskFunction function, string name) =>
        new($"{function.Signature} has no parameter named '{Shorten(name)}'.");

    public static ArgumentBindingException GivenTwice(TaskFunction function, string name) =>
        new($"{function.Signature} was given '{Shorten(name)}' twice.");

    public static ArgumentBindingException WrongType(TaskFunction function, int index, ReadOnlyMemory<byte> value, Exception? inner)
    {
        var parameter = function.Parameters[index];
        var type = parameter.Kind == ParameterKind.Rest ? parameter.Type.GetElementType()! : parameter.Type;
        return new($"{function.Signature} cannot take {Describe(value)} as the {CSharpNames.Of(type)} '{parameter.Name}'{Because(inner)}.", inner);
    }

    public static ArgumentBindingException NoService(TaskFunction function, int index)
    {
        var parameter = function.Parameters[index];
        var key = parameter.ServiceKey is null ? "" : $" with the key {parameter.ServiceKey}";
        return new($"{function.Signature} cannot be called: no service{key} is registered for {CSharpNames.Of(parameter.Type)} '{parameter.Name}'. Add it to the worker's services (for an app of 'qcluster start' in its {nameof(IAppStartup)}.{nameof(IAppStartup.ConfigureServices)}).");
    }

    /// <summary>Describes missing arguments of types that no call can contain.</summary>
    private static string Services(TaskFunction function, int positional, NamedArguments? named)
    {
        var unknown = new List<string>();
        var ordinal = 0;
        for (var i = 0; i < function.Parameters.Length; i++)
        {
            var parameter = function.Parameters[i];
            if (parameter.Kind == ParameterKind.Argument && ordinal++ >= positional && !parameter.HasDefault && !(named?.Offset(i) >= 0) && MustBeService(parameter.Type))
                unknown.Add($"{CSharpNames.Of(parameter.Type)} '{parameter.Name}'");
        }

        return unknown.Count == 0
            ? ""
            : $" Nothing can be read as {string.Join(" or ", unknown)}: a service is marked with [Injected], and added to the worker's services.";
    }

    // A collection, or a base that names its derived types, can be read from an argument.
    private static bool MustBeService(Type type) =>
        type.IsAbstract && !typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && !type.IsDefined(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), inherit: false)
        || typeof(Delegate).IsAssignableFrom(type);

    private static string Takes(TaskFunction function)
    {
        if (function.MaxPositional == int.MaxValue)
            return $"at least {Plural(function.MinPositional)}";
        if (function.MinPositional != function.MaxPositional)
            return $"{function.MinPositional} to {Plural(function.MaxPositional)}";
        return function.MaxPositional == 0 ? "no arguments" : Plural(function.MaxPositional);
    }

    private static string Plural(int count) => count == 1 ? "1 argument" : $"{count} arguments";

    private static string Because(Exception? inner) => inner is null ? "" : ": " + ExceptionText.MessageOf(inner).TrimEnd('.', ' ');

    private static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "...";

    // The first byte of a value tells its kind; see docs for the format.
    private static string Describe(ReadOnlyMemory<byte> value) => value.IsEmpty ? "nothing" : value.Span[0] switch
    {
        <= 0x7f or >= 0xe0 or >= 0xca and <= 0xd3 => "the number " + Shown(value),
        >= 0x80 and <= 0x8f or 0xde or 0xdf => "a map",
        >= 0x90 and <= 0x9f or 0xdc or 0xdd => "an array",
        >= 0xa0 and <= 0xbf or >= 0xd9 and <= 0xdb => "the string \"" + Shown(value) + "\"",
        0xc0 => "null",
        0xc2 => "false",
        0xc3 => "true",
        0xc4 or 0xc5 or 0xc6 => "bytes",
        _ => "this value",
    };

    private static string Shown(ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new WireReader(value);
            return Shorten(Convert.ToString(ValueSerializer.Default.Read<object?>(ref reader), CultureInfo.InvariantCulture) ?? "");
        }
        catch (QClusterException)
        {
            return "?"; // Cut off within the value: the error that is being described says so itself.
        }
    }
}
