using System.CommandLine;
using System.CommandLine.Parsing;

namespace QCluster.Terminal.CommandLine;

/// <summary>What is said of a command line that cannot be understood: what is wrong, what was perhaps meant, and where to look. Not the whole help, which would push that off the screen.</summary>
internal static class Misuse
{
    private const int MaxChanges = 2;

    public static IEnumerable<string> Describe(Command root, ParseResult parsed)
    {
        // After a word that is not known the parser reports each further word, and the verb that it did not find.
        var messages = parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal);
        foreach (var message in parsed.UnmatchedTokens.Count == 0 ? messages : messages.Where(m => m.Contains($"'{parsed.UnmatchedTokens[0]}'", StringComparison.Ordinal)).Take(1).DefaultIfEmpty($"'{parsed.UnmatchedTokens[0]}' is not known."))
            yield return $"{root.Name}: {message}";
        var command = parsed.CommandResult.Command;
        var path = Path(parsed.CommandResult);
        foreach (var token in parsed.UnmatchedTokens)
        {
            if (Near(command, token) is { } near)
                yield return near;
        }

        yield return $"'{path} --help' lists the options.";
    }

    /// <summary>Arguments of a task may be anything, but what looks like an option and is none is a slip more often than an argument.</summary>
    /// <exception cref="ArgumentException">There is such a one, and no <c>--</c> that says that arguments follow.</exception>
    public static void CheckArguments(ParseResult parsed, IEnumerable<string>? arguments)
    {
        if (parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
            return;
        if (arguments?.FirstOrDefault(a => a.Length > 2 && a.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(a[2])) is not { } slip)
            return;
        var near = Near(parsed.CommandResult.Command, slip) is { } meant ? meant + " " : "";
        throw new ArgumentException($"'{slip}' is not an option here. {near}'{Path(parsed.CommandResult)} --help' lists the options. To pass it to the task as an argument, write -- before the arguments.");
    }

    private static string? Near(Command command, string token)
    {
        var near = Names(command, token).Select(n => (Name: n, Distance: Distance(token, n))).Where(n => n.Distance <= MaxChanges).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).Select(n => n.Name).Take(3).ToArray();
        return near.Length == 0 ? null : $"Did you mean '{string.Join("' or '", near)}'?";
    }

    /// <summary>What could stand in the place of a token: verbs, or options for what begins as one.</summary>
    private static IEnumerable<string> Names(Command command, string token) => token.StartsWith('-')
        ? command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))
        : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);

    private static string Path(CommandResult result) => result.Parent is CommandResult outer ? $"{Path(outer)} {result.Command.Name}" : result.Command.Name;

    /// <summary>How many letters must be put in, left out, changed, or exchanged with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                rows[i, j] = Math.Min(rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1), Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }
}
