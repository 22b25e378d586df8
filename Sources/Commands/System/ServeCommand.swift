import ArgumentParser
import CMDB
import Evidence
import Foundation
import Logging
import Notation
import Storage
import Web

/// The HTTP API and start page.
struct ServeCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve inventory, facts and the newest assessment over HTTP, read-only, on loopback.",
        discussion: """
            There is no log-in yet, so only loopback addresses are accepted; put a proxy with log-in before it
            (it must send a loopback Host header, as nginx does by default: others are answered with 421).

            Examples:
              hatang serve
              hatang serve --port 9000 & curl -s http://127.0.0.1:9000/api/v1/objects/system | jq length

            Exit codes: 0 stopped by a signal, 6 no inventory, 69 the port is taken, 77 not a loopback address.
            """)
    @Option(help: "Loopback address to listen on.") var host = "127.0.0.1"
    @Option(help: "TCP port; 0 takes a free one and says which.") var port = 8080
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port \(port) is no port: 0 to 65535") }
    }

    func run(in session: Session) async throws {
        guard host == "::1" || host == "localhost" || host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
        else {
            throw CommandFailure(
                .notPermitted,
                "\(host) is no loopback address: listen on 127.0.0.1 and put a proxy with log-in before it")
        }
        let database = try session.database()
        _ = try session.inventory(database)
        let server = WebServer(
            source: StoredSource(database: database, session: session), logger: session.logger("web"))
        do {
            try await server.run(host: host, port: port) { bound in
                session.console.say(
                    vi: "Đang phục vụ tại http://\(host):\(bound) (Ctrl-C để dừng).",
                    en: "Serving on http://\(host):\(bound) (Ctrl-C stops).")
            }
        } catch is CancellationError {
            return
        } catch {
            throw CommandFailure(.unavailable, "cannot listen on \(host):\(port): \(error); choose another --port")
        }
    }
}

/// The web room's reader over storage.
struct StoredSource: WebSource {
    let database: Database
    let session: Session

    func snapshot() throws -> Snapshot { try database.snapshot() }
    func facts(of subject: ObjectID?) throws -> [Fact] { try database.currentFacts(of: subject) }
    func latestAssessment() throws -> JSONText? { try database.latestAssessment().map { JSONText($0.json.pretty) } }
    func now() -> Timestamp { session.now() }
}

extension Session {
    /// A logger to stderr at the level that the flags ask for.
    func logger(_ label: String) -> Logger {
        var logger = Logger(label: "hatang." + label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = console.verbose ? .debug : .warning
        return logger
    }
}
