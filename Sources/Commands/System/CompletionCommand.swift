import ArgumentParser

/// Shell completion, our own kinds and slugs included.
struct CompletionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a completion script for bash, zsh or fish.",
        discussion: """
            Examples:
              hatang completion bash > /etc/bash_completion.d/hatang
              hatang completion zsh > "${fpath[1]}/_hatang"
              hatang completion fish > ~/.config/fish/completions/hatang.fish

            Exit codes: 0 printed, 64 no such shell.
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }
    @Argument(help: "bash, zsh or fish.") var shell: Shell
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run() async throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Console.output.out(Suite.completionScript(for: kind))
    }
}
