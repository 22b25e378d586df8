import Addressing
import Evidence
import Notation
import Remote

/// Turns raw values of agents into values of facts; what does not fit its conversion is left out.
enum SNMPReading {
    static func value(_ raw: SNMPValue, _ field: SNMPField) -> JSONValue? {
        switch field.conversion {
        case .text, .number, .mac, .address, .hex, .bits, .dateAndTime: return octets(raw, field)
        case .ticks:
            guard case .timeTicks(let ticks) = raw else { return nil }
            return .int(Int64(ticks / 100))
        case .int: return whole(raw, field).flatMap { scaled($0, field) }
        case .counter:
            if case .counter64(let number) = raw, number > Int64.max { return .string(String(number)) }
            return whole(raw, field).flatMap { scaled($0, field) }
        case .float:
            let number = float(raw) ?? whole(raw, field).map(Double.init)
            return number.map { .double(field.scale.applied(to: $0)) }
        case .bool:
            guard case .integer(let number) = raw else { return nil }
            return .bool(number == 1)
        case .enum:
            guard let number = whole(raw, field) else { return nil }
            return Int(exactly: number).flatMap { field.names[$0] }.map { .string($0) } ?? .int(number)
        case .hint:
            if case .octets(let bytes) = raw { return field.hint?.show(bytes).map { .string(CleanText.line($0)) } }
            return whole(raw, field).flatMap { field.hint?.show($0) }.map { .string($0) }
        case .oid:
            guard case .oid(let oid) = raw else { return nil }
            return .string(oid.description)
        case .netmask:
            guard case .ipAddress(let bytes) = raw, bytes.count == 4 else { return nil }
            let mask = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let length = (~mask).leadingZeroBitCount
            return mask == (length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)) ? .int(Int64(length)) : nil
        case .prefixPointer:
            // zeroDotZero means that the agent does not say.
            guard case .oid(let oid) = raw, oid.parts.count > 12, let last = oid.parts.last, last <= 128 else {
                return nil
            }
            return .int(Int64(last))
        }
    }

    /// Conversions that read octets.
    private static func octets(_ raw: SNMPValue, _ field: SNMPField) -> JSONValue? {
        let bytes: [UInt8]
        switch raw {
        case .octets(let octets): bytes = octets
        case .ipAddress(let octets) where field.conversion == .address: bytes = octets
        default: return nil
        }
        switch field.conversion {
        case .mac:
            guard let mac = MACAddress(bytes: bytes), mac.rawValue != 0 else { return nil }
            return .string(mac.description)
        case .address:
            // An InetAddress with a zone (RFC 4001) carries its index in four octets behind the address.
            let plain = bytes.count == 8 || bytes.count == 20 ? bytes.dropLast(4) : bytes[...]
            return IPAddress(bytes: plain).map { .string($0.description) }
        case .hex: return .string(hex(bytes.prefix(4_096)))
        case .bits:
            var set: [JSONValue] = []
            for (place, byte) in bytes.prefix(64).enumerated() {
                for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 {
                    set.append(.string(field.names[place * 8 + bit] ?? String(place * 8 + bit)))
                }
            }
            return .array(set)
        case .dateAndTime: return DateAndTime(bytes).map { .string($0.text) }
        case .number:
            let text = CleanText.trimmed(String(decoding: bytes.prefix(64), as: UTF8.self))
            guard let number = Double(text), number.isFinite else { return nil }
            return .double(field.scale.applied(to: number))
        default: return .string(CleanText.line(String(decoding: bytes.prefix(4_096), as: UTF8.self)))
        }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func whole(_ raw: SNMPValue) -> Int64? {
        switch raw {
        case .integer(let number): Int64(number)
        case .counter32(let number), .gauge32(let number), .timeTicks(let number): Int64(number)
        case .counter64(let number): Int64(exactly: number)
        default: nil
        }
    }

    private static func whole(_ raw: SNMPValue, _ field: SNMPField) -> Int64? {
        guard let number = whole(raw), !field.ignored.contains(where: { Int64($0) == number }) else { return nil }
        return number
    }

    private static func scaled(_ number: Int64, _ field: SNMPField) -> JSONValue? {
        field.scale.applied(to: number).map { $0.whole.map { .int($0) } ?? .double($0.double) }
    }

    /// net-snmp's Opaque-wrapped Float (9f 78 04) and Double (9f 79 08).
    private static func float(_ raw: SNMPValue) -> Double? {
        guard case .opaque(let bytes) = raw, bytes.count >= 3, bytes[0] == 0x9F else { return nil }
        let body = bytes[3...]
        let number: Double
        switch (bytes[1], bytes[2], body.count) {
        case (0x78, 4, 4): number = Double(Float(bitPattern: body.reduce(0) { $0 << 8 | UInt32($1) }))
        case (0x79, 8, 8): number = Double(bitPattern: body.reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
        return number.isFinite ? number : nil
    }

    /// Counters stay exact counters; everything else, and a counter that is scaled, is a gauge.
    static func number(_ raw: SNMPValue, _ field: SNMPField) -> Sample.Number? {
        switch raw {
        case .counter32(let number) where field.scale == .one: return .counter32(number)
        case .counter64(let number) where field.scale == .one: return .counter(number)
        default: break
        }
        switch field.conversion {
        case .enum: return whole(raw, field).map { .gauge(Double($0)) }
        case .bool:
            guard case .integer(let number) = raw else { return nil }
            return .gauge(number == 1 ? 1 : 0)
        case .dateAndTime:
            guard case .octets(let bytes) = raw else { return nil }
            return DateAndTime(bytes).map { .gauge($0.seconds) }
        default:
            guard let number = value(raw, field)?.number, number.isFinite else { return nil }
            return .gauge(number)
        }
    }

    /// A row's index: the value of each part, and the sub-identifiers it stands in.
    struct Index: Hashable {
        var values: [JSONValue] = []
        var pieces: [[UInt32]] = []
    }

    /// nil when `suffix` does not fit the parts, to the last sub-identifier.
    static func index(_ suffix: [UInt32], _ parts: [SNMPIndexPart]) -> Index? {
        var index = Index()
        var rest = suffix[...]
        for part in parts {
            guard let length = length(of: part, rest), length <= rest.count else { return nil }
            let piece = rest.prefix(length)
            guard let value = value(piece, part) else { return nil }
            index.values.append(value)
            index.pieces.append(Array(piece))
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? index : nil
    }

    /// How many sub-identifiers the part takes.
    private static func length(of part: SNMPIndexPart, _ rest: ArraySlice<UInt32>) -> Int? {
        switch part.kind {
        case .int: return 1
        case .ipv4: return 4
        case .ipv6: return 16
        case .mac: return 6
        case .inet:
            // Type, length, octets.
            guard rest.count >= 2, let count = rest.dropFirst().first else { return nil }
            return 2 + Int(count)
        case .string, .hex, .oid:
            if let size = part.size { return size }
            if part.implied { return rest.count }
            return rest.first.map { 1 + Int($0) }
        }
    }

    private static func value(_ piece: ArraySlice<UInt32>, _ part: SNMPIndexPart) -> JSONValue? {
        switch part.kind {
        case .int:
            guard let number = piece.first else { return nil }
            return part.names[Int(number)].map { .string($0) } ?? .int(Int64(number))
        case .ipv4, .ipv6: return address(piece)
        case .mac: return octets(piece).flatMap { MACAddress(bytes: $0) }.map { .string($0.description) }
        case .inet:
            // Types 3 and 4 carry a zone index behind the address (RFC 4001).
            let octets = piece.dropFirst(2)
            switch (piece.first, octets.count) {
            case (1, 4), (2, 16): return address(octets)
            case (3, 8), (4, 20): return address(octets.dropLast(4))
            default: return nil
            }
        case .string, .hex, .oid:
            let body = part.size == nil && !part.implied ? piece.dropFirst() : piece
            if part.kind == .oid { return .string(body.map(String.init).joined(separator: ".")) }
            guard let bytes = octets(body) else { return nil }
            if part.kind == .hex { return .string(hex(bytes)) }
            return .string(CleanText.line(String(decoding: bytes, as: UTF8.self)))
        }
    }

    private static func octets(_ parts: ArraySlice<UInt32>) -> [UInt8]? {
        let bytes = parts.compactMap { UInt8(exactly: $0) }
        return bytes.count == parts.count ? bytes : nil
    }

    private static func address(_ parts: ArraySlice<UInt32>) -> JSONValue? {
        guard let bytes = octets(parts), let address = IPAddress(bytes: bytes) else { return nil }
        return .string(address.description)
    }

    static func label(_ index: JSONValue) -> String { index.string ?? index.canonical }
}

/// DateAndTime of RFC 2579: year, month, day, hour, minutes, seconds, deci-seconds, and perhaps a zone.
struct DateAndTime: Sendable, Equatable {
    /// RFC 3339; without a zone when the agent gives none.
    let text: String
    /// Seconds since 1970; without a zone as if it were UTC.
    let seconds: Double

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 11 else { return nil }
        func two(_ number: some BinaryInteger) -> String { (number < 10 ? "0" : "") + String(number) }
        let year = String(Int(bytes[0]) << 8 | Int(bytes[1]))
        let day =
            String(repeating: "0", count: max(0, 4 - year.utf8.count)) + year + "-" + two(bytes[2]) + "-"
            + two(bytes[3])
        // A leap second is 60.
        guard let start = Timestamp(day: day), bytes[4] < 24, bytes[5] < 60, bytes[6] <= 60, bytes[7] < 10 else {
            return nil
        }
        var zone = ""
        var offset = 0
        if bytes.count == 11 {
            guard bytes[8] == 0x2B || bytes[8] == 0x2D, bytes[9] <= 14, bytes[10] < 60 else { return nil }
            offset = (Int(bytes[9]) * 60 + Int(bytes[10])) * (bytes[8] == 0x2B ? 60 : -60)
            zone = offset == 0 ? "Z" : (bytes[8] == 0x2B ? "+" : "-") + two(bytes[9]) + ":" + two(bytes[10])
        }
        let fraction = bytes[7] == 0 ? "" : ".\(bytes[7])"
        text = "\(day)T\(two(bytes[4])):\(two(bytes[5])):\(two(bytes[6]))\(fraction)\(zone)"
        let ofDay = Int(bytes[4]) * 3_600 + Int(bytes[5]) * 60 + Int(bytes[6])
        seconds = Double(start.milliseconds / 1_000 + Int64(ofDay - offset)) + Double(bytes[7]) / 10
    }
}
