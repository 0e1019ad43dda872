using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>Values in the form of C#.</summary>
internal static class Literals
{
    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat;

    /// <summary>A text, in ASCII: half of a surrogate pair could not be stored in the file.</summary>
    public static string Of(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                literal.Append('\\').Append(c);
            else if (c is >= ' ' and < '\x7f')
                literal.Append(c);
            else
                literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return literal.Append('"').ToString();
    }

    /// <summary>The default of a parameter.</summary>
    public static string Of(ITypeSymbol type, object? value)
    {
        if (value is null)
            return "default";
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        var literal = value switch
        {
            string text => Of(text),
            char c => $"'\\u{((int)c).ToString("x4", CultureInfo.InvariantCulture)}'",
            bool flag => flag ? "true" : "false",
            double number => OfDouble(number),
            float number => OfSingle(number),
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
            long number => number.ToString(CultureInfo.InvariantCulture) + "L",
            ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
            uint number => number.ToString(CultureInfo.InvariantCulture) + "u",
            _ => System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        return type.TypeKind == TypeKind.Enum ? $"({type.ToDisplayString(TypeFormat)})({literal})" : literal;
    }

    private static string OfDouble(double number) => number switch
    {
        double.NaN => "global::System.Double.NaN",
        double.PositiveInfinity => "global::System.Double.PositiveInfinity",
        double.NegativeInfinity => "global::System.Double.NegativeInfinity",
        _ => number == 0 && 1 / number < 0 ? "-0d" : number.ToString("R", CultureInfo.InvariantCulture) + "d",
    };

    private static string OfSingle(float number) => number switch
    {
        float.NaN => "global::System.Single.NaN",
        float.PositiveInfinity => "global::System.Single.PositiveInfinity",
        float.NegativeInfinity => "global::System.Single.NegativeInfinity",
        _ => number == 0 && 1 / number < 0 ? "-0f" : number.ToString("R", CultureInfo.InvariantCulture) + "f",
    };
}
