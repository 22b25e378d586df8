import ArgumentParser

/// The root of the command line: nouns in groups.
struct Suite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hatang",
        abstract: "Hạ Tầng: inventory, probes, IPv6, backup and compliance of a provincial data centre.",
        discussion: """
            Data goes to stdout, everything else to stderr; every run states its denominator.

            Examples:
              hatang inventory apply Inventory/langson --reason "first load"
              hatang probe run --target 'device tag=lab'
              hatang compliance assess --system lgsp --lang en

            Exit codes: \(ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "What should be",
                subcommands: [
                    InventoryCommand.self, JournalCommand.self, TenantCommand.self, SettingsCommand.self,
                    SecretCommand.self, HostKeyCommand.self,
                ]),
            CommandGroup(name: "Addresses", subcommands: [IPCommand.self, PrefixCommand.self]),
            CommandGroup(
                name: "What is",
                subcommands: [ProbeCommand.self, DiscoverCommand.self, FactCommand.self, SeriesCommand.self]),
            CommandGroup(
                name: "What hangs on what",
                subcommands: [
                    ImpactCommand.self, SinglePointCommand.self, PathCommand.self, TraceCommand.self,
                    CyclesCommand.self,
                ]),
            CommandGroup(name: "What it looks like", subcommands: [DrawCommand.self]),
            CommandGroup(name: "What must be", subcommands: [ComplianceCommand.self, SystemCommand.self]),
            CommandGroup(
                name: "What to do", subcommands: [IPv6Command.self, BackupCommand.self, PlaybookCommand.self]),
            CommandGroup(
                name: "The suite itself",
                subcommands: [AuditCommand.self, ServeCommand.self, DoctorCommand.self, CompletionCommand.self]),
        ])
}
