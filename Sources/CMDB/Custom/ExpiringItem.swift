/// Something with a last day: support, a contract, a licence, a certificate, a password, a reservation.
public struct ExpiringItem: Hashable, Sendable {
    /// What ends.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        case softwareSupport = "software-eol"
        case platformSupport = "platform-eol"
        case deviceTypeSupport = "device-type-eol"
        case contract, licence, certificate, credential, document, circuit
        case warranty, reservation
        case flow = "flow-review"
    }

    /// Why it is on the list.
    public let reason: Reason
    /// Whose last day it is.
    public let object: ObjectID
    /// What people call it.
    public let name: String
    /// The last day, `YYYY-MM-DD`.
    public let date: String
    /// The field that says so.
    public let field: String
    /// Who has a problem then, sorted: machines, services, systems.
    public let affected: [ObjectID]
    /// The systems among or above the affected, sorted.
    public let systems: [ObjectID]

    /// Whether the last day is over on `today`.
    public func isPast(_ today: String) -> Bool { date < today }
}

extension ExpiringItem {
    private typealias Source = (kind: Kind, field: String, reason: Reason)

    private static let sources: [Source] = [
        (.software, "eol_date", .softwareSupport), (.platform, "eol_date", .platformSupport),
        (.deviceType, "eol_date", .deviceTypeSupport), (.contract, "expires", .contract),
        (.licence, "expires", .licence), (.certificate, "not_after", .certificate),
        (.credential, "expires", .credential), (.document, "expires", .document),
        (.circuit, "termination_date", .circuit), (.device, "warranty_until", .warranty),
        (.prefix, "reserved_until", .reservation), (.ipRange, "reserved_until", .reservation),
        (.ipAddress, "reserved_until", .reservation), (.flow, "expires", .flow),
    ]

    /// How many records of `snapshot` say a last day, in use or not: the denominator.
    public static func dated(in snapshot: Snapshot) -> Int {
        sources.reduce(0) { sum, source in
            sum + snapshot.objects(source.kind).count { $0.text(source.field) != nil }
        }
    }

    /// What ends on `until` or before, the oldest first. Products whose support ends count only where they are in use,
    /// and machines that are taken out of use do not count.
    /// - Parameter until: `YYYY-MM-DD`.
    public static func list(_ snapshot: Snapshot, until: String) -> [ExpiringItem] {
        var out: [ExpiringItem] = []
        let owners = systemsByMember(snapshot)
        for source in sources {
            for object in snapshot.objects(source.kind) {
                guard let date = object.text(source.field), date <= until, isInUse(object) else { continue }
                let affected = affected(object, source.reason, snapshot)
                switch source.reason {
                case .softwareSupport, .platformSupport, .deviceTypeSupport: if affected.isEmpty { continue }
                default: break
                }
                let systems = Set(
                    (affected + [object.id]).flatMap { id in
                        id.kind == .system ? [id] : Array(owners[id] ?? [])
                    })
                out.append(
                    ExpiringItem(
                        reason: source.reason, object: object.id, name: name(object), date: date, field: source.field,
                        affected: affected, systems: systems.sorted()))
            }
        }
        return out.sorted { ($0.date, $0.object) < ($1.date, $1.object) }
    }

    private static func name(_ object: Object) -> String {
        let name = object.text("name") ?? object.text("model") ?? object.id.key
        return object.text("version").map { name.contains($0) ? name : "\(name) \($0)" } ?? name
    }

    private static let unused: Set<String> = [
        "retired", "decommissioning", "decommissioned", "deprecated", "inventory",
    ]

    private static func isInUse(_ object: Object) -> Bool { !unused.contains(object.text("status") ?? "") }

    /// Who depends on it.
    private static func affected(_ object: Object, _ reason: Reason, _ snapshot: Snapshot) -> [ObjectID] {
        let fields: [String]
        switch reason {
        case .contract: return ids(["covers"], object)
        case .licence: return ids(["assigned_to"], object)
        case .certificate: return ids(["used_by"], object)
        case .flow: return ids(["systems"], object)
        case .warranty, .reservation: return reason == .warranty ? [object.id] : []
        case .circuit: return ids(["terminates_on", "site"], object)
        case .softwareSupport: fields = ["software"]
        case .platformSupport: fields = ["platform"]
        case .deviceTypeSupport: fields = ["device_type"]
        case .credential: fields = ["credentials"]
        case .document: fields = ["documents"]
        }
        let machines = snapshot.referrers(of: object.id).filter { fields.contains($0.field) }.map(\.from)
        return Set(machines).filter { snapshot[$0].map(isInUse) ?? false && $0.kind != .software }.sorted()
    }

    private static func ids(_ fields: [String], _ object: Object) -> [ObjectID] {
        Set(fields.flatMap { Snapshot.ids($0, in: object) }).sorted()
    }

    private static func systemsByMember(_ snapshot: Snapshot) -> [ObjectID: Set<ObjectID>] {
        var out: [ObjectID: Set<ObjectID>] = [:]
        for system in snapshot.objects(.system) {
            for id in Snapshot.ids("components", in: system) { out[id, default: []].insert(system.id) }
            for machine in snapshot.machines(of: system) { out[machine.id, default: []].insert(system.id) }
            for service in snapshot.referrers(of: system.id, kind: .service, field: "system") {
                out[service.id, default: []].insert(system.id)
            }
        }
        return out
    }
}
