using System.Runtime.CompilerServices;
using QCluster;
using QCluster.Sample.Aot;

// Enqueues and reads results: all that a program does that was published as Native AOT. Its arguments are the address of Redis and the database of results.
await using var client = new QClusterClient(new QClusterOptions { Redis = args[0], Results = args[1], Json = new() { TypeInfoResolver = OrderJson.Default } });

Console.WriteLine($"dynamic code {RuntimeFeature.IsDynamicCodeSupported}");
var sign = await client.Async("math.copysign", 2, -2);
var ahead = DateTimeKind.Utc;
var order = await client.Async(new TaskCall("demo.echo", new Order("A-1", [3, 4], ahead)), new TaskOptions { Group = "orders" });
Console.WriteLine($"copysign {await client.Result<double>(sign, TimeSpan.FromMinutes(1))}");
var back = await client.Result<Order>(order, TimeSpan.FromMinutes(1));
Console.WriteLine($"order {back?.Id} {string.Join('+', back?.Counts ?? [])} {back?.Kind}");
Console.WriteLine($"enum {await client.Result<DateTimeKind>(await client.Async("demo.echo", ahead), TimeSpan.FromMinutes(1))}");
Console.WriteLine($"expression {await client.Result<double>(await client.Async(() => Functions.CopySign(3, -3)), TimeSpan.FromMinutes(1))}");
var record = await client.Fetch(sign, TimeSpan.FromMinutes(1));
Console.WriteLine($"record {record?.Func} {record?.State} {record?.Result}");

var chain = await client.AsyncChain([("math.copysign", [5, -1]), ("math.floor", [6.5])]);
Console.WriteLine($"chain {string.Join(' ', await client.ResultGroup(chain, wait: TimeSpan.FromMinutes(1), count: 2) ?? [])}");
var each = await client.AsyncIter("demo.echo", [1, "two", 3.5]);
Console.WriteLine($"iteration {string.Join(' ', await client.Result<object[]>(each, TimeSpan.FromMinutes(1)) ?? [])}");
await client.Schedules.Add(new Schedule("nightly", Recurrence.Daily, "math.floor", 1.5));
Console.WriteLine($"schedule {(await client.Schedules.List()).Single().Name}, clusters {(await client.Monitoring.GetInfo()).Clusters.Count}");

TaskPage saved;
do
{
    await Task.Delay(TimeSpan.FromMilliseconds(100));
    saved = await client.Successes.Query(new TaskQuery { Func = "math.copysign", OldestFirst = true, Limit = 1 });
}
while (saved.Tasks.Count == 0);

Console.WriteLine($"saved {saved.Tasks[0].Func} {saved.Tasks[0].Result}");

await Refused("contract", () => client.Async("demo.echo", new Unknown("x")));
await Refused("tuple", () => client.Async("demo.echo", (1, 2)));
await Refused("sync", () => client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Sync = true }));

static async Task Refused(string what, Func<Task> call)
{
    try
    {
        await call();
        Console.WriteLine($"{what} accepted");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{what} refused: {e.Message}");
    }
}
