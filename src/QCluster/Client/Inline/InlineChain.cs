using QCluster.Client.Results;
using QCluster.Model;
using QCluster.Client.Enqueueing;

namespace QCluster.Client.Inline;

/// <summary>Runs the steps of a chain in its caller's process, one after another.</summary>
internal sealed class InlineChain(SyncRunner sync, TaskComposer composer, ResultClient results)
{
    public async Task RunAsync(TaskId chain, ChainStep[] steps, TaskId[] ids, string label, ChainOptions options, CancellationToken cancellationToken)
    {
        object? previous = null;
        for (var i = 0; i < steps.Length; i++)
        {
            var taskOptions = (steps[i].Options ?? new TaskOptions()) with { Group = label };
            var isLast = i == steps.Length - 1;
            taskOptions = taskOptions with { Cached = taskOptions.Cached ?? options.Cached };
            var call = steps[i].Call with
            {
                Args = [.. steps[i].Call.Args.Select(a => a is PreviousResult ? previous : a)],
                Kwargs = steps[i].Call.Kwargs?.ToDictionary(k => k.Key, k => k.Value is PreviousResult ? previous : k.Value, StringComparer.Ordinal),
            };
            var hook = options.Hook is { } func ? composer.ComposeHook(chain.ForHook(), func, options.HookArgs is { } args ? composer.HookArguments(func, args) : null, null, label) : null;
            await sync.RunAsync(
                call.Func,
                composer.Compose(ids[i], call, taskOptions),
                ids[i].Queue,
                state => composer.Compose(ids[i], call, taskOptions, isLast || EndsChain(state) ? hook : null),
                cancellationToken).ConfigureAwait(false);
            var record = await results.FetchAsync(ids[i].ToString(), null, cancellationToken).ConfigureAwait(false);
            if (record?.Success == false && !options.ContinueOnFailure)
                return;
            previous = record?.Success == true ? record.Result : null;
        }

        bool EndsChain(TaskState state) => state != TaskState.Succeeded && !options.ContinueOnFailure;
    }
}
