using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using QCluster.Execution.Attempts;
using QCluster.Model;
using QCluster.Queue.Results;
using QCluster.Execution.Functions;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.Client.Inline;

/// <summary>Runs a task in its caller's process, from the bytes that would have travelled, and saves the record that a worker would have saved.</summary>
internal sealed class SyncRunner(ResultScripts scripts, QClusterOptions settings, PacketFormat format, FunctionRegistry? functions, IServiceProvider? services, TimeProvider clock)
{
    private FunctionRegistry? _ofProgram;

    /// <param name="func">The name of its function.</param>
    /// <param name="element">The task.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="asSaved">Gives the element to save, once the state is known. Null: the same element.</param>
    /// <param name="cancellationToken">Cancels the task.</param>
    public async Task RunAsync(string func, byte[] element, string queue, Func<TaskState, byte[]>? asSaved, CancellationToken cancellationToken)
    {
        if (!ReflectionSupport.IsEnabled)
            throw ReflectionSupport.CannotRunFunctions();
        var known = functions ?? OfProgram(func);
        known.Freeze(services ?? EmptyServices.Instance, format.Serializer);

        var execution = new ExecutionSettings { Worker = "sync", Cluster = Environment.MachineName, ResultTtl = settings.ResultTtl };
        var runner = new InlineRunner(format, known, execution, clock);
        var attempts = new List<byte[]>();
        for (var number = 1; ; number++)
        {
            var attempt = await runner.RunAsync(TaskElement.Numbered(element, (ushort)number), queue, InlineOwner.None, cancellationToken).ConfigureAwait(false);
            if (attempt.RetryDelay is null)
            {
                await SaveAsync(attempt, asSaved?.Invoke(attempt.State) ?? element, attempts, queue).ConfigureAwait(false);
                return;
            }

            // Here and now: without the pause.
            attempts.Add(attempt.Outcome);
        }
    }

    /// <summary>A client without functions uses those of the program's own assembly.</summary>
    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    private FunctionRegistry OfProgram(string func)
    {
        var program = Assembly.GetEntryAssembly();
        if (_ofProgram is null)
        {
            var found = new FunctionRegistry();
            if (program is not null)
                found.AddAssembly(program);
            _ofProgram = found;
        }

        return _ofProgram.Contains(func)
            ? _ofProgram
            : throw new InvalidOperationException($"A task with Sync runs in this process, and the function '{func}' is not among those of {program?.GetName().Name ?? "the program"}. Give the client a FunctionRegistry that has it: new QClusterClient(options, functions: registry), made the one of static calls by Tasks.Default = client, or register the FunctionRegistry with the services beside AddQCluster.");
    }

    private async Task SaveAsync(AttemptResult attempt, byte[] element, List<byte[]> attempts, string queue)
    {
        var id = new TaskId(TaskElement.Read(element).Key.Id, queue);
        await scripts.SaveAsync(id, element, attempt.Outcome, TimeSpan.FromMilliseconds(attempt.KeepMilliseconds), attempt.Kind, attempts, CancellationToken.None).ConfigureAwait(false);
    }
}
