import Addressing
import Remote

/// LLDP of both generations, and CDP.
enum NeighbourReader {
    static let tables: [[OID]] = [
        Names.columns(Names.lldpRemote, 4, 5, 6, 7, 8, 9, 10, 12), Names.columns(Names.lldpLocalPort, 2, 3, 4),
        [Names.lldpRemoteAddress.appending(3)],
    ]
    static let second: [[OID]] = [
        Names.columns(Names.lldp2Remote, 5, 6, 7, 8, 9, 10, 11, 13), [Names.lldp2RemoteAddress.appending(3)],
    ]
    static let cisco: [[OID]] = [Names.columns(Names.cdpCache, 3, 4, 5, 6, 7, 8, 9)]

    static func read(_ answers: Answers, ports: [DiscoveredInterface]) -> [DiscoveredNeighbour] {
        var out = lldp(answers, ports)
        if out.isEmpty { out = lldp2(answers, ports) }
        // A device that speaks both is one neighbour: CDP adds what LLDP did not see.
        for heard in cdp(answers, ports) {
            let known = out.contains { other in
                other.localIndex == heard.localIndex && heard.localIndex != nil
                    && (sameName(other.systemName, heard.systemName) || other.portID == heard.portID)
            }
            if !known { out.append(heard) }
        }
        return out
    }

    private static func sameName(_ a: String?, _ b: String?) -> Bool {
        guard let a = a?.split(separator: ".").first, let b = b?.split(separator: ".").first else { return false }
        return a.lowercased() == b.lowercased()
    }

    /// Index: time mark, local port number, number of the neighbour.
    private static func lldp(_ answers: Answers, _ ports: [DiscoveredInterface]) -> [DiscoveredNeighbour] {
        let entry = Names.lldpRemote
        let locals = LocalPorts(answers, ports)
        let cells = (4...12).map { answers.cells(entry.appending(UInt32($0))) }
        var addresses: [[UInt32]: [IPAddress]] = [:]
        for cell in answers.column(Names.lldpRemoteAddress.appending(3)) where cell.index.count > 4 {
            let key = Array(cell.index[..<3])
            if let address = managed(cell.index[3...]) { addresses[key, default: []].append(address) }
        }
        return answers.column(entry.appending(5)).compactMap { cell in
            guard cell.index.count == 3 else { return nil }
            var found = neighbour(cell.index) { cells[$0][$1] }
            let local = locals.interface(Int(cell.index[1]))
            found.localInterface = local?.name
            found.localIndex = local?.index
            found.managementAddresses = unique(addresses[cell.index] ?? [])
            return found
        }
    }

