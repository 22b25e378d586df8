import Addressing
import CMDB
import Evidence
import Foundation
import Notation
import Probing
import Remote
import Synchronization
import TestSupport

/// Answers from a table of instances; asks nobody.
final class FakeAgent: SNMPClient {
    let table: [OID: SNMPValue]
    let failure: RemoteError?
    private let asked = Mutex<[String]>([])
    let flight = Flight()

    init(_ table: [String: SNMPValue] = [:], failure: RemoteError? = nil) {
        var parsed: [OID: SNMPValue] = [:]
        for (text, value) in table { if let oid = OID(dotted: text) { parsed[oid] = value } }
        self.table = parsed
        self.failure = failure
    }

    var requests: [String] { asked.withLock { $0 } }

    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        asked.withLock { $0.append("get \(target.subject)") }
        if let failure { throw failure }
        return await flight.during(target.subject) {
            oids.map { VarBind($0, self.table[$0] ?? .noSuchInstance) }
        }
    }

    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] {
        asked.withLock { $0.append("walk \(target.subject) \(root)") }
        if let failure { throw failure }
        let rows = table.keys.filter { $0.isWithin(root) && $0 != root }.sorted()
        if rows.count > limit {
            throw RemoteError(.tooLarge, subject: target.subject, message: "more than \(limit) rows")
        }
        return rows.compactMap { oid in self.table[oid].map { VarBind(oid, $0) } }
    }
}

/// Counts what is under way at the same time, in all and per subject.
final class Flight: Sendable {
    private struct State {
        var now: [String: Int] = [:]
        var most = 0
        var mostPerSubject = 0
    }
    private let state = Mutex(State())
    var most: Int { state.withLock { $0.most } }
    var mostPerSubject: Int { state.withLock { $0.mostPerSubject } }

    func during<R>(_ subject: String, _ body: () throws -> R) async rethrows -> R {
        state.withLock { state in
            state.now[subject, default: 0] += 1
            state.most = max(state.most, state.now.values.reduce(0, +))
            state.mostPerSubject = max(state.mostPerSubject, state.now[subject] ?? 0)
        }
        defer { state.withLock { $0.now[subject, default: 1] -= 1 } }
        for _ in 0..<20 { await Task.yield() }
        return try body()
    }
}

/// A shell that answers each script with what a closure says.
final class FakeShell: RemoteShell {
    typealias Answer = @Sendable (String) throws -> CommandResult
    private let answer: Answer
    private let openFailure: RemoteError?
    private let counts = Mutex((opened: 0, closed: 0, runs: 0))

    init(openFailure: RemoteError? = nil, _ answer: @escaping Answer = { _ in FakeShell.result("") }) {
        self.answer = answer
        self.openFailure = openFailure
    }

    var opened: Int { counts.withLock { $0.opened } }
    var closed: Int { counts.withLock { $0.closed } }
    var runs: Int { counts.withLock { $0.runs } }

    static func result(_ text: String, status: Int = 0, errors: String = "") -> CommandResult {
        CommandResult(
            stdout: Array(text.utf8), stderr: Array(errors.utf8), termination: .exit(status), duration: .zero)
    }

    func open(_ target: ShellTarget) async throws -> any ShellSession {
        counts.withLock { $0.opened += 1 }
        if let openFailure { throw openFailure }
        return Session(shell: self)
    }

    func hostKey(of endpoint: Endpoint, subject: String, timeout: Duration) async throws -> HostKey {
        throw RemoteError(.unsupported, subject: subject, message: "not scripted")
    }

    struct Session: ShellSession {
        let shell: FakeShell
        func run(_ command: RemoteCommand) async throws -> CommandResult {
            shell.counts.withLock { $0.runs += 1 }
            return try shell.answer(String(decoding: command.input, as: UTF8.self))
        }
        func close() async { shell.counts.withLock { $0.closed += 1 } }
    }
}

