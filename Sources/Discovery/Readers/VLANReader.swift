import Remote

/// VLANs of ports: Q-BRIDGE-MIB (RFC 4363), and Cisco's tables.
enum VLANReader {
    static let tables: [[OID]] = [
        [Names.basePortIfIndex, Names.pvid], Names.columns(Names.vlanStatic, 1, 2, 4),
        Names.columns(Names.vlanCurrent, 4, 5),
    ]
    static let cisco: [[OID]] = [
        [Names.vtpVlanName], [Names.vmVlan], Names.columns(Names.vtpTrunkPort, 4, 5, 14, 17, 18, 19),
    ]

    static let huawei: [[OID]] = [[Names.huaweiVlanName]]

    static func read(_ answers: Answers, into ports: inout [DiscoveredInterface]) -> [DiscoveredVLAN] {
        var vlans: [Int: DiscoveredVLAN] = [:]
        let at = Dictionary(ports.indices.map { (ports[$0].index, $0) }, uniquingKeysWith: { first, _ in first })
        let bridge = bridgePorts(answers)
        for cell in answers.column(Names.vlanStatic.appending(1)) {
            guard let vid = vid(cell.index.last) else { continue }
            vlans[vid] = DiscoveredVLAN(vid: vid, name: cell.value.text)
        }
        for (egress, untagged) in [
            (Names.vlanCurrent.appending(4), Names.vlanCurrent.appending(5)),
            (Names.vlanStatic.appending(2), Names.vlanStatic.appending(4)),
        ] {
            let plain = answers.cells(untagged)
            for cell in answers.column(egress) {
                guard let vid = vid(cell.index.last), let members = cell.value.octets else { continue }
                if vlans[vid] == nil { vlans[vid] = DiscoveredVLAN(vid: vid) }
                let bare = Set(bits(plain[cell.index]?.octets ?? []))
                for port in bits(members) where !bare.contains(port) {
                    guard let place = at[bridge[port] ?? (bridge.isEmpty ? port : -1)] else { continue }
                    ports[place].taggedVLANs.append(vid)
                }
            }
        }
        for cell in answers.column(Names.pvid) where cell.index.count == 1 {
            let port = Int(cell.index[0])
            guard let vid = vid(cell.value.integer), let place = at[bridge[port] ?? (bridge.isEmpty ? port : -1)] else {
                continue
            }
            ports[place].untaggedVLAN = vid
        }
        readCisco(answers, at, &ports, &vlans)
        for cell in answers.column(Names.huaweiVlanName) {
            guard let vid = vid(cell.index.last), vlans[vid]?.name == nil else { continue }
            vlans[vid] = DiscoveredVLAN(vid: vid, name: cell.value.text)
        }
        for place in ports.indices {
            ports[place].taggedVLANs = Set(ports[place].taggedVLANs).sorted()
            if let plain = ports[place].untaggedVLAN { ports[place].taggedVLANs.removeAll { $0 == plain } }
        }
        return vlans.values.sorted { $0.vid < $1.vid }
    }

    private static func bridgePorts(_ answers: Answers) -> [Int: Int] {
        var out: [Int: Int] = [:]
        for cell in answers.column(Names.basePortIfIndex) where cell.index.count == 1 {
            if let index = cell.value.integer, index > 0 { out[Int(cell.index[0])] = Int(index) }
        }
        return out
    }

    private static func readCisco(
        _ answers: Answers, _ at: [Int: Int], _ ports: inout [DiscoveredInterface], _ vlans: inout [Int: DiscoveredVLAN]
    ) {
        for cell in answers.column(Names.vtpVlanName) {
            guard let vid = vid(cell.index.last) else { continue }
            vlans[vid] = DiscoveredVLAN(vid: vid, name: cell.value.text)
        }
        for cell in answers.column(Names.vmVlan) where cell.index.count == 1 {
            guard let vid = vid(cell.value.integer), let place = at[Int(cell.index[0])] else { continue }
            ports[place].untaggedVLAN = vid
        }
        let natives = answers.cells(Names.vtpTrunkPort.appending(5))
        let ranges = [UInt32(4), 17, 18, 19].map { answers.cells(Names.vtpTrunkPort.appending($0)) }
        for cell in answers.column(Names.vtpTrunkPort.appending(14)) where cell.index.count == 1 {
            guard cell.value.integer == 1, let place = at[Int(cell.index[0])] else { continue }
            ports[place].untaggedVLAN = vid(natives[cell.index]?.integer)
            // Each object has 1024 VLANs, the high bit of the first byte is the first of them.
            for (number, range) in ranges.enumerated() {
                for bit in bits(range[cell.index]?.octets ?? []) {
                    let vid = number * 1_024 + bit - 1
                    if vlans[vid] != nil { ports[place].taggedVLANs.append(vid) }
                }
            }
        }
    }

    /// Numbers of the bits that are set, the high bit of the first byte being 1 (RFC 4363, PortList).
    static func bits(_ octets: [UInt8]) -> [Int] {
        var out: [Int] = []
        for (place, byte) in octets.prefix(1_024).enumerated() where byte != 0 {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { out.append(place * 8 + bit + 1) }
        }
        return out
    }

    private static func vid(_ number: UInt32?) -> Int? { vid(number.map { Int64($0) }) }
    private static func vid(_ number: Int64?) -> Int? { number.flatMap { (1...4_094).contains($0) ? Int($0) : nil } }
}
