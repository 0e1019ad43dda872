using System.Reflection;
using Mono.Cecil;
using NetArchTest.Rules;

namespace QCluster.Tests.Layers;

/// <summary>The folders of one library from the lowest storey to the highest; those of one storey do not use each other.</summary>
public sealed class Layering
{
    private readonly Assembly _assembly;
    private readonly string[][] _storeys;
    private readonly Lazy<SourceType[]> _types;

    public Layering(Assembly assembly, string root, string[][] storeys)
    {
        _assembly = assembly;
        Root = root;
        _storeys = storeys;
        _types = new(() => [.. SourceTypes.Under(Root)]);
    }

    public string Root { get; }

    public IEnumerable<string> Folders => _storeys.SelectMany(s => s);

    public IEnumerable<string> FoldersOfSources() => _types.Value.Select(t => t.TopFolder).Distinct(StringComparer.Ordinal);

    /// <summary>All folders that a folder may not use.</summary>
    public IEnumerable<string> NotBelow(string folder)
    {
        var storey = Array.FindIndex(_storeys, s => s.Contains(folder, StringComparer.Ordinal));
        return _storeys.Skip(storey).SelectMany(s => s).Where(f => f != folder);
    }

    public string[] TypesNotBelow(string folder) => [.. NotBelow(folder).SelectMany(TypesIn)];

    public string[] TypesIn(string folder) => [.. _types.Value.Where(t => t.TopFolder == folder).Select(t => t.FullName)];

    public PredicateList In(string folder) => Types.InAssembly(_assembly).That().MeetCustomRule(new IsOneOf([.. TypesIn(folder)]));

    /// <summary>The type, or one that the compiler made or the source nested inside it.</summary>
    private sealed class IsOneOf(HashSet<string> names) : ICustomRule
    {
        public bool MeetsRule(TypeDefinition type)
        {
            while (type.DeclaringType is { } outer)
                type = outer;
            return names.Contains(type.FullName);
        }
    }
}