struct FakeTLS: TLSInspector {
    var result: Result<TLSReport, RemoteError> = .failure(
        RemoteError(.unsupported, subject: "-", message: "not scripted"))
    func inspect(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> TLSReport
    { try result.get() }
}

struct FakeTCP: TCPConnector {
    var result: Result<Duration, RemoteError> = .failure(
        RemoteError(.unsupported, subject: "-", message: "not scripted"))
    func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration {
        try result.get()
    }
}

struct FakeSecrets: SecretResolver {
    var secrets: [String: String] = [:]
    var broken = false
    struct Broken: Error {}
    func secret(_ name: String) throws -> Secret? {
        if broken { throw Broken() }
        return secrets[name].map { Secret($0) }
    }
}

struct FakeHostKeys: HostKeyResolver {
    var keys: [HostKey] = []
    func recordedHostKeys(of subject: ObjectID, at endpoint: Endpoint) throws -> [HostKey] { keys }
}

/// Small inventories, probes and contexts.
enum World {
    static let moment = Timestamp(milliseconds: 1_795_000_000_000)

    static func device(
        _ slug: String, address: String? = "127.0.10.1", monitoring: [String: JSONValue]? = nil,
        _ extra: [String: JSONValue] = [:]
    ) -> Object {
        var fields: [String: JSONValue] = ["slug": .string(slug), "name": .string(slug)]
        fields["primary_ip4"] = address.map { .string($0) }
        fields["monitoring"] = monitoring.map { .object($0) }
        return Object(id: ObjectID(.device, slug), fields: fields.merging(extra) { $1 })
    }

    static let snmp: [String: JSONValue] = ["snmp_version": "v2c", "snmp_community": "secret://c"]
    static let ssh: [String: JSONValue] = [
        "ssh_user": "probe", "ssh_key": "secret://k", "ssh_host_keys": ["ssh-ed25519 SHA256:abc"],
    ]

    /// Kinds by name, and `name=SLUG`.
    static func query(_ snapshot: Snapshot) -> ObjectQuery {
        { selector in
            if let kind = Kind(rawValue: selector) { return snapshot.objects(kind) }
            guard selector.hasPrefix("name=") else { throw FakeSecrets.Broken() }
            return snapshot.all.filter { $0.id.key == selector.dropFirst(5) }
        }
    }

    static func context(
        _ objects: [Object], secrets: FakeSecrets = FakeSecrets(secrets: ["c": "public", "k": "KEY"]),
        hostKeys: FakeHostKeys = FakeHostKeys(), allowed: @escaping @Sendable (Endpoint) -> Bool = { _ in true }
    ) -> ProbePlan.Context {
        let snapshot = Snapshot(objects)
        return ProbePlan.Context(
            snapshot: snapshot, query: query(snapshot), secrets: secrets, hostKeys: hostKeys, allowed: allowed)
    }

    static func library(_ texts: String...) throws -> ProbeLibrary {
        try ProbeLibrary(files: texts.enumerated().map { (name: "probe\($0).yaml", text: $1) })
    }

    static func runner(
        snmp: FakeAgent = FakeAgent(), shell: FakeShell = FakeShell(), tls: FakeTLS = FakeTLS(),
        tcp: FakeTCP = FakeTCP(), concurrency: Int = 8
    ) -> ProbeRunner {
        ProbeRunner(
            ProbeRunner.Adapters(snmp: snmp, shell: shell, tls: tls, tcp: tcp), concurrency: concurrency,
            now: { moment })
    }

    static func shipped() throws -> ProbeLibrary { try ProbeLibrary(folder: repositoryRoot + "/Probes") }
}

let tcpProbe = """
    name: port
    kind: tcp
    description: d
    applies_to: device
    interval: 1m
    timeout: 3s
    valid_for: 5m
    collect: { fact: tcp.port }
    """

let snmpProbe = """
    name: sys
    kind: snmp
    description: d
    applies_to: device
    interval: 1m
    timeout: 3s
    valid_for: 5m
    collect:
      scalars:
        - fact: snmp.system
          fields:
            - { field: sys_name, object: sysName, oid: 1.3.6.1.2.1.1.5.0, as: text }
    """

let sshProbe = """
    name: base
    kind: ssh
    description: d
    applies_to: device
    interval: 1m
    timeout: 3s
    valid_for: 5m
    collect:
      - { fact: a.one, parse: int, command: ONE, unit: s, metrics: [{ metric: m.one, unit: s }] }
      - { fact: a.two, parse: text, command: TWO, optional: true }
      - { facts: { a.x: x, a.y: y }, parse: key-value, command: THREE }
    """
