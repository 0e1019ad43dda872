using System.Globalization;
using System.Text;
using QCluster.Launching.Servers;

namespace QCluster.TestSupport;

/// <summary>A real Redis Cluster of this machine's <c>redis-server</c>: masters first, then their replicas.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<RedisServer> _nodes = [];
    private readonly int _masters;

    private RedisCluster(int masters) => _masters = masters;

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public IReadOnlyList<RedisServer> Masters => _nodes[.._masters];

    public IReadOnlyList<RedisServer> Replicas => _nodes[_masters..];

    /// <summary>The addresses of all masters.</summary>
    public string Endpoint => string.Join(',', Masters.Select(node => node.Endpoint));

    /// <summary>Starts the nodes and waits until all of them agree that all slots are served.</summary>
    /// <param name="masters">How many nodes have slots.</param>
    /// <param name="replicas">How many replicas each of them has.</param>
    /// <param name="arguments">More arguments for each server.</param>
    public static async Task<RedisCluster> StartAsync(int masters = 3, int replicas = 0, params string[] arguments)
    {
        var cluster = new RedisCluster(masters);
        try
        {
            for (var i = 0; i < masters * (1 + replicas); i++)
                cluster._nodes.Add(await StartNodeAsync(arguments));
            await cluster.FormAsync(replicas);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static Task<RedisServer> StartNodeAsync(string[] arguments) => OwnRedisServer.StartAsync(new RedisServerOptions
    {
        // Not the usual port of the bus, 10,000 above the other: there may be none so high.
        ExtraArguments = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-port", $"{FreePort.Next()}", "--enable-debug-command", "yes", .. arguments],
    });

    private async Task FormAsync(int replicas)
    {
        for (var i = 0; i < _masters; i++)
            await _nodes[i].CallAsync("CLUSTER", "ADDSLOTSRANGE", $"{FirstSlot(i)}", $"{FirstSlot(i + 1) - 1}");
        await MeetAsync();
        await Eventually.IsTrue(() => AllAgreeAsync(_nodes.Count), Limit);
        for (var i = 0; i < _masters * replicas; i++)
            await Replicas[i].CallAsync("CLUSTER", "REPLICATE", await IdOfAsync(_nodes[i % _masters]));
        foreach (var replica in Replicas)
            await Eventually.IsTrue(async () => (await replica.CallAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), Limit);
        // Each is to know of each what it is.
        foreach (var node in _nodes)
            await Eventually.IsTrue(async () => (await node.CallAsync("CLUSTER", "NODES")).Split('\n').Count(line => line.Contains("slave", StringComparison.Ordinal)) == Replicas.Count, Limit);
    }

    private async Task MeetAsync()
    {
        foreach (var node in _nodes.Skip(1))
        {
            // The port of its bus stands in its own line behind the other, as in 127.0.0.1:6379@16379.
            var bus = (await LineOfAsync(node))[1].Split('@')[1].Split(',')[0];
            await _nodes[0].CallAsync("CLUSTER", "MEET", node.Host, $"{node.Port}", bus);
        }
    }

    private async Task<bool> AllAgreeAsync(int nodes)
    {
        foreach (var node in _nodes)
        {
            var info = await node.CallAsync("CLUSTER", "INFO");
            if (!info.Contains("cluster_state:ok", StringComparison.Ordinal) || !info.Contains($"cluster_known_nodes:{nodes}", StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private int FirstSlot(int master) => Slots * master / _masters;

    /// <summary>The first slots of a master are those that <see cref="ReshardAsync"/> moves.</summary>
    public const int MovedSlots = 20;

    /// <summary>The name of a queue whose slot is among the first of a master.</summary>
    /// <param name="master">The index of the master.</param>
    /// <param name="name">The cluster name.</param>
    /// <param name="after">How many such names to pass over.</param>
    public string QueueOn(int master, string name = "default", int after = 0) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"q{i}").Where(queue => SlotOf(name, queue) - FirstSlot(master) is >= 0 and < MovedSlots).Skip(after).First();

    /// <summary>The slot of all keys of a queue.</summary>
    public static int SlotOf(string name, string queue) => SlotOf($"{name}:{queue}");

    /// <summary>The slot of all keys with a hash tag.</summary>
    public static int SlotOf(string tag)
    {
        // CRC16, as in the specification of Redis Cluster.
        var crc = 0;
        foreach (var one in Encoding.UTF8.GetBytes(tag))
        {
            crc ^= one << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
        }

        return crc % Slots;
    }

    /// <summary>The node that serves a slot, as that node itself says.</summary>
    public async Task<RedisServer> OwnerOfAsync(int slot)
    {
        foreach (var node in _nodes)
        {
            try
            {
                var line = await LineOfAsync(node);
                if (line[2].Contains("master", StringComparison.Ordinal) && line.Skip(8).Any(range => Contains(range, slot)))
                    return node;
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or TimeoutException)
            {
                // It is down: another one serves the slot, or none.
            }
        }

        throw new InvalidOperationException($"No node serves slot {slot}.");
    }

    private static bool Contains(string range, int slot)
    {
        if (range.StartsWith('['))
            return false;
        var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return slot >= ends[0] && slot <= ends[^1];
    }

    private static async Task<string[]> LineOfAsync(RedisServer node) =>
        (await node.CallAsync("CLUSTER", "NODES")).Split('\n').Single(line => line.Contains("myself", StringComparison.Ordinal)).Trim().Split(' ');

    public static async Task<string> IdOfAsync(RedisServer node) => (await node.CallAsync("CLUSTER", "MYID")).Trim();

    /// <summary>Moves the first slots of one master to another, as an operator does it. The output when it fails.</summary>
    public async Task<string?> ReshardAsync(RedisServer from, RedisServer to)
    {
        var result = await Commands.TryRunAsync(
            CliWrap.Cli.Wrap("redis-cli").WithArguments(
            [
                "--cluster", "reshard", from.Endpoint,
                "--cluster-from", await IdOfAsync(from), "--cluster-to", await IdOfAsync(to), "--cluster-slots", $"{MovedSlots}", "--cluster-pipeline", "1", "--cluster-yes",
            ]),
            environment: null);
        return result.IsSuccess ? null : result.StandardOutput + result.StandardError;
    }

    /// <summary>The first half of moving a slot: from here on it is migrating and importing, and some of its keys have gone.</summary>
    public static async Task BeginMoveAsync(int slot, RedisServer from, RedisServer to, int keys)
    {
        await to.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", await IdOfAsync(from));
        await from.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", await IdOfAsync(to));
        // Keys with an id in them are no text.
        string[] moved = [.. (await KeysInAsync(slot, from)).Where(key => key.All(char.IsAscii)).Take(keys)];
        if (moved.Length > 0)
            await from.CallAsync(["MIGRATE", to.Host, $"{to.Port}", "", "0", "5000", "KEYS", .. moved]);
    }

    /// <summary>The second half, as a reshard does it: the slot belongs to the target afterwards. All its keys must be text.</summary>
    public static async Task FinishMoveAsync(int slot, RedisServer from, RedisServer to)
    {
        if (await KeysInAsync(slot, from) is { Length: > 0 } left)
            await from.CallAsync(["MIGRATE", to.Host, $"{to.Port}", "", "0", "5000", "KEYS", .. left]);
        var id = await IdOfAsync(to);
        // The target first: until it owns the slot, the source must not send anybody there.
        await to.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "NODE", id);
        await from.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "NODE", id);
    }

    /// <summary>The second half, as an operator does it. To which of the two nodes the slot goes is up to redis-cli.</summary>
    public static async Task EndMoveAsync(RedisServer node)
    {
        var result = await Commands.TryRunAsync(CliWrap.Cli.Wrap("redis-cli").WithArguments(["--cluster", "fix", node.Endpoint, "--cluster-yes"]), environment: null);
        if (!result.IsSuccess)
            throw new InvalidOperationException(result.StandardOutput + result.StandardError);
    }

    /// <summary>The keys of a slot that a node has.</summary>
    public static async Task<string[]> KeysInAsync(int slot, RedisServer node, int most = 1_000_000)
    {
        var list = await node.CallAsync("CLUSTER", "GETKEYSINSLOT", $"{slot}", $"{most}");
        return list.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
