import Addressing
public import Remote

/// How much may be asked of one device.
public struct IdentificationLimits: Sendable, Equatable {
    /// Rows of one column; a table with more is left out with a note.
    public var rows: Int
    /// From the first question; what is not asked by then is noted as skipped.
    public var time: Duration
    /// Questions and walks in all.
    public var requests: Int

    /// Creates limits; the defaults suit a chassis of some thousand interfaces.
    public init(rows: Int = 20_000, time: Duration = .seconds(90), requests: Int = 400) {
        self.rows = rows
        self.time = time
        self.requests = requests
    }
}

/// Asks one agent what it is: the system group first, then the standard tables, then the objects of its maker that the
/// rules name. A table that fails leaves a note; only silence to the first question is an error.
public struct SNMPIdentification: Sendable {
    private let client: any SNMPClient
    private let limits: IdentificationLimits
    private let clock: any Clock<Duration>

    /// Asks through `client`; `clock` measures the time limit.
    public init(
        client: any SNMPClient, limits: IdentificationLimits = IdentificationLimits(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.client = client
        self.limits = limits
        self.clock = clock
    }

    /// The device behind `target`, as far as it tells.
    /// - Throws: ``RemoteError`` when it does not answer the system group: silent, refused, not authenticated.
    public func identify(_ target: SNMPTarget) async throws -> DiscoveredDevice {
        var interview = Interview(
            client: client, target: target, limits: limits, deadline: Deadline(clock, limits.time))
        try await interview.system()
        await interview.standard()
        await interview.vendor()
        let binds = interview.binds
        var device = Identifier().identify(binds)
        device.endpoints = [target.endpoint.address]
        device.notes = interview.notes + Self.absences(device, interview.notes)
        return device
    }

    /// Parts that were asked for and are not there, so that no empty list is silent.
    private static func absences(_ device: DiscoveredDevice, _ notes: [DiscoveryNote]) -> [DiscoveryNote] {
        let failed = Set(notes.map(\.part))
        let parts: [(String, Bool)] = [
            ("interfaces", device.interfaces.isEmpty),
            ("addresses", device.interfaces.allSatisfy(\.addresses.isEmpty)),
            ("vlans", device.vlans.isEmpty), ("neighbours", device.neighbours.isEmpty),
            ("entities", device.entities.isEmpty), ("memory", device.memory == nil),
            ("storage", device.storage.isEmpty), ("cpus", device.cpus.isEmpty), ("sensors", device.sensors.isEmpty),
            ("manufacturer", device.manufacturer == nil), ("model", device.model == nil),
            ("serial", device.serial == nil), ("os_version", device.osVersion == nil), ("role", device.role == nil),
        ]
        return parts.filter { $0.1 && !failed.contains($0.0) }.map {
            DiscoveryNote(part: $0.0, reason: .absent, message: "asked for; the device offers nothing we can read")
        }
    }
}

/// A moment on a clock of any kind.
struct Deadline: Sendable {
    private let hasPassed: @Sendable () -> Bool

    init(_ clock: any Clock<Duration>, _ time: Duration) { hasPassed = Self.check(clock, time) }

    private static func check<C: Clock>(_ clock: C, _ time: Duration) -> @Sendable () -> Bool
    where C.Duration == Duration {
        let end = clock.now.advanced(by: time)
        return { clock.now >= end }
    }

    var passed: Bool { hasPassed() }
}

/// One conversation with one agent.
struct Interview {
    let client: any SNMPClient
    let target: SNMPTarget
    let limits: IdentificationLimits
    let deadline: Deadline
    private(set) var binds: [VarBind] = []
    private(set) var notes: [DiscoveryNote] = []
    private var requests = 0
    private var silences = 0

    /// After so many unanswered questions in a row, the rest is not asked.
    private static let patience = 3
    /// Names in one GET: the answer stays within one packet.
    private static let batch = 16

    init(client: any SNMPClient, target: SNMPTarget, limits: IdentificationLimits, deadline: Deadline) {
        self.client = client
        self.target = target
        self.limits = limits
        self.deadline = deadline
    }

    private var id: OID? { if case .oid(let oid) = value(Names.sysObjectID) { oid } else { nil } }
    private func value(_ oid: OID) -> SNMPValue? { binds.first { $0.oid == oid && !$0.value.isException }?.value }
    private var descr: String { value(Names.sysDescr)?.text ?? "" }

    mutating func system() async throws {
        do {
            binds += try await client.get(Names.system, from: target)
        } catch let error as RemoteError where error.code == .remote {
            // A v1 agent refuses the whole question for one name it does not know.
            for oid in Names.system { binds += (try? await client.get([oid], from: target)) ?? [] }
            if binds.isEmpty { throw error }
        }
        requests += 1
    }

