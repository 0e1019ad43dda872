using QCluster.Redis;

namespace QCluster.Tests.Redis;

public sealed class RedisRepliesTests
{
    [TestCase("NOSCRIPT No matching script. Please use EVAL.", "NoScript")]
    [TestCase("LOADING Redis is loading the dataset in memory", "Later")]
    [TestCase("BUSY Redis is busy running a script.", "Later")]
    [TestCase("BUSYGROUP Consumer Group name already exists", "Other")]
    [TestCase("MASTERDOWN Link with MASTER is down", "Later")]
    [TestCase("CLUSTERDOWN The cluster is down", "Later")]
    [TestCase("TRYAGAIN Multiple keys request during rehashing of slot", "Later")]
    [TestCase("READONLY You can't write against a read only replica.", "ReadOnly")]
    [TestCase("NOREPLICAS Not enough good replicas to write.", "ReadOnly")]
    [TestCase("MISCONF Redis is configured to save RDB snapshots", "ReadOnly")]
    [TestCase("OOM command not allowed when used memory > 'maxmemory'.", "OutOfMemory")]
    [TestCase("NOAUTH Authentication required.", "AccessDenied")]
    [TestCase("WRONGPASS invalid username-password pair", "AccessDenied")]
    [TestCase("NOPERM this user has no permissions", "AccessDenied")]
    [TestCase("ERR Error running script (call to f_6b1b): @user_script:1: -OOM command not allowed", "OutOfMemory")]
    [TestCase("ERR Error running script (call to f_6b1b): @user_script: 1: -READONLY You can't write", "ReadOnly")]
    [TestCase("ERR the text -READONLY in a message", "Other")]
    [TestCase("ERR", "Other")]
    [TestCase("", "Other")]
    public void The_error_code_at_the_start_decides(string message, string meaning)
        => Assert.That(RedisReplies.Classify(message).ToString(), Is.EqualTo(meaning));

    [Test]
    public void The_backoff_grows_from_10_ms_to_250_ms_and_no_further()
    {
        Assert.Multiple(() =>
        {
            for (var attempt = 1; attempt < 100; attempt++)
            {
                var most = Math.Min(250, 10 * Math.Pow(2, attempt - 1));
                Assert.That(RedisBackoff.After(attempt).TotalMilliseconds, Is.InRange(most * 0.75, most));
            }
        });
    }

    [Test]
    public void A_script_is_known_by_the_sha1_of_its_text()
        => Assert.That(new RedisScript("one", "return 1").HashHex, Is.EqualTo("e0e1f9fabfc9d4800c877a703b823ac0578ff8db"));

    [Test]
    public void A_script_that_is_not_embedded_is_named_in_the_error()
        => Assert.That(() => RedisScript.Load("no-such-script"), Throws.InvalidOperationException.With.Message.Contains("no-such-script.lua"));
}
