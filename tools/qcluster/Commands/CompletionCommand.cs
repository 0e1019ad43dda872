using System.CommandLine;

namespace QCluster.Tool.Commands;

/// <summary>Completion by the shell's Tab key: a script for the shell, and what that script asks.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # qcluster completion bash > ~/.local/share/bash-completion/completions/qcluster
            _qcluster() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(qcluster complete "$COMP_POINT" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _qcluster qcluster
            """,
        ["zsh"] = """
            #compdef qcluster
            # qcluster completion zsh > a folder of $fpath, as _qcluster
            _qcluster() {
                local -a found
                found=("${(@f)$(qcluster complete "$CURSOR" "$BUFFER" 2>/dev/null)}")
                compadd -a found
                _files
            }
            compdef _qcluster qcluster
            """,
        ["fish"] = """
            # qcluster completion fish > ~/.config/fish/completions/qcluster.fish
            complete -c qcluster -a '(set -l line (commandline -cp); qcluster complete (string length -- "$line") "$line" 2>/dev/null)'
            """,
        ["pwsh"] = """
            # qcluster completion pwsh >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName qcluster -ScriptBlock {
                param($word, $ast, $position)
                qcluster complete $position "$ast" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    /// <summary>Prints the script of a shell.</summary>
    public static Command Create()
    {
        var command = new Command("completion", "Print a script that lets a shell complete commands and options with the Tab key. Its first line says where to put it.");
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        command.Arguments.Add(shell);
        command.SetAction(parsed => Console.WriteLine(Scripts[parsed.GetValue(shell)!]));
        return command;
    }

    /// <summary>Prints what could stand at a place in a command line: called by those scripts.</summary>
    public static Command CreateComplete()
    {
        var command = new Command("complete", "Print the completions for a position in a command line.") { Hidden = true };
        var position = new Argument<int>("position");
        var line = new Argument<string>("line");
        command.Arguments.Add(position);
        command.Arguments.Add(line);
        command.SetAction(parsed =>
        {
            var root = (Command)parsed.RootCommandResult.Command;
            var text = parsed.GetValue(line)!;
            var at = Math.Clamp(parsed.GetValue(position), 0, text.Length);
            // Behind the last blank a new word begins, which the line need not show.
            text = text[..at];
            foreach (var item in root.Parse(text).GetCompletions(at).Where(c => !c.Label.StartsWith("-", StringComparison.Ordinal) || c.Label.StartsWith("--", StringComparison.Ordinal)))
                Console.WriteLine(item.Label);
        });
        return command;
    }
}
