using System.CommandLine;
using QCluster.Client.Settings;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

/// <summary>The options of a task, as the verbs that enqueue some have them.</summary>
internal sealed class TaskOptionFlags
{
    private readonly Option<string[]> _kwarg = new("--kwarg") { Description = "A named argument, name=value. The value is read like an argument." };
    private readonly Option<string?> _priority = new("--priority") { Description = "low, normal, high, critical, or 0 to 9; higher numbers start first. Default: normal (5)." };
    private readonly Option<bool> _isolated = new("--isolated") { Description = "Run it in a worker process of its own." };
    private readonly Option<string?> _taskName = new("--task-name") { Description = "A name shown with the task." };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "Soft limit of the running time: its token is cancelled." };
    private readonly Option<string?> _timeLimit = new("--time-limit") { Description = "Hard limit of the running time: its process is killed." };
    private readonly Option<string?> _delay = new("--delay") { Description = "Start this much later." };
    private readonly Option<DateTimeOffset?> _eta = new("--eta") { Description = "Start at this time, ISO 8601." };
    private readonly Option<DateTimeOffset?> _expires = new("--expires") { Description = "Fail if not started by this time, ISO 8601." };
    private readonly Option<string?> _cached = new("--cached") { Description = "How long to keep the record in Redis; on = result_ttl." };
    private readonly Option<string?> _group = new("--group") { Description = "A label shared with other tasks." };
    private readonly Option<string?> _hook = new("--hook") { Description = "A registered function to call with the record when the task has finished." };
    private readonly Option<string[]> _hookArg = new("--hook-arg") { Description = "An argument of the hook, after the record." };
    private readonly Option<bool?> _save = new("--save") { Description = "false = do not keep the value of a success; true = keep it even where save_limit is negative." };
    private readonly Option<string?> _uniqueKey = new("--unique-key") { Description = "If an unfinished task has this key, print its id instead of enqueueing another." };
    private readonly Option<string?> _uniqueWindow = new("--unique-window") { Description = "How long the key is held. Default: until the task has finished." };
    private readonly Option<bool> _ignore = new("--ignore-result") { Description = "Do not keep the value of a success." };
    private readonly Option<int?> _maxLost = new("--max-lost") { Description = "Number of workers it may lose before it is dead-lettered." };
    private readonly Option<int?> _maxAttempts = new("--max-attempts") { Description = "Maximum number of attempts; 0 = no limit." };
    private readonly Option<string?> _backoff = new("--retry-backoff") { Description = "Upper bound of the retry delay after the first failure; it doubles with each further failure." };
    private readonly Option<string?> _backoffMax = new("--retry-backoff-max") { Description = "Upper bound of all retry delays." };
    private readonly Option<bool> _noJitter = new("--no-retry-jitter") { Description = "Use the full retry delay instead of a random part of it." };
    private readonly Option<string[]> _retryOn = new("--retry-on") { Description = "Retry only after an exception of this type, or one derived from it." };
    private readonly Option<string[]> _dontRetryOn = new("--dont-retry-on") { Description = "Never retry after an exception of this type, or one derived from it." };
    private readonly Option<string?> _rate = new("--rate-limit") { Description = "Maximum rate of starts over all clusters, such as 100/s, 10/m or 3/10s." };
    private readonly Option<string?> _rateKey = new("--rate-limit-key") { Description = "Key that shares the rate limit. Default: the function." };
    private readonly Option<string?> _concurrencyKey = new("--concurrency-key") { Description = "Key that shares a concurrency limit." };
    private readonly Option<int> _concurrency = new("--concurrency-limit") { Description = "Maximum number of running tasks with that key.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _mandatory = new("--mandatory") { Description = "Fail if no live cluster serves the queue, or none has the function." };
    private readonly Option<bool> _immediate = new("--immediate") { Description = "Fail if no slot is free now." };
    private readonly Option<bool> _quiet = new("--disable-error-emails") { Description = "Send no error mail for this task." };
    private readonly Option<string?> _callback = new("--callback") { Description = "A registered function to call with the value when the task has succeeded." };
    private readonly bool _delayable;

    /// <param name="delayable">Whether it makes sense to say when, and under which conditions, it is enqueued.</param>
    public TaskOptionFlags(bool delayable) => _delayable = delayable;

    /// <summary>The options, in the order in which a verb's help lists them.</summary>
    public IEnumerable<Option> Options
    {
        get
        {
            Option[] always =
            [
                _kwarg, _priority, _isolated, _callback, _taskName, _timeout, _timeLimit, _cached, _group, _hook, _hookArg, _save, _ignore, _maxLost, _maxAttempts, _backoff, _backoffMax, _noJitter,
                _retryOn, _dontRetryOn, _rate, _rateKey, _concurrencyKey, _concurrency, _quiet,
            ];
            return _delayable ? [.. always, _delay, _eta, _expires, _uniqueKey, _uniqueWindow, _mandatory, _immediate] : always;
        }
    }

    public TaskOptions Read(ParseResult parsed, SettingsReader settings)
    {
        var options = new TaskOptions
        {
            Priority = Parsing.Priority(parsed.GetValue(_priority)),
            Isolated = parsed.GetValue(_isolated),
            Callback = parsed.GetValue(_callback),
            TaskName = parsed.GetValue(_taskName),
            Timeout = Parsing.Duration("timeout", parsed.GetValue(_timeout)),
            TimeLimit = Parsing.Duration("time-limit", parsed.GetValue(_timeLimit)),
            Cached = Parsing.Cached(parsed.GetValue(_cached)),
            Group = parsed.GetValue(_group),
            Hook = parsed.GetValue(_hook),
            HookArgs = [.. (parsed.GetValue(_hookArg) ?? []).Select(Json.Argument)],
            Save = parsed.GetValue(_save),
            IgnoreResult = parsed.GetValue(_ignore),
            MaxLost = parsed.GetValue(_maxLost),
            MaxAttempts = parsed.GetValue(_maxAttempts),
            RetryBackoff = Parsing.Duration("retry-backoff", parsed.GetValue(_backoff)),
            RetryBackoffMax = Parsing.Duration("retry-backoff-max", parsed.GetValue(_backoffMax)),
            RetryJitter = !parsed.GetValue(_noJitter),
            RetryOn = Types(parsed.GetValue(_retryOn)),
            DontRetryOn = Types(parsed.GetValue(_dontRetryOn)),
            RateLimit = parsed.GetValue(_rate) is { } rate ? RateLimit.Parse(rate) : null,
            RateLimitKey = parsed.GetValue(_rateKey),
            ConcurrencyKey = parsed.GetValue(_concurrencyKey),
            ConcurrencyLimit = parsed.GetValue(_concurrency),
            DisableErrorEmails = parsed.GetValue(_quiet),
        };
        return !_delayable ? options : options with
        {
            Delay = Parsing.Duration("delay", parsed.GetValue(_delay)),
            Eta = parsed.GetValue(_eta),
            Expires = parsed.GetValue(_expires),
            UniqueKey = parsed.GetValue(_uniqueKey),
            UniqueWindow = Parsing.Duration("unique-window", parsed.GetValue(_uniqueWindow)),
            Mandatory = parsed.GetValue(_mandatory),
            Immediate = parsed.GetValue(_immediate),
        };
    }

    public Dictionary<string, object?>? Kwargs(ParseResult parsed)
    {
        if (parsed.GetValue(_kwarg) is not { Length: > 0 } pairs)
            return null;
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
                throw new ArgumentException($"--kwarg cannot be '{pair}': write name=value.");
            named[pair[..split]] = Json.Argument(pair[(split + 1)..]);
        }

        return named;
    }

    private static ErrorType[]? Types(string[]? names) => names is { Length: > 0 } ? Array.ConvertAll(names, n => new ErrorType(n)) : null;
}
