using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace QCluster;

/// <summary>Arguments by name within a list of arguments: <c>Async("mail.send", "a@b", Tasks.Named(("body", "hello")))</c>. They become <see cref="TaskCall.Kwargs"/>.</summary>
public sealed class KeywordArguments : IReadOnlyDictionary<string, object?>
{
    private readonly Dictionary<string, object?> _values;

    private KeywordArguments(IEnumerable<KeyValuePair<string, object?>> values)
    {
        _values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentException("An argument by name needs a name.", nameof(values));
            if (!_values.TryAdd(name, value))
                throw new ArgumentException($"The argument '{name}' is given twice.", nameof(values));
        }
    }

    /// <inheritdoc />
    public int Count => _values.Count;

    /// <inheritdoc />
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc />
    public IEnumerable<object?> Values => _values.Values;

    /// <inheritdoc />
    public object? this[string key] => _values[key];

    /// <summary>Arguments as pairs of name and value.</summary>
    /// <param name="arguments">The pairs.</param>
    /// <exception cref="ArgumentException">A name is empty or repeated.</exception>
    public static KeywordArguments Of(params (string Name, object? Value)[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return new(arguments.Select(a => KeyValuePair.Create(a.Name, a.Value)));
    }

    /// <summary>Arguments as the properties of an object, such as <c>new { body = "hello" }</c>, or as a dictionary.</summary>
    /// <param name="arguments">The object.</param>
    [RequiresUnreferencedCode("The properties are read by reflection. In a trimmed program give pairs of name and value: Tasks.Named((\"body\", \"hello\")), or a dictionary.")]
    public static KeywordArguments From(object arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments is IEnumerable<KeyValuePair<string, object?>> pairs)
            return From(pairs);
        var properties = arguments.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.CanRead && p.GetIndexParameters().Length == 0);
        return new(properties.Select(p => KeyValuePair.Create(p.Name, p.GetValue(arguments))));
    }

    /// <summary>Arguments as the entries of a dictionary.</summary>
    internal static KeywordArguments From(IEnumerable<KeyValuePair<string, object?>> pairs) => new(pairs);

    /// <inheritdoc />
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc />
    public bool TryGetValue(string key, out object? value) => _values.TryGetValue(key, out value);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
