// The examples of the documentation of tasks and chains, against whatever cluster QCLUSTER_REDIS leads to.
using System.Text.Json;
using QCluster;
using static QCluster.Tasks;

var wait = TimeSpan.FromSeconds(20);

// Create the task and get the result.
var taskId = await Async("math.copysign", 2, -2);
Show("task", await Result(taskId, wait));

// Result returns null if the task has not been executed yet, so in most cases you will want to use a hook.
var hooked = await Async(new TaskCall("math.modf", 2.5), new TaskOptions { Hook = "hooks.print_result" });
var record = await Fetch(hooked, wait);
Show("record", new { record!.Func, record.Args, record.Result, record.Success, Ran = record.TimeTaken() >= 0 });

// A chain in the format [(func, args), ...], and its group's results.
var groupId = await AsyncChain([new("math.copysign", 1, -1), new("math.floor", 1)]);
Show("chain", await ResultGroup(groupId, count: 2, wait: wait));

// The more convenient way, with cached results.
var chain = new Chain(cached: TimeSpan.FromMinutes(1));
chain.Append("math.copysign", 1, -1);
chain.Append("math.floor", 1);
await chain.Run();
Show("Chain", await chain.Result(wait));
Show("length", (chain.Length(), await chain.Current()).ToString());

// Beyond the original: a step takes the value of the one before it.
var sum = new Chain([new("math.add", 1, 2), new("math.add", Chain.Previous, 39)]);
await sum.Run();
Show("previous", await sum.Result(wait));

// One function over many arguments, results in the order of the arguments.
var iter = await AsyncIter("math.add", Enumerable.Range(0, 5).Select(object? (i) => new object?[] { i, 100 }));
Show("iter", await Result(iter, wait));

static void Show(string what, object? value) => Console.WriteLine($"{what}: {JsonSerializer.Serialize(value)}");
