import Addressing
import Remote

/// Addresses of interfaces: ipAddressTable (RFC 4293), ipAddrTable (RFC 1213), ipv6AddrTable (RFC 2465) and the draft
/// of the first that Cisco has.
enum AddressReader {
    static let tables: [[OID]] = [
        Names.columns(Names.ipAddrEntry, 2, 3), Names.columns(Names.ipAddressEntry, 3, 4, 5),
        [Names.ipv6AddrPfxLength],
    ]
    static let cisco: [[OID]] = [Names.columns(Names.ciscoAddressEntry, 3, 4, 5)]

    /// By ifIndex, each address once, the one with a known length first.
    static func read(_ answers: Answers) -> [Int: [InterfaceAddress]] {
        var found: [Int: [IPAddress: Int?]] = [:]
        func add(_ index: Int64?, _ address: IPAddress, _ length: Int?) {
            guard let index, index > 0, index <= Int64(UInt32.max) else { return }
            let plain = address.withoutZone
            if let known = found[Int(index), default: [:]][plain], known != nil { return }
            found[Int(index), default: [:]][plain] = .some(length)
        }
        let masks = answers.cells(Names.ipAddrEntry.appending(3))
        for cell in answers.column(Names.ipAddrEntry.appending(2)) where cell.index.count == 4 {
            guard let address = address(cell.index[...]) else { continue }
            add(cell.value.integer, address, masks[cell.index].flatMap { maskLength($0.octets) })
        }
        for entry in [Names.ipAddressEntry, Names.ciscoAddressEntry] { readTyped(entry, answers, add) }
        for cell in answers.column(Names.ipv6AddrPfxLength) where cell.index.count >= 17 {
            // Index: ifIndex and the address, with the count before it on agents that take it as of variable length.
            let bytes = cell.index.suffix(16)
            guard let address = address(bytes) else { continue }
            add(Int64(cell.index[0]), address, cell.value.integer.flatMap { (0...128).contains($0) ? Int($0) : nil })
        }
        return found.mapValues { addresses in
            addresses.compactMap { address, length in
                try? InterfaceAddress(address: address, length: length ?? address.bytes.count * 8)
            }.sorted()
        }
    }

    /// Index: InetAddressType, count, bytes; some agents leave the count out.
    private static func readTyped(_ entry: OID, _ answers: Answers, _ add: (Int64?, IPAddress, Int?) -> Void) {
        let prefixes = answers.cells(entry.appending(5))
        let kinds = answers.cells(entry.appending(4))
        for cell in answers.column(entry.appending(3)) {
            guard let parsed = inetAddress(cell.index[...])?.address else { continue }
            // 1 is unicast; anycast 2 and broadcast 3 are not the interface's own.
            if let kind = kinds[cell.index]?.integer, kind != 1 { continue }
            add(cell.value.integer, parsed, prefixes[cell.index].flatMap { prefixLength($0) })
        }
    }

    /// The last number of the row that ipAddressPrefix points to is the length; 0.0 when there is none.
    private static func prefixLength(_ value: SNMPValue) -> Int? {
        guard case .oid(let row) = value, row.parts.count > 8, let last = row.parts.last, last <= 128 else {
            return nil
        }
        return Int(last)
    }

    /// An InetAddress of an index (RFC 4001): its type, its count, its bytes; with how many numbers that were.
    static func inetAddress(_ index: ArraySlice<UInt32>) -> (address: IPAddress, length: Int)? {
        guard let type = index.first else { return nil }
        let body = index.dropFirst()
        let size: Int
        switch type {
        case 1, 3: size = 4
        case 2, 4: size = 16
        default: return nil
        }
        let zone = type >= 3 ? 4 : 0
        if let count = body.first, count == UInt32(size + zone), body.count > size + zone - 1,
            body.count >= 1 + size + zone, let address = address(body.dropFirst().prefix(size))
        {
            return (address, 2 + size + zone)
        }
        guard body.count >= size, let address = address(body.prefix(size)) else { return nil }
        return (address, 1 + size)
    }

    static func address(_ parts: ArraySlice<UInt32>) -> IPAddress? {
        guard parts.allSatisfy({ $0 <= 255 }) else { return nil }
        return IPAddress(bytes: parts.map { UInt8(truncatingIfNeeded: $0) })
    }

    /// A mask without holes.
    static func maskLength(_ octets: [UInt8]?) -> Int? {
        guard let octets, octets.count == 4 else { return nil }
        let mask = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let length = (~mask).leadingZeroBitCount
        return mask == (length == 0 ? 0 : UInt32.max << UInt32(32 - length)) ? length : nil
    }
}
