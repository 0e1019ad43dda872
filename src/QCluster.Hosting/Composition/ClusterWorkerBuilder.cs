using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Settings;
using QCluster.Client.Settings;

namespace QCluster.Hosting;

/// <summary>Describes the cluster that a program hosts.</summary>
public sealed class ClusterWorkerBuilder
{
    /// <summary>The settings of the cluster. <see cref="ClusterOptions.Apps"/> must stay empty: the program itself is the app.</summary>
    public ClusterOptions Options { get; } = new();

    /// <summary>The functions that its workers run.</summary>
    public FunctionRegistry Functions { get; } = new();

    internal static ClusterWorkerBuilder Create(SettingsReader reader, Action<ClusterWorkerBuilder> configure, MailSenderType? mailSender)
    {
        var builder = new ClusterWorkerBuilder();
        reader.ApplyCluster(builder.Options);
        configure(builder);
        // A child's settings come from its sentinel, which has checked them; here some are withheld.
        if (ClusterProcess.IsChild)
            return builder;
        if (builder.Options.Apps.Count > 0)
            throw new InvalidSettingException("app", string.Join(", ", builder.Options.Apps), "leave it out in a program that hosts a cluster: add its functions to worker.Functions");
        builder.Options.Validate();
        builder.Options.MailSender = mailSender?.Type;
        MailSenders.Require(builder.Options);
        return builder;
    }
}
