import ArgumentParser

extension Language: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}

/// Flags that every command spells alike.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Data folder: database, samples, keys. Default: $HATANG_DATA, else the user's data folder.",
            valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(name: .long, help: "How data is written on stdout: table, json, csv or yaml.")
    var format: OutputFormat = .table

    @Option(name: .long, help: "Language of summaries and reports: vi or en. Default: $HATANG_LANG, else vi.")
    var lang: Language?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Answer as of then: 2026-06-30T12:00 (the machine's zone unless one is written), a day, or a ledger record.",
            valueName: "moment"))
    var asOf: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seconds to wait while another program writes. Default: 0, refused at once; 30 where addresses are given out.",
            valueName: "s")
    )
    var wait: Double?

    @Flag(name: .long, help: "No colour (also with NO_COLOR, and when the output is no terminal).")
    var noColor = false

    @Flag(name: [.short, .long], help: "Identifiers only, no summary.")
    var quiet = false

    @Flag(name: [.customShort("v"), .long], help: "Tell more on stderr.")
    var verbose = false

    func validate() throws {
        if let wait, !(0...3_600).contains(wait) { throw ValidationError("--wait takes 0 to 3600 seconds") }
    }
}

extension GlobalOptions {
    /// Moves common options that stand before the noun behind everything else: `hatang --format json audit verify`.
    static func behindTheNoun(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var moved: [String] = []
        while let first = rest.first, first.hasPrefix("-") {
            if ["--data", "--format", "--lang", "--as-of", "--wait"].contains(first), rest.count > 2 {
                moved += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if ["--no-color", "--quiet", "-q", "--verbose", "-v"].contains(first)
                || ["--data=", "--format=", "--lang=", "--as-of=", "--wait="].contains(where: first.hasPrefix)
            {
                moved.append(first)
                rest = rest.dropFirst()
            } else {
                return arguments
            }
        }
        return rest.isEmpty ? arguments : Array(rest) + moved
    }
}

/// A command of the suite: options, then work inside a session.
protocol SuiteCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }
    func run(in session: Session) async throws
}

extension SuiteCommand {
    mutating func run() async throws {
        let session = try Session(options: global)
        do {
            try await run(in: session)
        } catch let status as ExitStatus {
            try requireUse(session)
            throw status
        }
        try requireUse(session)
    }

    /// Who asks about the past must not take an answer about now for it.
    private func requireUse(_ session: Session) throws {
        guard let asOf = session.asOf, !asOf.wasUsed else { return }
        throw CommandFailure(
            .usage, "--as-of \(asOf.text) had no effect: this command's answer is not about the inventory's past")
    }
}
