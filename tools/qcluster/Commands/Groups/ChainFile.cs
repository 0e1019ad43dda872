using System.Text.Json;
using QCluster.Client.Settings;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Groups;

/// <summary>Steps of a chain as JSON: an array of <c>[FUNC, [ARG...], {KWARG...}, {OPTION...}]</c>, of which all but the first may be left out.</summary>
internal static class ChainFile
{
    private const string Placeholder = "$previous";

    public static IReadOnlyList<ChainStep> Read(string text, SettingsReader settings)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                return [.. document.RootElement.EnumerateArray().Select((step, i) => Step(step, i + 1, settings))];
        }
        catch (JsonException e)
        {
            throw new ArgumentException("The steps are not JSON: " + e.Message, e);
        }

        throw new ArgumentException("The steps are not a JSON array: write [[\"math.copysign\", [1, -1]], [\"math.floor\", [1]]].");
    }

    private static ChainStep Step(JsonElement step, int number, SettingsReader settings)
    {
        if (step.ValueKind == JsonValueKind.String)
            return new ChainStep(step.GetString()!);
        if (step.ValueKind != JsonValueKind.Array || step.GetArrayLength() is 0 or > 4 || step[0].ValueKind != JsonValueKind.String)
            throw Wrong(number, step);
        var length = step.GetArrayLength();
        if ((length > 1 && step[1].ValueKind != JsonValueKind.Array) || (length > 2 && step[2].ValueKind != JsonValueKind.Object) || (length > 3 && step[3].ValueKind != JsonValueKind.Object))
            throw Wrong(number, step);
        var call = new TaskCall(step[0].GetString()!)
        {
            Args = length > 1 ? [.. step[1].EnumerateArray().Select(Argument)] : [],
            Kwargs = length > 2 ? step[2].EnumerateObject().ToDictionary(p => p.Name, p => Argument(p.Value), StringComparer.Ordinal) : null,
        };
        return new ChainStep(call, length > 3 ? Options(step[3], number, settings) : null);
    }

    private static object? Argument(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Placeholder, out _) ? Chain.Previous : Json.Value(value);

    private static TaskOptions Options(JsonElement options, int number, SettingsReader settings)
    {
        var result = new TaskOptions();
        foreach (var option in options.EnumerateObject())
        {
            var text = option.Value.ToString();
            result = option.Name switch
            {
                "queue" => result with { Queue = text },
                "priority" => result with { Priority = option.Value.GetInt32() },
                "timeout" => result with { Timeout = Parsing.Duration("timeout", text) },
                "delay" => result with { Delay = Parsing.Duration("delay", text) },
                "task_name" => result with { TaskName = text },
                "hook" => result with { Hook = text },
                "cached" => result with { Cached = Parsing.Cached(text) },
                _ => throw new ArgumentException($"Step {number} has the option '{option.Name}', which is not known: queue, priority, timeout, delay, task_name, hook, cached."),
            };
        }

        return result;
    }

    private static ArgumentException Wrong(int number, JsonElement step) =>
        new($"Step {number} is {step.GetRawText()}: write [\"FUNC\", [ARG...], {{KWARG...}}, {{OPTION...}}].");
}
