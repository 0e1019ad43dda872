using System.CommandLine;
using QCluster.Client.Settings;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

/// <summary>The options of a task, as the verbs that enqueue some have them.</summary>
internal sealed class TaskOptionFlags
{
    private readonly Option<string[]> _kwarg = new("--kwarg") { Description = "A named argument, name=value; the value is read like an argument." };
    private readonly Option<string?> _priority = new("--priority") { Description = "low, normal, high, critical, or 0 to 9: a higher number is taken first. Default normal (5)." };
    private readonly Option<bool> _isolated = new("--isolated") { Description = "It gets a worker process to itself." };
    private readonly Option<string?> _taskName = new("--task-name") { Description = "A name shown with the task." };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long it may run until it is told to stop." };
    private readonly Option<string?> _timeLimit = new("--time-limit") { Description = "How long it may run until its process is killed." };
    private readonly Option<string?> _delay = new("--delay") { Description = "It starts this much later." };
    private readonly Option<DateTimeOffset?> _eta = new("--eta") { Description = "It starts at this time, ISO 8601." };
    private readonly Option<DateTimeOffset?> _expires = new("--expires") { Description = "It fails instead of starting after this time, ISO 8601." };
    private readonly Option<string?> _cached = new("--cached") { Description = "How long its record is kept in Redis; on = result_ttl." };
    private readonly Option<string?> _group = new("--group") { Description = "A label that tasks share." };
    private readonly Option<string?> _hook = new("--hook") { Description = "A registered function that a worker calls with the record once the task is over." };
    private readonly Option<string[]> _hookArg = new("--hook-arg") { Description = "An argument of the hook besides the record." };
    private readonly Option<bool?> _save = new("--save") { Description = "false = do not keep the value of a success; true = keep it even where save_limit is negative." };
    private readonly Option<string?> _uniqueKey = new("--unique-key") { Description = "If a task with this key is there, print its id instead of enqueueing another." };
    private readonly Option<string?> _uniqueWindow = new("--unique-window") { Description = "How long the key is held. Default: until the task has ended." };
    private readonly Option<bool> _ignore = new("--ignore-result") { Description = "Do not keep the value of a success." };
    private readonly Option<int?> _maxLost = new("--max-lost") { Description = "How often it may lose its worker." };
    private readonly Option<int?> _maxAttempts = new("--max-attempts") { Description = "How often it may fail before it has failed for good; 0 = any number of times." };
    private readonly Option<string?> _backoff = new("--retry-backoff") { Description = "The longest pause after the first failure; it doubles with each further one." };
    private readonly Option<string?> _backoffMax = new("--retry-backoff-max") { Description = "What that pause never passes." };
    private readonly Option<bool> _noJitter = new("--no-retry-jitter") { Description = "Make the pause its longest, instead of anything up to that." };
    private readonly Option<string[]> _retryOn = new("--retry-on") { Description = "Try again only after this type of exception, or one derived from it." };
    private readonly Option<string[]> _dontRetryOn = new("--dont-retry-on") { Description = "Never try again after this type of exception, or one derived from it." };
    private readonly Option<string?> _rate = new("--rate-limit") { Description = "How many start in which time, such as 100/s, 10/m or 3/10s, over all clusters." };
    private readonly Option<string?> _rateKey = new("--rate-limit-key") { Description = "What shares the rate limit. Default: the function." };
    private readonly Option<string?> _concurrencyKey = new("--concurrency-key") { Description = "What shares a concurrency limit." };
    private readonly Option<int> _concurrency = new("--concurrency-limit") { Description = "How many with that key run at a time.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _mandatory = new("--mandatory") { Description = "Fail when no live cluster serves the queue, or none has the function." };
    private readonly Option<bool> _immediate = new("--immediate") { Description = "Fail when no slot is free now." };
    private readonly Option<bool> _quiet = new("--disable-error-emails") { Description = "Send no mail when it has failed for good." };
    private readonly Option<string?> _callback = new("--callback") { Description = "A registered function that a worker calls with the value once the task has succeeded." };
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
