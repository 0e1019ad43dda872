namespace QCluster.Redis;

/// <summary>Reads the code at the start of an error reply.</summary>
internal static class RedisReplies
{
    /// <summary>The code of a refusal of keys in different slots.</summary>
    public const string CrossSlot = "CROSSSLOT";

    /// <summary>The remedy for <see cref="RedisReply.AccessDenied"/>.</summary>
    public const string AccessAdvice = "Check the user and the password. An ACL user for QCluster needs: ~q:* &q:* +@read +@write +@scripting +@pubsub +@connection +info +time +blpop.";

    public static RedisReply Classify(string message)
    {
        var code = Code(message);
        // Redis 6.2 wraps the code of a failed call in a script's own error: "ERR Error running script (call to f_..): @user_script:1: -OOM ...".
        if (code is "ERR" && message.StartsWith("ERR Error running script", StringComparison.Ordinal))
        {
            var at = message.IndexOf(": -", StringComparison.Ordinal);
            if (at >= 0 && Meaning(Code(message.AsSpan(at + 3))) is var inner and (RedisReply.ReadOnly or RedisReply.OutOfMemory)) return inner;
        }

        // What a script may not call is no NOPERM: "ERR The user executing the script can't run this command or subcommand script: ...".
        if (message.Contains("The user executing the script can't", StringComparison.Ordinal)) return RedisReply.AccessDenied;
        return Meaning(code);
    }

    private static ReadOnlySpan<char> Code(ReadOnlySpan<char> message)
    {
        var end = message.IndexOf(' ');
        return end < 0 ? message : message[..end];
    }

    private static RedisReply Meaning(ReadOnlySpan<char> code) => code switch
    {
        "NOSCRIPT" => RedisReply.NoScript,
        "LOADING" or "MASTERDOWN" or "CLUSTERDOWN" or "TRYAGAIN" or "BUSY" => RedisReply.Later,
        "READONLY" or "NOREPLICAS" or "MISCONF" => RedisReply.ReadOnly,
        "OOM" => RedisReply.OutOfMemory,
        "NOAUTH" or "WRONGPASS" or "NOPERM" => RedisReply.AccessDenied,
        _ => RedisReply.Other,
    };
}
