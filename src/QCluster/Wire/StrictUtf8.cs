using System.Text;

namespace QCluster.Wire;

/// <summary>UTF-8 that refuses what is not valid instead of replacing it.</summary>
internal static class StrictUtf8
{
    public static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
