import Evidence
import Foundation
import Notation
import Storage

/// The composition root of one command: settings, console, and the parts wired together on first use.
struct Session: Sendable {
    /// The environment of this task; tests put their own here.
    @TaskLocal static var environment: [String: String] = ProcessInfo.processInfo.environment

    let console: Console
    /// The data folder.
    let data: String
    let environment: [String: String]
    /// The moment all answers are about; nil is now.
    let asOf: AsOf?
    /// Seconds to wait for another writer; nil leaves it to the command.
    let wait: Double?

    init(options: GlobalOptions) throws {
        let environment = Self.environment
        self.environment = environment
        var language = options.lang
        if language == nil, let text = environment["HATANG_LANG"], !text.isEmpty {
            guard let known = Language(rawValue: text) else {
                throw CommandFailure(.usage, "HATANG_LANG is \"\(text)\": set it to vi or en")
            }
            language = known
        }
        console = Console(
            format: options.format, language: language ?? .vi, quiet: options.quiet, verbose: options.verbose,
            noColour: options.noColor, environment: environment)
        data = try Self.dataFolder(options.data, environment)
        asOf = try Self.asOf(options.asOf, environment, console)
        wait = options.wait
    }

    private static func dataFolder(_ given: String?, _ environment: [String: String]) throws -> String {
        if let given {
            guard !given.isEmpty else { throw CommandFailure(.usage, "--data is empty: give a folder") }
            return given
        }
        if let folder = environment["HATANG_DATA"], !folder.isEmpty { return folder }
        if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") { return folder + "/hatang" }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw CommandFailure(.usage, "no data folder: HOME is not set; give --data DIR or set HATANG_DATA")
        }
        return home + "/.local/share/hatang"
    }

    /// The moment now.
    func now() -> Timestamp { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    /// Who gives the command, for the ledger.
    var actor: String {
        for name in ["HATANG_ACTOR", "SUDO_USER", "LOGNAME", "USER"] {
            if let value = environment[name], !value.isEmpty { return value }
        }
        return "uid-\(getuid())"
    }

    /// The login name of this process, used where a machine's record names no SSH user.
    var loginName: String { environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? NSUserName() }

    /// Whether only loopback may be contacted (the lab, demos and tests).
    var loopbackOnly: Bool { environment["HATANG_LOOPBACK_ONLY"] == "1" }
}
