public import CMDB
public import Evidence
public import Notation

/// One thing that is not as the inventory says.
public struct Difference: Sendable, Equatable {
    /// The device or virtual machine.
    public let subject: ObjectID
    /// What differs: `interface[eth0].mtu`, `address[10.0.0.1]`, `platform.os_id`, `serial`, `sys_name`.
    public let field: String
    /// What the inventory says; null when it says that there is none.
    public let expected: JSONValue
    /// What was seen; null when it was not there.
    public let observed: JSONValue
    /// The evidence.
    public let factID: String

    /// `d-` and 12 hex digits of the SHA-256 of subject, field, expectation and observation: as long as the same thing
    /// differs in the same way it has the same id, whichever probe saw it last.
    public var id: String {
        let text = JSONValue.array([.string(subject.description), .string(field), expected, observed]).canonical
        return "d-" + Digest.sha256Hex(text.utf8).prefix(12)
    }

    /// All of it, for output.
    public var json: JSONValue {
        .object([
            "id": .string(id), "subject": .string(subject.description), "field": .string(field), "expected": expected,
            "observed": observed, "fact": .string(factID),
        ])
    }
}

/// Something that could not be compared, and why.
public struct NotCompared: Sendable, Equatable {
    /// The device or virtual machine.
    public let subject: ObjectID
    /// What.
    public let field: String
    /// Why not.
    public let reason: String
}

/// Facts against the inventory.
public struct DriftReport: Sendable, Equatable {
    /// In one word, for the exit code.
    public enum Verdict: String, Sendable {
        /// Something was compared and nothing differs (0).
        case inSync = "in-sync"
        /// Something differs (2).
        case differs
        /// Nothing differs; some machines were not observed (3).
        case partial
        /// No fact was at hand, or none that the inventory says anything about: nothing is known (3).
        case nothingCompared = "nothing-compared"
        /// There is no machine to look at (6).
        case nothingToDo = "nothing-to-do"
    }
    /// By subject, then field.
    public let differences: [Difference]
    /// How many values were held against each other.
    public let compared: Int
    /// By subject, then field.
    public let notCompared: [NotCompared]
    /// Machines with at least one fact that may be believed.
    public let observed: [ObjectID]
    /// Machines without.
    public let notObserved: [ObjectID]
    /// Machines that a discovery saw and the inventory does not have.
    public var unknown: [ObjectID] { differences.filter { $0.field == "device" }.map(\.subject) }

    /// In one word, for the exit code.
    public var verdict: Verdict {
        if observed.isEmpty, notObserved.isEmpty, differences.isEmpty { return .nothingToDo }
        if !differences.isEmpty { return .differs }
        if compared == 0 { return .nothingCompared }
        return notObserved.isEmpty ? .inSync : .partial
    }
}

/// Holds facts against what the inventory says.
public struct Drift: Sendable {
    /// What is not worth a difference.
    public struct Options: Sendable {
        /// Names of interfaces that the inventory need not list; `*` at the end stands for anything, case does not
        /// count. When the inventory does list one, it is compared as any other.
        public var ignoredInterfaces: [String]
        /// Creates options; by default loopbacks and what machines make up by themselves.
        public init(
            ignoredInterfaces: [String] = [
                "lo", "lo0", "loopback*", "null*", "sit0", "ip6tnl0", "tunl0", "gre0", "gretap0", "erspan0", "docker0",
                "veth*", "virbr*", "cali*", "cni*", "br-*",
            ]
        ) {
            self.ignoredInterfaces = ignoredInterfaces
        }

        func ignores(_ name: String) -> Bool {
            let name = name.lowercased()
            return ignoredInterfaces.contains { pattern in
                let pattern = pattern.lowercased()
                return pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
            }
        }
    }

    private let snapshot: Snapshot
    private let options: Options

    /// Compares against `snapshot`.
    public init(_ snapshot: Snapshot, options: Options = Options()) {
        self.snapshot = snapshot
        self.options = options
    }

    /// Compares.
    /// - Parameters:
    ///   - facts: current facts; of one subject and name the newest that may be believed at `moment` counts.
    ///   - machines: devices and virtual machines to look at; nil: all of the inventory.
    public func report(facts: [Fact], machines: [Object]? = nil, at moment: Timestamp) -> DriftReport {
        var bySubject: [ObjectID: [String: Fact]] = [:]
        for fact in facts where fact.isValid(at: moment) {
            if let known = bySubject[fact.subject]?[fact.name], known.observedAt >= fact.observedAt { continue }
            bySubject[fact.subject, default: [:]][fact.name] = fact
        }
        let scope = (machines ?? snapshot.objects(.device) + snapshot.objects(.virtualMachine))
            .filter { $0.id.kind == .device || $0.id.kind == .virtualMachine }.sorted { $0.id < $1.id }
        var comparison = DriftComparison()
        var observed: [ObjectID] = []
        var notObserved: [ObjectID] = []
        for machine in scope {
            guard let known = bySubject[machine.id] else {
                notObserved.append(machine.id)
                continue
            }
            observed.append(machine.id)
            compare(machine, known, &comparison)
        }
        if machines == nil {
            let discovered = DiscoveredComparison(snapshot: snapshot)
            for (subject, known) in bySubject.sorted(by: { $0.key < $1.key }) where snapshot[subject] == nil {
                discovered.compareUnknown(subject, known, &comparison)
            }
        }
        if bySubject.values.contains(where: { $0["discovery.neighbours"] != nil }) {
            CableComparison(snapshot, bySubject).compare(machines.map { Set($0.map(\.id)) }, &comparison)
        }
        return DriftReport(
            differences: comparison.differences.sorted { ($0.subject, $0.field) < ($1.subject, $1.field) },
            compared: comparison.compared,
            notCompared: comparison.notCompared.sorted { ($0.subject, $0.field) < ($1.subject, $1.field) },
            observed: observed, notObserved: notObserved)
    }

