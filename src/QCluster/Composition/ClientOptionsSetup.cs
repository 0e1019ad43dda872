using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace QCluster.Composition;

/// <summary>Fills the options before all other changes, and checks them after.</summary>
internal sealed class ClientOptionsSetup(IClientSettings settings, IServiceProvider services) : IConfigureOptions<QClusterOptions>, IPostConfigureOptions<QClusterOptions>, IValidateOptions<QClusterOptions>
{
    public void Configure(QClusterOptions options) => settings.Apply(options);

    /// <summary>Takes settings that code has not set from the services of the program.</summary>
    public void PostConfigure(string? name, QClusterOptions options) => options.MessagePack ??= services.GetService<MessagePackSerializerOptions>();

    public ValidateOptionsResult Validate(string? name, QClusterOptions options)
    {
        try
        {
            options.Validate();
            return ValidateOptionsResult.Success;
        }
        catch (InvalidSettingException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }
}
