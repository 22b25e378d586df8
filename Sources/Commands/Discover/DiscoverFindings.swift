import Addressing
import CMDB
import Discovery
import Evidence
import Notation
import Remote
import Storage

/// How to enter a machine over SSH in a discovery: only where a person has recorded its host key.
struct DiscoverShell: Sendable {
    let login: (user: String, key: Secret)?
    let port: UInt16
    let timeout: Duration
    let hostKeys: HostKeyStore
    let matcher: InventoryMatcher

    /// Nil where there is no login, or the port did not answer.
    func target(_ host: SweptHost) throws -> ShellTarget? {
        guard let login, host.openPorts.contains(port) else { return nil }
        var device = DiscoveredDevice()
        device.endpoints = [host.address]
        guard case .known(let id, _) = matcher.match(device) else {
            throw RemoteError(
                .hostKeyUnknown, subject: host.address.description,
                message:
                    "an SSH server answers, and no machine of the inventory with a recorded host key has this address")
        }
        let keys = try hostKeys.list(id).map(\.key)
        guard !keys.isEmpty else {
            throw RemoteError(
                .hostKeyUnknown, subject: id.description,
                message: "an SSH server answers, and no host key is recorded: see `hatang hostkey --help`")
        }
        return ShellTarget(
            subject: id.description, endpoint: Endpoint(address: host.address, port: port), user: login.user,
            credential: .privateKey(login.key, passphrase: nil), hostKeys: keys,
            connectTimeout: Swift.max(timeout, .seconds(5)))
    }
}

/// What a discovery found, as it is judged and told.
struct DiscoverFindings: Sendable {
    /// One device and where it belongs.
    struct Entry: Sendable {
        var device: DiscoveredDevice
        var credential: String?
        var match = InventoryMatch.new
        /// The record the facts are about; nil when the signs contradict each other.
        var subject: ObjectID?
        var addresses: String { device.endpoints.map(\.description).joined(separator: ", ") }
    }

    let swept: SweepReport
    private(set) var entries: [Entry] = []
    /// Addresses that answered something and told nothing.
    private(set) var unidentified: [SweptHost] = []
    private(set) var problems: [String] = []
    private(set) var interrupted = false

    init(swept: SweepReport) { self.swept = swept }

    /// Asked at the same time: each may keep hundreds of requests busy one after the other.
    private static let concurrency = 32

    mutating func identify(
        snmp: any SNMPClient, ssh: any RemoteShell, door: DiscoverShell, progress: @escaping @Sendable (Int) -> Void
    ) async {
        var results: [(SweptHost, Told)] = []
        await withTaskGroup(of: (SweptHost, Told).self) { group in
            var waiting = swept.alive[...]
            func start() {
                guard !Task.isCancelled, let host = waiting.popFirst() else { return }
                group.addTask { (host, await Told.ask(host, snmp, ssh, door)) }
            }
            for _ in 0..<Self.concurrency { start() }
            while let result = await group.next() {
                results.append(result)
                progress(results.count)
                start()
            }
        }
        interrupted = results.count < swept.alive.count
        results.sort { $0.0.address < $1.0.address }
        var credentials: [IPAddress: String] = [:]
        var devices: [DiscoveredDevice] = []
        for (host, told) in results {
            problems += told.problems
            if let device = told.device {
                devices.append(device)
                credentials[host.address] = host.credential
            } else {
                unidentified.append(host)
            }
        }
        entries = DiscoveredDevice.merged(devices).map { device in
            Entry(device: device, credential: device.endpoints.compactMap { credentials[$0] }.first)
        }
    }

    /// Which records they are; new ones get slugs that nobody has.
    mutating func judge(_ snapshot: Snapshot) {
        let matcher = InventoryMatcher(snapshot)
        var taken: Set<String> = []
        for place in entries.indices {
            let match = matcher.match(entries[place].device)
            entries[place].match = match
            switch match {
            case .known(let id, _): entries[place].subject = id
            case .ambiguous: entries[place].subject = nil
            case .new:
                let slug = ProposalFacts.slug(entries[place].device) { slug in
                    taken.contains(slug) || snapshot[ObjectID(.device, slug)] != nil
                }
                taken.insert(slug)
                entries[place].subject = ObjectID(.device, slug)
            }
        }
    }

    var counts: (identified: Int, new: Int, known: Int, ambiguous: Int) {
        var (new, known, ambiguous) = (0, 0, 0)
        for entry in entries {
            switch entry.match {
            case .new: new += 1
            case .known: known += 1
            case .ambiguous: ambiguous += 1
            }
        }
        return (entries.count, new, known, ambiguous)
    }

