using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>Tells whether values of a type can travel with a task.</summary>
internal static class Serialisability
{
    private static readonly string[] Refused =
    [
        "System.IO.Stream", "System.IO.TextReader", "System.IO.TextWriter", "System.Threading.Tasks.Task", "System.Threading.CancellationTokenSource", "System.Type",
        "System.Reflection.MemberInfo", "System.Reflection.Assembly", "System.Linq.Expressions.Expression", "System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker",
        "System.Net.Sockets.Socket", "System.Threading.Thread", "System.Threading.WaitHandle", "System.Data.Common.DbConnection", "System.Diagnostics.Process", "System.IntPtr", "System.UIntPtr",
        "System.Threading.Tasks.ValueTask", "System.Threading.SemaphoreSlim",
    ];

    /// <summary>Returns the part of the type that cannot travel, or null.</summary>
    public static string? Problem(ITypeSymbol type) => Problem(type, ImmutableHashSet.Create<ITypeSymbol>(SymbolEqualityComparer.Default), isInJson: false);

    private static string? Problem(ITypeSymbol type, ImmutableHashSet<ITypeSymbol> above, bool isInJson)
    {
        if (type is IArrayTypeSymbol array)
            return Problem(array.ElementType, above, isInJson);
        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return "a pointer";
        if (type.TypeKind == TypeKind.Delegate)
            return $"{type.ToDisplayString()}, which is code";
        if (type.IsRefLikeType)
            return $"the ref struct {type.ToDisplayString()}";
        if (type.TypeKind == TypeKind.TypeParameter)
            return $"{type.Name}, which is open";
        for (var up = type; up is not null; up = up.BaseType)
        {
            var name = up.OriginalDefinition.ToDisplayString();
            if (Refused.Any(r => name == r || name.StartsWith(r + "<", StringComparison.Ordinal)))
                return $"{type.ToDisplayString()}, which lives in one process only";
        }

        if (type.OriginalDefinition.ToDisplayString().StartsWith("System.Collections.Generic.IAsyncEnumerable<", StringComparison.Ordinal))
            return $"{type.ToDisplayString()}, which yields its values one day";
        if (type is not INamedTypeSymbol named || above.Contains(type))
            return null;
        above = above.Add(type);
        foreach (var argument in named.TypeArguments)
        {
            if (Problem(argument, above, isInJson) is { } problem)
                return problem;
        }

        // Inside of a type that travels as JSON the marks of MessagePack do not count.
        if (!isInJson && TaskSymbols.IsMarkedForMessagePack(type))
            return null;
        if (RoundTripSymbols.OfFramework(type) is { } refused)
            return refused;
        // Types of the framework are known to the serialiser or not; of one's own, every public member travels.
        var space = type.ContainingNamespace?.ToDisplayString() ?? "";
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface) || space == "System" || space.StartsWith("System.", StringComparison.Ordinal))
            return null;
        var isConverted = RoundTripSymbols.HasConverter(type) || type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable);
        return isConverted ? null : RoundTripSymbols.OfOwn(named, part => Problem(part, above, isInJson: true));
    }
}
