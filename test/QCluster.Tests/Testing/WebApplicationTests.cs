extern alias web;

using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Testing;

namespace QCluster.Tests.Testing;

/// <summary>A user's web application with a cluster, in the process of its tests.</summary>
[NonParallelizable]
internal sealed class WebApplicationTests
{
    [Test]
    public void A_cluster_in_the_test_host_is_refused()
    {
        using var application = new WebApplicationFactory<web::Program>();
        Assert.That(() => application.CreateClient(), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("A test runner cannot host a cluster;").And.Message.Contains("this program is testhost").And.Message.Contains("AddRecordingQCluster"));
    }

    [Test]
    public async Task Recording_client_removes_the_cluster()
    {
        await using var application = new WebApplicationFactory<web::Program>().WithWebHostBuilder(static host => host.ConfigureTestServices(static services => services.AddRecordingQCluster()));
        using var client = application.CreateClient();
        using var response = await client.PostAsync(new Uri("/greetings/world", UriKind.Relative), null);
        var id = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        var task = application.Services.GetRequiredService<RecordingClient>().Single("sample.greet");
        Assert.That((task.Id, task.Arg<string>(0)), Is.EqualTo((id, "world")));
    }
}
