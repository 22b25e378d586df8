import Addressing
import Remote

/// ifTable, ifXTable, ifStackTable and the bundles of IEEE8023-LAG-MIB.
enum InterfaceReader {
    static let tables: [[OID]] = [
        Names.columns(Names.ifEntry, 2, 3, 4, 5, 6, 7, 8), Names.columns(Names.ifXEntry, 1, 15, 18),
    ]
    static let bundles: [[OID]] = [[Names.ifStackStatus], Names.columns(Names.lagPort, 12, 13)]

    static func read(_ answers: Answers) -> [DiscoveredInterface] {
        var table: [Int: DiscoveredInterface] = [:]
        func each(_ column: OID, _ body: (inout DiscoveredInterface, SNMPValue) -> Void) {
            for cell in answers.column(column) where cell.index.count == 1 && cell.index[0] <= UInt32(Int32.max) {
                let index = Int(cell.index[0])
                body(&table[index, default: DiscoveredInterface(index: index, name: "")], cell.value)
            }
        }
        var low: [Int: UInt64] = [:]
        var high: [Int: UInt64] = [:]
        let entry = Names.ifEntry
        each(entry.appending(2)) { $0.description = $1.text }
        each(entry.appending(3)) { $0.ifType = $1.integer.map { Int($0) } }
        each(entry.appending(4)) { port, value in
            if let mtu = value.integer, mtu > 0, mtu <= Int64(Int32.max) { port.mtu = Int(mtu) }
        }
        each(entry.appending(5)) { low[$0.index] = $1.integer.flatMap { UInt64(exactly: $0) } }
        each(entry.appending(6)) { $0.mac = $1.mac }
        each(entry.appending(7)) { $0.adminUp = state($1) }
        each(entry.appending(8)) { $0.operUp = state($1) }
        for (column, isName) in [(Names.ifXEntry.appending(1), true), (Names.ifXEntry.appending(18), false)] {
            for cell in answers.column(column) where cell.index.count == 1 {
                let index = Int(cell.index[0])
                guard table[index] != nil || isName else { continue }
                if isName {
                    table[index, default: DiscoveredInterface(index: index, name: "")].name = cell.value.text ?? ""
                } else {
                    table[index]?.alias = cell.value.text
                }
            }
        }
        for cell in answers.column(Names.ifXEntry.appending(15)) where cell.index.count == 1 {
            high[Int(cell.index[0])] = cell.value.integer.flatMap { UInt64(exactly: $0) }
        }
        for index in table.keys { table[index]?.speed = speed(low: low[index], high: high[index]) }
        var ports = table.values.sorted { $0.index < $1.index }
        name(&ports)
        for at in ports.indices {
            ports[at].type = InterfaceType.slug(of: ports[at])
            ports[at].managementOnly = InterfaceType.isManagement(ports[at].name)
        }
        bundle(&ports, answers)
        return ports
    }

    private static func state(_ value: SNMPValue) -> Bool? {
        switch value.integer {
        case 1: true
        case 2, 3, 5, 6, 7: false
        default: nil
        }
    }

    /// ifHighSpeed counts in Mbit/s, for what does not fit ifSpeed's 32 bits (RFC 2863 section 3.1.14): ifSpeed counts
    /// unless it stands at its end, at 0, or is what the low 32 bits of the other are. Some agents write bit/s into
    /// ifHighSpeed: what would be more than 100 Tbit/s is not believed.
    static func speed(low: UInt64?, high: UInt64?) -> UInt64? {
        let ceiling = UInt64(UInt32.max)
        let wide = high.flatMap { $0 > 0 && $0 <= 100_000_000 ? $0 * 1_000_000 : nil }
        guard let low, low > 0, low < ceiling - 5 else { return wide }
        if let wide, wide > ceiling, wide & ceiling == low { return wide }
        return low
    }

    /// ifName, else ifDescr, else the number; where two share a name, the number is added.
    private static func name(_ ports: inout [DiscoveredInterface]) {
        var seen: [String: Int] = [:]
        for port in ports where !port.name.isEmpty { seen[port.name, default: 0] += 1 }
        let namesDiffer = seen.values.allSatisfy { $0 == 1 }
        for at in ports.indices {
            if ports[at].name.isEmpty || !namesDiffer, let descr = ports[at].description { ports[at].name = descr }
            if ports[at].name.isEmpty { ports[at].name = "if\(ports[at].index)" }
        }
        var taken: Set<String> = []
        for at in ports.indices where !taken.insert(ports[at].name).inserted {
            ports[at].name += " #\(ports[at].index)"
            taken.insert(ports[at].name)
        }
    }

    /// Members of bundles and sub-interfaces, by what stands upon what.
    private static func bundle(_ ports: inout [DiscoveredInterface], _ answers: Answers) {
        let at = Dictionary(ports.indices.map { (ports[$0].index, $0) }, uniquingKeysWith: { first, _ in first })
        for column in [UInt32(12), 13] {
            for cell in answers.column(Names.lagPort.appending(column)) where cell.index.count == 1 {
                guard let member = at[Int(cell.index[0])], let lag = cell.value.integer, lag > 0,
                    let above = at[Int(lag)],
                    above != member
                else { continue }
                ports[member].lagParent = Int(lag)
                ports[above].type = "lag"
            }
        }
        for cell in answers.column(Names.ifStackStatus) where cell.index.count == 2 {
            guard cell.value.integer == 1, let above = at[Int(cell.index[0])], let below = at[Int(cell.index[1])],
                above != below
            else { continue }
            if ports[above].type == "lag" {
                if ports[below].lagParent == nil { ports[below].lagParent = ports[above].index }
            } else if ports[above].ifType == 135 || ports[above].ifType == 136 {
                ports[above].parent = ports[below].index
            }
        }
        let names = Dictionary(ports.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
        for index in ports.indices where ports[index].parent == nil && ports[index].type == "virtual" {
            guard let dot = ports[index].name.lastIndex(where: { $0 == "." }) else { continue }
            ports[index].parent = names[String(ports[index].name[..<dot])]
        }
    }
}
