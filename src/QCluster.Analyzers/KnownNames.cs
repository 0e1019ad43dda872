using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace QCluster.Analyzers;

/// <summary>The names of task functions in a compilation and its references, and those that its code uses.</summary>
internal sealed class KnownNames(Compilation compilation)
{
    private readonly ConcurrentBag<(string Name, IMethodSymbol Method)> _names = [];
    private readonly ConcurrentBag<(string Name, Location Location, bool IsCallback)> _uses = [];
    private readonly ConcurrentBag<(IMethodSymbol Method, Location Location)> _calls = [];
    private readonly ConcurrentDictionary<string, bool> _classes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ISymbol, bool> _registered = new(SymbolEqualityComparer.Default);

    public void Add(string name, IMethodSymbol method) => _names.Add((name, method));

    /// <summary>The name of a task class, if it is a constant.</summary>
    public void AddClass(string name) => _classes.TryAdd(name, true);

    public void AddUse(string name, Location location, bool isCallback) => _uses.Add((name, location, isCallback));

    /// <summary>A call by expression of a method without an attribute.</summary>
    public void AddCall(IMethodSymbol method, Location location) => _calls.Add((method, location));

    /// <summary>A method that is registered by hand.</summary>
    public void AddRegistered(IMethodSymbol method) => _registered.TryAdd(method.OriginalDefinition, true);

    public void Report(CompilationAnalysisContext context)
    {
        foreach (var same in _names.GroupBy(n => n.Name, StringComparer.Ordinal))
        {
            var methods = same.Select(n => n.Method).Distinct<IMethodSymbol>(SymbolEqualityComparer.Default).OrderBy(m => m.ToDisplayString(), StringComparer.Ordinal).ToArray();
            for (var i = 1; i < methods.Length; i++)
                context.ReportDiagnostic(Diagnostic.Create(Rules.SameName, methods[i].Locations[0], same.Key, methods[0].ToDisplayString(), methods[i].ToDisplayString()));
        }

        foreach (var (method, location) in _calls.Where(c => !_registered.ContainsKey(c.Method.OriginalDefinition)))
        {
            var advice = method.ContainingType.TypeKind == TypeKind.Interface
                ? $"a task has the name of the marked method, so call that of the class that implements {method.ContainingType.Name}"
                : "FunctionRegistry.Add registers one by hand";
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotATask, location, $"{method.ContainingType.Name}.{method.Name}", advice));
        }

        if (!_uses.IsEmpty)
            ReportUses(context);
    }

    /// <summary>A name may be registered in ways that are not visible here: only one that is similar to a visible name, or to one in the same place, counts as a typo.</summary>
    private void ReportUses(CompilationAnalysisContext context)
    {
        var own = new HashSet<string>(_names.Select(n => n.Name).Concat(_classes.Keys), StringComparer.Ordinal);
        var known = new HashSet<string>(own.Concat(ReferencedNames()), StringComparer.Ordinal);
        foreach (var (name, location, isCallback) in _uses.Where(u => !known.Contains(u.Name)))
        {
            var prefix = name.Substring(0, name.LastIndexOf('.') + 1);
            if (known.Where(k => EditDistance.IsSmall(name, k)).OrderBy(k => k, StringComparer.Ordinal).FirstOrDefault() is { } near)
                context.ReportDiagnostic(Diagnostic.Create(Rules.WrongName, location, name, near));
            else if (isCallback && prefix.Length > 1 && own.Any(k => k.StartsWith(prefix, StringComparison.Ordinal)))
                context.ReportDiagnostic(Diagnostic.Create(Rules.UnknownCallback, location, name, prefix));
        }
    }

    /// <summary>The names of functions in the assemblies that reference QCluster.</summary>
    private IEnumerable<string> ReferencedNames()
    {
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols.Where(a => a.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name == "QCluster"))))
        {
            foreach (var type in TypesOf(assembly.GlobalNamespace))
            {
                foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
                {
                    foreach (var attribute in TaskSymbols.AttributesOf(method))
                        yield return TaskSymbols.NameOf(method, attribute);
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol space)
    {
        foreach (var member in space.GetMembers())
        {
            if (member is INamedTypeSymbol type)
                yield return type;
            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (var nested in TypesOf(inner))
                    yield return nested;
            }
        }
    }
}