    /// Index: time mark, local ifIndex, destination address, number of the neighbour.
    private static func lldp2(_ answers: Answers, _ ports: [DiscoveredInterface]) -> [DiscoveredNeighbour] {
        let entry = Names.lldp2Remote
        let byIndex = Dictionary(ports.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let cells = (5...13).map { answers.cells(entry.appending(UInt32($0))) }
        var addresses: [[UInt32]: [IPAddress]] = [:]
        for cell in answers.column(Names.lldp2RemoteAddress.appending(3)) where cell.index.count > 5 {
            let key = Array(cell.index[..<4])
            if let address = managed(cell.index[4...]) { addresses[key, default: []].append(address) }
        }
        return answers.column(entry.appending(6)).compactMap { cell in
            guard cell.index.count == 4 else { return nil }
            var found = neighbour(cell.index) { cells[$0][$1] }
            let port = byIndex[Int(cell.index[1])]
            found.localInterface = port?.name
            found.localIndex = port?.index
            found.managementAddresses = unique(addresses[cell.index] ?? [])
            return found
        }
    }

    /// The eight columns have the same order in both generations.
    private static func neighbour(_ index: [UInt32], _ cell: (Int, [UInt32]) -> SNMPValue?) -> DiscoveredNeighbour {
        var out = DiscoveredNeighbour(source: .lldp)
        out.chassisID = identifier(cell(1, index), type: cell(0, index)?.integer, mac: 4, address: 5)
        out.portID = identifier(cell(3, index), type: cell(2, index)?.integer, mac: 3, address: 4)
        out.portDescription = cell(4, index)?.text
        out.systemName = cell(5, index)?.text
        out.systemDescription = cell(6, index)?.text
        out.capabilities = capabilities(cell(8, index)?.octets ?? [])
        return out
    }

    /// A chassis or port id: its subtype says whether it is a hardware address, a network address or a text.
    static func identifier(_ value: SNMPValue?, type: Int64?, mac: Int64, address: Int64) -> String? {
        guard let value, let octets = value.octets, !octets.isEmpty else { return nil }
        if type == mac, let found = value.mac { return found.description }
        if type == address, octets.count > 4, let found = IPAddress(bytes: octets.dropFirst()) {
            return found.description
        }
        let printable = octets.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if !printable, octets.count == 6, let found = value.mac { return found.description }
        return value.text
    }

    /// AddressFamilyNumbers, count, bytes; some agents leave the count out.
    private static func managed(_ index: ArraySlice<UInt32>) -> IPAddress? {
        guard let family = index.first, family == 1 || family == 2 else { return nil }
        return AddressReader.inetAddress(index)?.address
    }

    private static func unique(_ addresses: [IPAddress]) -> [IPAddress] {
        var seen: Set<IPAddress> = []
        return addresses.filter { seen.insert($0).inserted }.sorted()
    }

    /// LldpSystemCapabilitiesMap, the high bit first.
    static func capabilities(_ octets: [UInt8]) -> [String] {
        let names = [
            "other", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis-cable-device", "station",
        ]
        return VLANReader.bits(Array(octets.prefix(1))).map { names[$0 - 1] }
    }

    /// Index: ifIndex, number of the neighbour.
    private static func cdp(_ answers: Answers, _ ports: [DiscoveredInterface]) -> [DiscoveredNeighbour] {
        let entry = Names.cdpCache
        let byIndex = Dictionary(ports.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let addresses = answers.cells(entry.appending(4))
        let versions = answers.cells(entry.appending(5))
        let portIDs = answers.cells(entry.appending(7))
        let platforms = answers.cells(entry.appending(8))
        let abilities = answers.cells(entry.appending(9))
        return answers.column(entry.appending(6)).compactMap { cell in
            guard cell.index.count == 2 else { return nil }
            var out = DiscoveredNeighbour(source: .cdp)
            let port = byIndex[Int(cell.index[0])]
            out.localInterface = port?.name
            out.localIndex = Int(cell.index[0])
            out.systemName =
                cell.value.octets?.count == 6 ? cell.value.mac?.description ?? cell.value.text : cell.value.text
            out.portID = portIDs[cell.index]?.text
            out.platform = platforms[cell.index]?.text
            out.systemDescription = versions[cell.index]?.text
            if let bytes = addresses[cell.index]?.octets, let address = IPAddress(bytes: bytes) {
                out.managementAddresses = [address]
            }
            out.capabilities = cdpCapabilities(abilities[cell.index]?.octets ?? [])
            return out
        }
    }

    private static func cdpCapabilities(_ octets: [UInt8]) -> [String] {
        guard let last = octets.last else { return [] }
        let names: [(UInt8, String)] = [
            (1, "router"), (2, "bridge"), (8, "bridge"), (16, "station"), (128, "telephone"),
        ]
        var out: [String] = []
        for (bit, name) in names where last & bit != 0 && !out.contains(name) { out.append(name) }
        return out
    }
}

/// Which interface a local port number of LLDP means.
///
/// lldpLocPortId names the interface, if it is of a kind that does; else the number is its ifIndex or its bridge port.
struct LocalPorts {
    private let kinds: [[UInt32]: SNMPValue]
    private let identifiers: [[UInt32]: SNMPValue]
    private let descriptions: [[UInt32]: SNMPValue]
    private let bridge: [[UInt32]: SNMPValue]
    private var byIndex: [Int: DiscoveredInterface] = [:]
    private var byName: [String: DiscoveredInterface] = [:]
    private var byAlias: [String: DiscoveredInterface] = [:]
    private var byMAC: [MACAddress: DiscoveredInterface] = [:]

    init(_ answers: Answers, _ ports: [DiscoveredInterface]) {
        kinds = answers.cells(Names.lldpLocalPort.appending(2))
        identifiers = answers.cells(Names.lldpLocalPort.appending(3))
        descriptions = answers.cells(Names.lldpLocalPort.appending(4))
        bridge = answers.cells(Names.basePortIfIndex)
        for port in ports.reversed() {
            byIndex[port.index] = port
            if let description = port.description { byName[description] = port }
            if let alias = port.alias { byAlias[alias] = port }
            if let mac = port.mac { byMAC[mac] = port }
        }
        for port in ports.reversed() { byName[port.name] = port }
    }

    func interface(_ number: Int) -> DiscoveredInterface? {
        let index = [UInt32(truncatingIfNeeded: number)]
        let type = kinds[index]?.integer
        let identifier = identifiers[index]
        let text = identifier?.text
        let description = descriptions[index]?.text
        if type == 7, let local = text.flatMap({ Int($0) }), let port = byIndex[local] { return port }
        for name in [text, description].compactMap({ $0 }) {
            if let port = byName[name] ?? (type == 1 ? byAlias[name] : nil) { return port }
        }
        if type == 3, let mac = identifier?.mac, let port = byMAC[mac] { return port }
        if let base = bridge[index]?.integer, let port = byIndex[Int(base)] { return port }
        return byIndex[number]
    }
}
