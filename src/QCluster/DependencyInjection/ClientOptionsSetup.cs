using Microsoft.Extensions.Options;

namespace QCluster.DependencyInjection;

/// <summary>Fills the options before anything else changes them, and checks them once all has.</summary>
internal sealed class ClientOptionsSetup(IClientSettings settings) : IConfigureOptions<QClusterOptions>, IValidateOptions<QClusterOptions>
{
    public void Configure(QClusterOptions options) => settings.Apply(options);

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
