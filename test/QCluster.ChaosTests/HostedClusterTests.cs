using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>A cluster inside the user's own program.</summary>
internal sealed class HostedClusterTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private Task<ClusterProcess> StartSampleAsync(string variable, string redis, string? program = null, Dictionary<string, string>? more = null) =>
        ClusterProcess.LaunchAsync(
            [program ?? BuiltProgram.Sample],
            new Dictionary<string, string>(more ?? [], StringComparer.Ordinal) { [variable] = redis, ["SAMPLE_MARK"] = Path.Combine(Folder, "mark") });

    private Task<ClusterProcess> StartSampleAsync() => StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint);

    [Test]
    public async Task The_program_runs_a_cluster_and_alone_starts_its_other_services()
    {
        await using var program = await StartSampleAsync();
        Assert.That(await Client.Result<double>(await Client.Async(() => Math.CopySign(2, -2)), Wait), Is.EqualTo(-2.0), program.Log);
        Assert.That(await Client.Result<string>(await Client.Async("sample.greet", "world"), Wait), Is.EqualTo("hello world -1"), program.Log);

        program.KillOne("Worker");
        Assert.That(await Client.Result<string>(await Client.Async("sample.greet", "again"), Wait), Is.EqualTo("hello again -1"), program.Log);
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(Folder, "mark")), Is.EqualTo(new[] { $"made {program.ProcessId}", $"started {program.ProcessId}" }));

        program.SendToGroup(Signal.Terminate);
        Assert.That(await program.WaitForExitAsync(TimeSpan.FromSeconds(6)), Is.Zero, program.Log);
    }

    [Test]
    public async Task Workers_export_telemetry_through_the_providers_of_the_program()
    {
        using var collector = new OtlpReceiver();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "100", ["OTEL_METRIC_EXPORT_INTERVAL"] = "200" };
        await using var program = await StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint, more: environment);
        var id = await Client.Async("sample.greet", "world");
        await Client.Result<string>(id, Wait);
        await Eventually.IsTrue(() => collector.Spans.Any(s => s.Name == "process default" && s.Tags["messaging.message.id"] == id), what: "a worker's span");
        await Eventually.IsTrue(() => collector.Metrics.ContainsKey("messaging.process.duration"), what: "a worker's metric");
        await Eventually.IsTrue(() => collector.Spans.Any(s => s.Name == "send default"), what: "a span of the program itself");
    }

    [Test]
    public async Task Worker_log_entries_reach_the_log_of_the_program_unchanged()
    {
        var json = new Dictionary<string, string>(StringComparer.Ordinal) { ["Logging__Console__FormatterName"] = "json", ["Logging__Console__FormatterOptions__IncludeScopes"] = "true" };
        await using var program = await StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint, more: json);
        var id = await Client.Async("sample.greet", "world");
        await Client.Result<string>(id, Wait);
        await Eventually.IsTrue(() => program.Log.Contains("Greeting world", StringComparison.Ordinal));
        var entry = System.Text.Json.JsonDocument.Parse(program.Output.Split('\n').Single(l => l.Contains("Greeting world", StringComparison.Ordinal))).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(entry.GetProperty("LogLevel").GetString(), Is.EqualTo("Information"));
            Assert.That(entry.GetProperty("Category").GetString(), Does.Not.Contain("QCluster["));
            Assert.That(entry.GetProperty("Message").GetString(), Is.EqualTo("Greeting world"));
            Assert.That(entry.GetProperty("Scopes").EnumerateArray().Count(s => s.TryGetProperty("TaskId", out var task) && task.GetString() == id), Is.EqualTo(1), program.Log);
            Assert.That(entry.GetProperty("Scopes")[0].GetProperty("Process").GetString(), Does.StartWith("worker "));
        });
    }

    [Test]
    public async Task Log_entries_of_a_task_name_it_in_a_scope_of_the_programs_loggers()
    {
        var scopes = new Dictionary<string, string>(StringComparer.Ordinal) { ["Logging__Console__FormatterName"] = "simple", ["Logging__Console__FormatterOptions__IncludeScopes"] = "true" };
        await using var program = await StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint, more: scopes);
        var id = await Client.Async("sample.greet", "world");
        await Client.Result<string>(id, Wait);
        await Eventually.IsTrue(() => program.Log.Contains($"=> task {id} sample.greet", StringComparison.Ordinal), what: "the scope");
    }

    [Test]
    public async Task Configuration_reaches_workers_without_the_settings_for_Redis()
    {
        await using var program = await StartSampleAsync("QCluster__Redis", Redis.Endpoint, more: new() { ["QCluster__Name"] = "other", ["QCluster__Secrets__0"] = "a secret of 16 letters" });
        var options = new QClusterOptions { Redis = Redis.Endpoint, Name = "other" };
        options.Secrets.Add("a secret of 16 letters");
        await using var client = new QClusterClient(options);
        Assert.That(await client.Result<string>(await client.Async("sample.greet", "world"), Wait), Is.EqualTo("hello world -1"), program.Log);
        foreach (var variable in new[] { "QCluster__Redis", "QCluster__Secrets__0", "QCLUSTER_CHILD" })
            Assert.That(await client.Result<string>(await client.Async("sample.environment", variable), Wait), Is.Empty, variable);
        Assert.That(await client.Result<string>(await client.Async("sample.environment", "QCluster__Name"), Wait), Is.EqualTo("other"));
    }

    [Test]
    public async Task Failures_are_reported_by_mail()
    {
        await using var mail = await MailServer.StartAsync();
        await using var program = await StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint, more: new() { ["QCLUSTER_SMTP"] = $"smtp://ops:pass%2Fword@127.0.0.1:{mail.Port}", ["QCLUSTER_ERROR_MAIL_TO"] = "a@example.org" });
        var id = await Client.Async("sample.greet");
        await Eventually.IsTrue(() => mail.Mails.Count > 0, TimeSpan.FromSeconds(20));
        Assert.That(mail.Mails.Single().Body, Does.Contain($"Task sample.greet with id {id} has failed"));
        Assert.That(await Client.Result<string>(await Client.Async("sample.environment", "QCLUSTER_SMTP"), Wait), Is.Empty, "workers do not know the server");
    }

    [Test]
    public async Task A_program_whose_cluster_cannot_continue_stops_with_an_error()
    {
        var copy = Directory.CreateDirectory(Path.Combine(Folder, "program")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(BuiltProgram.Sample)!))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var program = Path.Combine(copy, Path.GetFileName(BuiltProgram.Sample));
        await using var running = await StartSampleAsync("QCLUSTER_REDIS", Redis.Endpoint, program);

        File.Delete(program);
        running.KillOne("Worker");

        Assert.That(await running.WaitForExitAsync(Wait), Is.EqualTo(1), running.Log);
        Assert.That(running.Log, Does.Contain("The cluster cannot run"));
    }

    [Test]
    public void An_invalid_setting_is_named_at_start()
    {
        var started = StartSampleAsync("QCLUSTER_REDIS", "redis://:6379/what");
        Assert.That(async () => await started, Throws.Exception.With.Message.Contains("redis"));
    }

    [Test]
    public async Task The_program_starts_without_Redis_and_its_cluster_follows()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.StopAsync();
        var starting = StartSampleAsync("QCLUSTER_REDIS", redis.Endpoint, more: new() { ["QCLUSTER_CALL_TIMEOUT"] = "4s" });
        await Eventually.IsTrue(() => File.Exists(Path.Combine(Folder, "mark")));
        // Longer than one call may take: the cluster waits, and the program's own services, which need Redis too, are being started.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await redis.StartAgainAsync();
        await using var program = await starting;
        await using var client = new QClusterClient(new QClusterOptions { Redis = redis.Endpoint });
        Assert.That(await client.Result<string>(await client.Async("sample.greet", "world"), Wait), Is.EqualTo("hello world -1"), program.Log);
        Assert.That(program.Log, Does.Contain("Waiting for Redis").And.Contain("refused"));
    }

    [Test]
    public void The_start_fails_without_Redis_when_it_must_not_wait()
    {
        var started = StartSampleAsync("QCLUSTER_REDIS", "127.0.0.1:1", more: new() { ["QCLUSTER_CALL_TIMEOUT"] = "1s", ["QCLUSTER_WAIT_FOR_REDIS"] = "false" });
        Assert.That(async () => await started, Throws.Exception.With.Message.Contains("127.0.0.1:1").And.Message.Contains("ended before it was ready"));
        Assert.That(File.ReadAllText(Path.Combine(Folder, "mark")), Does.Not.Contain("started"));
    }
}
