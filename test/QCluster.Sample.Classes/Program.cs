// The examples of the documentation of task classes, against whatever cluster QCLUSTER_REDIS leads to. The cluster is started with
// --app of this very assembly.
using System.Text.Json;
using QCluster.TaskClasses;
using QCluster;
using QCluster.Sample.Classes;

var wait = TimeSpan.FromSeconds(20);

// You can delay the task on its class...
var result = await MyTask.Delay("foo");
Show("value", await result.Get(wait));
Show("status", $"{await result.Status()}");
Show("result", await result.Result());

// ...with the compiler looking at the arguments and the result...
AsyncResult<int> typed = await MyTask.Delay(task => task.Run("foo"));
int fortyTwo = await typed.Get(wait);
Show("typed", fortyTwo);

// ...or by passing the name of the task.
var byName = await Tasks.DelayTask(new TaskCall("mytask") { Kwargs = new Dictionary<string, object?> { ["some_arg"] = "foo" } });
Show("by name", await byName.Get(wait));

// Many feeds as one set. The results come in the order of the calls, whichever feed is done first.
string[] urls = ["http://cnn.com/rss", "http://bbc.com/rss", "http://xkcd.com/rss"];
var taskset = new TaskSet(typeof(RefreshFeedTask), urls.Select(url => (TaskArguments)new Dictionary<string, object?> { ["feed_url"] = url }))
{
    Callback = new TaskCall("feeds.done"),
};
var all = await taskset.Run();
Show("total", taskset.Total);
Show("join", await taskset.Join(wait));
Show("ready", (await all.Ready(), await all.Successful(), await all.Failed(), await all.CompletedCount()).ToString());
Show("callback", await all.Callback!.Get(wait));

// The one that was not answered at first shows both attempts.
var record = await all.Subtasks[1].Fetch();
Show("attempts", record!.Attempts.Select(a => a.Error?.Message ?? "ok"));

// A function over many arguments.
Show("map", await TaskSet.Map(Feeds.Length, urls, wait));
Show("chunks", (await new TaskSet("feeds.length", urls.Select(url => (TaskArguments)new object?[] { url })).Chunks(2).Join(wait)).Select(c => c));

// The periodic task runs by itself: each second has had one of its own.
await Task.Delay(TimeSpan.FromSeconds(4));
var runs = await Tasks.Successes.Query(new TaskQuery { Func = "my_periodic_task" });
var slots = runs.Tasks.Select(t => t.ScheduledFor!.Value.ToUnixTimeSeconds()).Order().ToArray();
Show("periodic", (slots.Length >= 3, slots.Distinct().Count() == slots.Length, slots[^1] - slots[0] == slots.Length - 1).ToString());

static void Show(string what, object? value) => Console.WriteLine($"{what}: {JsonSerializer.Serialize(value)}");