    private func compare(_ machine: Object, _ facts: [String: Fact], _ out: inout DriftComparison) {
        out.subject = machine.id
        compareSystem(machine, facts, &out)
        compareName(machine, facts["snmp.system"], &out)
        compareSerial(machine, facts, &out)
        let names = InterfaceComparison(snapshot: snapshot, options: options, machine: machine)
        names.compareInterfaces(facts["snmp.interfaces"], &out)
        names.compareAddresses(facts["snmp.addresses"], interfaces: facts["snmp.interfaces"], &out)
        DiscoveredComparison(snapshot: snapshot).compareKnown(machine, facts, &out)
    }

    private func compareSystem(_ machine: Object, _ facts: [String: Fact], _ out: inout DriftComparison) {
        let platform = snapshot.target(of: "platform", in: machine)
        for (field, factName) in [("os_id", "os.id"), ("version", "os.version_id")] {
            let name = "platform.\(field)"
            guard let expected = platform?.text(field) else {
                out.leave(name, "the inventory does not state it")
                continue
            }
            guard let fact = facts[factName], let observed = fact.value.string else {
                out.leave(name, "there is no fact \(factName)")
                continue
            }
            let same = field == "version" ? Self.isVersion(observed, within: expected) : expected == observed
            out.hold(name, .string(expected), .string(observed), same, fact)
        }
    }

    /// Whether `observed` is `expected` or one of its minor versions: 12.4 is within 12, 120 is not.
    static func isVersion(_ observed: String, within expected: String) -> Bool {
        let a = observed.lowercased().split(separator: ".")
        return a.starts(with: expected.lowercased().split(separator: "."))
    }

    private func compareName(_ machine: Object, _ fact: Fact?, _ out: inout DriftComparison) {
        guard let fact, let observed = fact.value["sys_name"]?.string, !observed.isEmpty else {
            return out.leave("sys_name", "there is no sysName")
        }
        func label(_ text: String) -> String { text.split(separator: ".").first.map { $0.lowercased() } ?? "" }
        let expected = [machine.text("name"), machine.id.key].compactMap { $0 }
        let same = expected.contains { $0.lowercased() == observed.lowercased() || label($0) == label(observed) }
        out.hold("sys_name", .string(machine.id.key), .string(observed), same, fact)
    }

    private func compareSerial(_ machine: Object, _ facts: [String: Fact], _ out: inout DriftComparison) {
        guard let expected = machine.text("serial") else {
            return out.leave("serial", "the inventory does not state it")
        }
        if let fact = facts["hardware.serial"], let observed = fact.value.string {
            return out.hold(
                "serial", .string(expected), .string(observed), expected.lowercased() == observed.lowercased(), fact)
        }
        // ENTITY-MIB: entPhysicalClass chassis(3), stack(11); a stack has one serial number per member.
        if let fact = facts["snmp.entities"] {
            let serials = (fact.value.array ?? []).filter { $0["class"]?.int == 3 || $0["class"]?.int == 11 }
                .compactMap { $0["serial"]?.string }.filter { !$0.isEmpty }
            if let first = serials.first {
                let same = serials.contains { $0.lowercased() == expected.lowercased() }
                return out.hold("serial", .string(expected), .string(first), same, fact)
            }
        }
        out.leave("serial", "there is no fact hardware.serial or snmp.entities")
    }
}

/// What has been compared so far.
struct DriftComparison {
    var subject = ObjectID(.device, "-")
    var differences: [Difference] = []
    var compared = 0
    var notCompared: [NotCompared] = []

    mutating func hold(_ field: String, _ expected: JSONValue, _ observed: JSONValue, _ same: Bool, _ fact: Fact) {
        compared += 1
        if same { return }
        differences.append(
            Difference(subject: subject, field: field, expected: expected, observed: observed, factID: fact.id))
    }

    mutating func leave(_ field: String, _ reason: String) {
        notCompared.append(NotCompared(subject: subject, field: field, reason: reason))
    }
}
