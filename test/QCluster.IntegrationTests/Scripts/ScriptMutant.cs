using QCluster.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>A script with one check taken out, to show that a test would notice.</summary>
internal static class ScriptMutant
{
    /// <param name="name">The script.</param>
    /// <param name="check">The text to replace; it must be there exactly once.</param>
    /// <param name="replacement">What stands there instead.</param>
    public static RedisScript Of(string name, string check, string replacement)
    {
        var script = RedisScript.Load(name);
        Assert.That(script.Text.Split(check), Has.Length.EqualTo(2), $"'{check}' does not stand once in {name}.lua; the script has changed, and this mutant must follow");
        return new RedisScript(name + " without a check", script.Text.Replace(check, replacement, StringComparison.Ordinal));
    }
}
