import Addressing
public import CMDB

/// All address space of an inventory, one ``AddressSpace`` for each routing table.
public struct AddressBook: Sendable {
    /// The day for which reservations are judged, such as `2026-11-21`.
    public let today: String
    /// The inventory it was made from.
    public let snapshot: Snapshot
    /// Reservations that hold their space although they are over.
    public let kept: Set<ObjectID>
    private let byVRF: [String: AddressSpace]

    /// Reads prefixes, segments, ranges and addresses of `snapshot`.
    ///
    /// Records whose texts are no addresses are left out: ``AddressChecks`` and the loader tell of them.
    /// - Parameters:
    ///   - today: ISO 8601 day; a reservation whose `reserved_until` lies before it is over.
    ///   - kept: Reservations that hold their space although they are over, such as those that files would bring back.
    public init(_ snapshot: Snapshot, today: String, kept: Set<ObjectID> = []) {
        self.snapshot = snapshot
        self.today = today
        self.kept = kept
        var drafts: [String: SpaceDraft] = ["": SpaceDraft()]
        for object in snapshot.objects(.prefix) {
            guard let prefix = object.text("prefix").flatMap({ try? Prefix($0) }) else { continue }
            drafts[object.text("vrf") ?? "", default: SpaceDraft()].networks.append(
                AddressSpace.Network(prefix: prefix, object: object, field: "prefix"))
        }
        for object in snapshot.objects(.segment) {
            let vrf = object.text("vrf") ?? ""
            for field in ["ipv4_prefix", "ipv6_prefix"] {
                guard let prefix = object.text(field).flatMap({ try? Prefix($0) }) else { continue }
                let network = AddressSpace.Network(prefix: prefix, object: object, field: field)
                drafts[vrf, default: SpaceDraft()].networks.append(network)
            }
        }
        for object in snapshot.objects(.ipRange) {
            guard let first = object.text("start_address").flatMap({ try? InterfaceAddress($0) }),
                let last = object.text("end_address").flatMap({ try? InterfaceAddress($0) }),
                let range = try? AddressRange(first: first.address, last: last.address)
            else { continue }
            drafts[object.text("vrf") ?? "", default: SpaceDraft()].ranges.append(
                AddressSpace.Range(range: range, object: object))
        }
        for object in snapshot.objects(.ipAddress) {
            guard let address = object.text("address").flatMap({ try? InterfaceAddress($0) }) else { continue }
            drafts[object.text("vrf") ?? "", default: SpaceDraft()].hosts.append(
                AddressSpace.Host(address: address, object: object))
        }
        byVRF = Dictionary(
            uniqueKeysWithValues: drafts.map { vrf, draft in
                (vrf, AddressSpace(vrf: vrf, draft, snapshot: snapshot, today: today, kept: kept))
            })
    }

    /// The spaces by name of their VRF; the global one, named by the empty text, comes first.
    public var spaces: [AddressSpace] { byVRF.sorted { $0.key < $1.key }.map(\.value) }

    /// The space of a VRF, the empty text for the global one; a space without records when nothing is recorded there.
    public subscript(vrf: String) -> AddressSpace {
        byVRF[vrf] ?? AddressSpace(vrf: vrf, SpaceDraft(), snapshot: snapshot, today: today, kept: kept)
    }
}

/// What an ``AddressSpace`` is made from, in any order.
struct SpaceDraft {
    var networks: [AddressSpace.Network] = []
    var ranges: [AddressSpace.Range] = []
    var hosts: [AddressSpace.Host] = []
}

/// Space that is kept free for somebody: what a record of status `reserved` says.
public struct Reservation: Hashable, Sendable {
    /// The last day it holds, ISO 8601; nil for without end.
    public let until: String?
    /// What it is kept for.
    public let purpose: String?
    /// Who asked.
    public let by: String?
    /// Key of the tenant that answers for it.
    public let owner: String?

    init(_ object: Object) {
        until = object.text("reserved_until")
        purpose = object.text("reserved_for")
        by = object.text("reserved_by")
        owner = object.text("owner") ?? object.text("tenant")
    }

    /// Whether its last day lies before `day` (ISO 8601, so that texts compare as days do).
    public func isOver(on day: String) -> Bool { until.map { $0 < day } ?? false }
}
