import CMDB
import Notation

/// Which port is plugged where, and how patch panels pass a line on. Made once per snapshot.
struct CableMap: Sendable {
    /// One cable as seen from one of its ends.
    struct Plug: Sendable {
        let cable: Object
        /// What is at the other end; several for a cable that splits.
        let far: [ObjectID]
    }

    /// The front ports of a rear port.
    private struct Front: Sendable {
        let id: ObjectID
        let position: Int
    }

    private var plugs: [ObjectID: [Plug]] = [:]
    private var fronts: [ObjectID: [Front]] = [:]
    private var rears: [ObjectID: (rear: ObjectID, position: Int)] = [:]

    init(_ snapshot: Snapshot) {
        for cable in snapshot.objects(.cable) {
            let a = Snapshot.ids("a_terminations", in: cable)
            let b = Snapshot.ids("b_terminations", in: cable)
            for end in a { plugs[end, default: []].append(Plug(cable: cable, far: b)) }
            for end in b { plugs[end, default: []].append(Plug(cable: cable, far: a)) }
        }
        for front in snapshot.objects(.frontPort) {
            guard let name = front.text("rear_port"), let machine = Self.machineKey(of: front.id) else { continue }
            let rear = ObjectID(.rearPort, "\(machine):\(name)")
            let position = front.int("rear_port_position") ?? 1
            rears[front.id] = (rear, position)
            fronts[rear, default: []].append(Front(id: front.id, position: position))
        }
        for rear in fronts.keys { fronts[rear]?.sort { ($0.position, $0.id) < ($1.position, $1.id) } }
    }

    /// Cables plugged into `port`, in order of their keys; those in service first.
    func plugs(_ port: ObjectID) -> [Plug] { plugs[port] ?? [] }

    /// The cables of `port` that are connected.
    func connected(_ port: ObjectID) -> [Plug] { plugs(port).filter { InService.test($0.cable) } }

    /// The rear port behind a front port, and the position on it.
    func behind(_ front: ObjectID) -> (rear: ObjectID, position: Int)? { rears[front] }

    /// The front ports of a rear port: those at `position`, or all.
    func before(_ rear: ObjectID, position: Int?) -> [(port: ObjectID, position: Int)] {
        (fronts[rear] ?? []).filter { position == nil || $0.position == position }.map { ($0.id, $0.position) }
    }

    /// The machine part of a component's key: `core-sw-1` of `core-sw-1:Gi1/0/1`.
    static func machineKey(of port: ObjectID) -> String? {
        guard Kind.components.contains(port.kind), let colon = port.key.firstIndex(of: ":") else { return nil }
        return String(port.key[..<colon])
    }

    /// The device of a component, as the record says; by its key when there is no record.
    static func machine(of port: ObjectID, in snapshot: Snapshot) -> ObjectID? {
        if let object = snapshot[port] { return Snapshot.ids("device", in: object).first }
        return machineKey(of: port).map { ObjectID(.device, $0) }
    }
}
