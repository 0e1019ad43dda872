using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>The order of declarations, by files and positions in them.</summary>
internal sealed class SourceOrder : IComparer<ISymbol>
{
    public static readonly SourceOrder Instance = new();

    public int Compare(ISymbol? x, ISymbol? y)
    {
        var (one, other) = (x!.Locations[0], y!.Locations[0]);
        var files = string.CompareOrdinal(one.SourceTree?.FilePath, other.SourceTree?.FilePath);
        return files != 0 ? files : one.SourceSpan.Start.CompareTo(other.SourceSpan.Start);
    }
}