    mutating func standard() async {
        await scalars(UPSReader.scalars, part: "ups")
        await scalars(HostReader.scalars + HostReader.linuxScalars, part: "memory")
        await tables(InterfaceReader.tables, part: "interfaces")
        await tables(AddressReader.tables, part: "addresses")
        await tables(EntityReader.tables, part: "entities")
        await tables(SensorReader.tables, part: "sensors")
        await tables(HostReader.tables, part: "storage")
        await tables(VLANReader.tables, part: "vlans")
        await tables(NeighbourReader.tables, part: "neighbours")
        await tables(NeighbourReader.second, part: "neighbours")
        await tables(InterfaceReader.bundles, part: "bundles")
        if UPSReader.isPresent(Answers(binds)) { await tables(UPSReader.tables, part: "ups") }
        await tables(PrinterReader.general, part: "printer")
        let answers = Answers(binds)
        if PrinterReader.isPresent(answers) {
            await tables(PrinterReader.supplies, part: "sensors")
        }
        await tables(PrinterReader.powerOverEthernet, part: "sensors")
        if binds.contains(where: { $0.oid.isWithin([1, 3, 6, 1, 4, 1, 2021]) && !$0.value.isException }) {
            await tables(HostReader.linux + SensorReader.linux, part: "storage")
        }
    }

    mutating func vendor() async {
        let rules = IdentityRules.shipped
        if id?.isWithin([1, 3, 6, 1, 4, 1, 9]) ?? false {
            await tables(AddressReader.cisco, part: "addresses")
            await tables(SensorReader.cisco, part: "sensors")
            await tables(VLANReader.cisco, part: "vlans")
        }
        if id?.isWithin([1, 3, 6, 1, 4, 1, 2011]) ?? false { await tables(VLANReader.huawei, part: "vlans") }
        if [9, 11, 14179, 25506, 6027].contains(where: { id?.isWithin([1, 3, 6, 1, 4, 1, $0]) ?? false }) {
            await tables(NeighbourReader.cisco, part: "neighbours")
        }
        let named = rules.matching(id: id, descr: descr, Answers(binds))
        // Agents that many makers ship say nothing of the maker: objects that only one maker has do.
        let generic = rules.manufacturer(of: id).map { ["net-snmp", "microsoft"].contains($0.slug) } ?? true
        if generic && !named.contains(where: { $0.isCertain && $0.rule.manufacturer != nil && !$0.rule.ids.isEmpty }) {
            await scalars(rules.rules.flatMap(\.signs), part: "manufacturer")
        }
        let matches = rules.matching(id: id, descr: descr, Answers(binds))
        for match in matches {
            let known = Set(binds.map(\.oid))
            await scalars(match.rule.oids.filter { $0.parts.last == 0 && !known.contains($0) }, part: match.rule.name)
            for column in Self.groups(match.rule) { await tables([column], part: match.rule.name) }
        }
    }

    /// Columns of one reading side by side; texts one by one.
    private static func groups(_ rule: IdentityRule) -> [[OID]] {
        let readings = rule.cpus + rule.memory + rule.storage + rule.sensors + rule.power
        var seen: Set<OID> = []
        var out = readings.map { reading in reading.oids.filter { $0.parts.last != 0 && seen.insert($0).inserted } }
        for oid in rule.oids where oid.parts.last != 0 && seen.insert(oid).inserted { out.append([oid]) }
        return out.filter { !$0.isEmpty }
    }

    private mutating func mayAsk(_ part: String) -> Bool {
        if Task.isCancelled || silences >= Self.patience || requests >= limits.requests || deadline.passed {
            let why =
                Task.isCancelled
                ? "the run was stopped"
                : silences >= Self.patience
                    ? "the device has fallen silent" : "time or questions for one device are used up"
            if !notes.contains(where: { $0.part == part && $0.reason == .skipped }) {
                notes.append(DiscoveryNote(part: part, reason: .skipped, message: why))
            }
            return false
        }
        requests += 1
        return true
    }

    private mutating func failed(_ part: String, _ error: any Error) {
        let remote = error as? RemoteError
        if remote?.code == .timeout { silences += 1 } else { silences = 0 }
        let reason: DiscoveryNote.Reason = remote?.code == .tooLarge ? .cut : .failed
        let message = OneLine.clean(remote.map { "\($0.message) (\($0.code))" } ?? "no answer we can read")
        if !notes.contains(where: { $0.part == part && $0.message == message }) {
            notes.append(DiscoveryNote(part: part, reason: reason, message: message))
        }
    }

    private mutating func scalars(_ oids: [OID], part: String) async {
        var rest = oids[...]
        while !rest.isEmpty, mayAsk(part) {
            let some = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(Self.batch)
            do {
                binds += try await client.get(some, from: target)
                silences = 0
            } catch let error as RemoteError where error.code == .remote || error.code == .tooLarge {
                for oid in some where mayAsk(part) { binds += (try? await client.get([oid], from: target)) ?? [] }
            } catch {
                failed(part, error)
            }
        }
    }

    private mutating func tables(_ tables: [[OID]], part: String) async {
        for columns in tables where mayAsk(part) {
            do {
                for column in try await client.table(columns, from: target, limit: limits.rows) { binds += column }
                silences = 0
            } catch let error as RemoteError where error.code != .timeout && columns.count > 1 {
                // One bad column must not cost the others.
                for column in columns where mayAsk(part) {
                    do {
                        binds += try await client.walk(column, from: target, limit: limits.rows)
                        silences = 0
                    } catch {
                        failed(part, error)
                    }
                }
            } catch {
                failed(part, error)
            }
        }
    }
}