    /// The ledger's record: denominators, targets and the digest of the facts; no secrets.
    func ledger(targets: [String], facts: [Fact]) -> JSONValue {
        let counts = counts
        return [
            "targets": .array(targets.map { .string($0) }), "asked": .int(Int64(swept.asked)),
            "answered": .int(Int64(swept.alive.count)), "not_asked": .int(Int64(swept.notAsked)),
            "identified": .int(Int64(counts.identified)), "new": .int(Int64(counts.new)),
            "known": .int(Int64(counts.known)), "ambiguous": .int(Int64(counts.ambiguous)),
            "not_identified": .int(Int64(unidentified.count)), "facts": .int(Int64(facts.count)),
            "facts_sha256": .string(Digest.sha256Hex(facts.map(\.id).sorted().joined(separator: "\n").utf8)),
            "subjects": .array(entries.compactMap { $0.subject.map { .string($0.description) } }),
        ]
    }
}

/// What one address told of itself.
private struct Told: Sendable {
    var device: DiscoveredDevice?
    var problems: [String] = []

    static func ask(
        _ host: SweptHost, _ snmp: any SNMPClient, _ ssh: any RemoteShell, _ door: DiscoverShell
    ) async -> Told {
        var told = Told()
        if let target = host.agent {
            do {
                told.device = try await DeviceIdentification.identify(snmp: target, client: snmp)
            } catch {
                told.problems.append("\(error)")
            }
        } else if let problem = host.agentProblem, problem.code == .authentication {
            told.problems.append("\(problem)")
        }
        do {
            if let target = try door.target(host) {
                let byShell = try await DeviceIdentification.identify(shell: target, client: ssh)
                told.device = told.device.map { $0.merged(with: byShell) } ?? byShell
            }
        } catch {
            told.problems.append("\(error)")
        }
        return told
    }
}

// MARK: For people and programs

extension DiscoverFindings {
    var answer: Answer {
        Answer(
            json: json,
            table: TextTable(
                names: [
                    "address", "name", "manufacturer", "model", "role", "platform", "version", "serial", "interfaces",
                    "neighbours", "inventory",
                ], rows: entries.map(Self.row) + unidentified.map(Self.row),
                colour: { column, text in
                    guard column == 10 else { return nil }
                    return text.hasPrefix("+") ? .yellow : text.hasPrefix("!") ? .red : nil
                }), identifiers: entries.flatMap { $0.device.endpoints.map(\.description) })
    }

    private static func row(_ entry: Entry) -> [String] {
        let device = entry.device
        let place =
            switch entry.match {
            case .known(let id, _): id.description
            case .new: "+ \(entry.subject?.description ?? "")"
            case .ambiguous(let ids, _): "! \(ids.map(\.description).joined(separator: " "))"
            }
        return [
            entry.addresses, device.sysName?.value ?? "", device.manufacturer?.value.name ?? "",
            device.model?.value ?? "", device.role?.value ?? "", device.platform?.value ?? "",
            device.osVersion?.value ?? "", device.serial?.value ?? "", String(device.interfaces.count),
            String(device.neighbours.count), place,
        ]
    }

    private static func row(_ host: SweptHost) -> [String] {
        var signs: [String] = []
        if host.echo != nil { signs.append("echo") }
        signs += host.openPorts.map { "tcp/\($0)" }
        if host.refusedPort { signs.append("refuses") }
        return [
            host.address.description, "", "", "", "", "", "", "", "", "", "? " + signs.joined(separator: " "),
        ]
    }

    private var json: JSONValue {
        let counts = counts
        return [
            "asked": .int(Int64(swept.asked)), "answered": .int(Int64(swept.alive.count)),
            "silent": .int(Int64(swept.silent)), "not_asked": .int(Int64(swept.notAsked)),
            "refused_by_guard": .int(Int64(swept.refusedByGuard)), "identified": .int(Int64(counts.identified)),
            "new": .int(Int64(counts.new)), "known": .int(Int64(counts.known)),
            "ambiguous": .int(Int64(counts.ambiguous)), "devices": .array(entries.map(Self.json)),
            "not_identified": .array(unidentified.map(Self.json)),
            "problems": .array(problems.map { .string($0) }),
        ]
    }

    private static func json(_ entry: Entry) -> JSONValue {
        var members = entry.device.json.object ?? [:]
        var inventory: [String: JSONValue] = [:]
        inventory["subject"] = entry.subject.map { .string($0.description) }
        switch entry.match {
        case .new: inventory["match"] = "new"
        case .known(_, let signs):
            inventory["match"] = "known"
            inventory["by"] = .array(signs.map { .string($0) })
        case .ambiguous(let ids, let why):
            inventory["match"] = "ambiguous"
            inventory["candidates"] = .array(ids.map { .string($0.description) })
            inventory["why"] = .string(why)
        }
        members["inventory"] = .object(inventory)
        members["credential"] = entry.credential.map { .string($0) }
        return .object(members)
    }

    private static func json(_ host: SweptHost) -> JSONValue {
        var members: [String: JSONValue] = [
            "address": .string(host.address.description), "echo": .bool(host.echo != nil),
            "tcp_ports": .array(host.openPorts.map { .int(Int64($0)) }), "refuses": .bool(host.refusedPort),
        ]
        members["snmp"] = host.agentProblem.map { .string($0.code.description) }
        return .object(members)
    }
}
