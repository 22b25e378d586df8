import Addressing
import CMDB
public import Remote

/// Makes a ``DiscoveredDevice`` of raw answers by the rules of the data file. Pure: the same answers give the same
/// device, and no answer can make it fail.
@_spi(Fuzzing) public struct Identifier: Sendable {
    private let rules: IdentityRules

    /// Uses the shipped rules.
    public init() { rules = .shipped }
    init(rules: IdentityRules) { self.rules = rules }

    /// What the answers say. They may stand in any order and be of any shape.
    public func identify(_ binds: [VarBind]) -> DiscoveredDevice { identify(Answers(binds)) }

    func identify(_ answers: Answers) -> DiscoveredDevice {
        var device = DiscoveredDevice()
        let id: OID? = if case .oid(let oid) = answers.value(Names.sysObjectID) { oid } else { nil }
        readSystem(answers, id, &device)
        let matches = rules.matching(id: id, descr: device.sysDescr ?? "", answers)
        device.entities = EntityReader.read(answers)
        device.interfaces = InterfaceReader.read(answers)
        let addresses = AddressReader.read(answers)
        for at in device.interfaces.indices {
            device.interfaces[at].addresses = addresses[device.interfaces[at].index] ?? []
        }
        device.vlans = VLANReader.read(answers, into: &device.interfaces)
        device.neighbours = NeighbourReader.read(answers, ports: device.interfaces)
        readParts(answers, matches, &device)
        FactReader(rules: rules, answers: answers, id: id, matches: matches).read(into: &device)
        return device
    }

    private func readSystem(_ answers: Answers, _ id: OID?, _ device: inout DiscoveredDevice) {
        device.sysDescr = answers.text(Names.sysDescr)
        device.sysObjectID = id?.description
        device.contact = OneLine.meaningful(answers.text(Names.sysContact))
        device.location = OneLine.meaningful(answers.text(Names.sysLocation))
        device.uptimeSeconds = answers.integer(Names.sysUpTime).flatMap { UInt64(exactly: $0) }.map { $0 / 100 }
        if let name = OneLine.meaningful(answers.text(Names.sysName)) {
            device.sysName = Known(name, .certain, source: "SNMPv2-MIB sysName")
        }
    }

    /// Standard modules first; where they are silent, the first rule that tells something.
    private func readParts(_ answers: Answers, _ matches: [RuleMatch], _ device: inout DiscoveredDevice) {
        let rows = RowReader(answers, entities: device.entities)
        let own = matches.map(\.rule)
        device.storage = HostReader.storage(answers)
        device.memory = HostReader.memory(answers, storage: device.storage)
        device.cpus = HostReader.cpus(answers)
        let cpus = own.lazy.flatMap(\.cpus).map { rows.cpus($0) }.first { !$0.isEmpty }
        if let cpus, device.cpus.isEmpty || device.cpus.allSatisfy({ $0.loadPercent == nil }) { device.cpus = cpus }
        if device.memory == nil {
            for rule in own where device.memory == nil {
                let pools = rule.memory.flatMap { rows.stores($0) }
                guard let largest = pools.max(by: { $0.total < $1.total }) else { continue }
                device.memory = DiscoveredMemory(
                    total: largest.total, used: largest.used, source: "rule \(rule.name): \(largest.name)")
            }
        }
        var names = Set(device.storage.map(\.name))
        for reading in own.flatMap(\.storage) {
            for store in rows.stores(reading) where names.insert(store.name).inserted {
                let kind = DiscoveredStorage.Kind(rawValue: reading.kind) ?? .disk
                device.storage.append(
                    DiscoveredStorage(name: store.name, kind: kind, size: store.total, used: store.used))
            }
        }
        device.sensors = SensorReader.read(answers, entities: device.entities)
        var seen = Set(device.sensors.map { "\($0.kind) \($0.name)" })
        for reading in own.flatMap(\.sensors) {
            // What an earlier reading told is not told again; of equal names within one, each is a sensor.
            let told = rows.sensors(reading).filter { !seen.contains("\($0.kind) \($0.name)") }
            device.sensors += told
            seen.formUnion(told.map { "\($0.kind) \($0.name)" })
        }
        device.sensors += PrinterReader.sensors(answers)
        device.power = Self.joined(own.flatMap(\.power).flatMap { rows.power($0) })
        device.ups = UPSReader.read(answers)
        for rule in own where !rule.ups.isEmpty {
            var ups = device.ups ?? DiscoveredUPS()
            rows.fill(&ups, from: rule)
            if ups != DiscoveredUPS() { device.ups = ups }
        }
    }

    /// Switch and meter of one outlet are told by different tables: one part each.
    private static func joined(_ parts: [(key: String, part: DiscoveredPower)]) -> [DiscoveredPower] {
        var out: [DiscoveredPower] = []
        var at: [String: Int] = [:]
        for (key, part) in parts {
            guard let place = at[key] else {
                at[key] = out.count
                out.append(part)
                continue
            }
            out[place].isOn = out[place].isOn ?? part.isOn
            out[place].amperes = out[place].amperes ?? part.amperes
            out[place].volts = out[place].volts ?? part.volts
            out[place].watts = out[place].watts ?? part.watts
            out[place].kilowattHours = out[place].kilowattHours ?? part.kilowattHours
            out[place].ratedAmperes = out[place].ratedAmperes ?? part.ratedAmperes
            if out[place].status == .unknown { out[place].status = part.status }
        }
        return out
    }
}
