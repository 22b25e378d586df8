import Addressing
public import CMDB

/// Which record of the inventory a discovered device is.
public enum InventoryMatch: Sendable, Equatable {
    /// One record, and what says so: `address 192.0.2.7`, `serial FOC1`, `name core-sw-1`.
    case known(ObjectID, by: [String])
    /// None: it would be a new one.
    case new
    /// Signs that contradict each other; nothing is proposed until a person has looked.
    case ambiguous([ObjectID], why: String)
}

/// Finds discovered devices in an inventory; the indexes are made once.
public struct InventoryMatcher: Sendable {
    private let snapshot: Snapshot
    private var byAddress: [IPAddress: Set<ObjectID>] = [:]
    private var bySerial: [String: Set<ObjectID>] = [:]
    private var byName: [String: Set<ObjectID>] = [:]
    private var byMAC: [MACAddress: Set<ObjectID>] = [:]

    /// Indexes devices and virtual machines of `snapshot`.
    public init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        for kind in [Kind.device, .virtualMachine] {
            for machine in snapshot.objects(kind) { index(machine) }
        }
    }

    private mutating func index(_ machine: Object) {
        var texts = ["primary_ip4", "primary_ip6", "oob_ip"].compactMap { machine.text($0) }
        texts += snapshot.addresses(of: machine.id).compactMap { $0.text("address") }
        for text in texts {
            let host = text.split(separator: "/").first.map(String.init) ?? text
            if let address = try? IPAddress(host) { byAddress[address.withoutZone, default: []].insert(machine.id) }
        }
        if let serial = machine.text("serial"), serial.utf8.count >= Self.fewestSerialBytes {
            bySerial[serial.lowercased(), default: []].insert(machine.id)
        }
        for name in Set([machine.id.key, machine.text("name") ?? ""].map(Self.label)) where !name.isEmpty {
            byName[name, default: []].insert(machine.id)
        }
        for interface in snapshot.interfaces(of: machine.id) {
            guard let text = interface.text("mac_address"), let mac = try? MACAddress(text) else { continue }
            byMAC[mac, default: []].insert(machine.id)
        }
    }

    /// Shorter ones (`0`, `N/A`, `1234`) are what makers forget to fill.
    static let fewestSerialBytes = 5

    /// The host's part of a name, in lower case.
    static func label(_ name: String) -> String {
        name.split(separator: ".").first.map { $0.lowercased() } ?? ""
    }

    /// Which record `device` is. A serial number beats an address, an address beats a name: machines are replaced under
    /// the same name and address, and that is a difference to be shown, so serial numbers count only where they agree.
    public func match(_ device: DiscoveredDevice) -> InventoryMatch {
        var signs: [(text: String, found: Set<ObjectID>)] = []
        func add(_ text: String, _ found: Set<ObjectID>?) {
            if let found, !found.isEmpty { signs.append((text, found)) }
        }
        if let serial = device.serial?.value { add("serial \(serial)", bySerial[serial.lowercased()]) }
        for address in device.endpoints { add("address \(address)", byAddress[address.withoutZone]) }
        if let name = device.sysName?.value { add("name \(name)", byName[Self.label(name)]) }
        if signs.isEmpty {
            let macs = Set(device.interfaces.compactMap(\.mac)).sorted { $0.description < $1.description }
            for mac in macs { add("MAC \(mac)", byMAC[mac]) }
        }
        guard let first = signs.first else { return .new }
        // The strongest sign decides when it means one record; weaker ones may only narrow it down.
        var candidates = first.found
        for sign in signs.dropFirst() where candidates.count > 1 {
            let both = candidates.intersection(sign.found)
            if !both.isEmpty { candidates = both }
        }
        guard candidates.count == 1, let id = candidates.first else {
            return .ambiguous(candidates.sorted(), why: "\(first.text) is on \(candidates.count) records")
        }
        let strong = signs.filter { $0.text.hasPrefix("serial") || $0.text.hasPrefix("address") }
        if let other = strong.first(where: { !$0.found.contains(id) }) {
            return .ambiguous(
                Set(strong.flatMap(\.found)).sorted(), why: "\(first.text) is \(id), \(other.text) is another record")
        }
        return .known(id, by: signs.filter { $0.found.contains(id) }.map(\.text))
    }
}
