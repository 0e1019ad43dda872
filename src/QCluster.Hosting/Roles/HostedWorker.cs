using System.Text.Json;
using QCluster.Hosting.Gateway;

namespace QCluster.Hosting.Roles;

/// <summary>What a program that hosts a cluster brings to its workers.</summary>
internal sealed record HostedWorker(FunctionRegistry Functions, IServiceProvider Services, WorkerConnection Connection, JsonSerializerOptions? Json);
