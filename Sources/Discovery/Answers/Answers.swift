import Addressing
import Remote

/// What an agent answered, in order of names: the one thing all readers read from.
///
/// Nothing in it is trusted: any value may stand under any name, indexes may have any length.
struct Answers: Sendable {
    /// One cell of a column: what stands behind the column's name, and the value.
    struct Cell: Sendable {
        let index: [UInt32]
        let value: SNMPValue
    }

    private let binds: [VarBind]

    init(_ binds: [VarBind]) {
        var sorted = binds.filter { !$0.value.isException }
        // Of two values under one name the same one counts, however they came.
        sorted.sort { $0.oid == $1.oid ? "\($0.value)" < "\($1.value)" : $0.oid < $1.oid }
        self.binds = sorted
    }

    var isEmpty: Bool { binds.isEmpty }

    /// The value of exactly this name.
    func value(_ oid: OID) -> SNMPValue? {
        let at = firstIndex(notBefore: oid)
        return at < binds.count && binds[at].oid == oid ? binds[at].value : nil
    }

    /// Everything below `root`.
    func column(_ root: OID) -> [Cell] {
        var out: [Cell] = []
        var at = firstIndex(notBefore: root)
        while at < binds.count, let suffix = binds[at].oid.suffix(after: root) {
            if !suffix.isEmpty { out.append(Cell(index: suffix, value: binds[at].value)) }
            at += 1
        }
        return out
    }

    /// A column by its index.
    func cells(_ root: OID) -> [[UInt32]: SNMPValue] {
        Dictionary(column(root).map { ($0.index, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The only or first value under `oid`: itself, or the first of its column.
    func first(_ oid: OID) -> SNMPValue? { value(oid) ?? column(oid).first?.value }

    func text(_ oid: OID) -> String? { value(oid).flatMap(\.text) }
    func integer(_ oid: OID) -> Int64? { value(oid).flatMap(\.integer) }

    private func firstIndex(notBefore oid: OID) -> Int {
        var low = 0
        var high = binds.count
        while low < high {
            let middle = (low + high) / 2
            if binds[middle].oid < oid { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SNMPValue {
    /// A whole number of any type; nil for texts.
    var integer: Int64? {
        switch self {
        case .integer(let number): Int64(number)
        case .counter32(let number), .gauge32(let number), .timeTicks(let number): Int64(number)
        case .counter64(let number): Int64(clamping: number)
        default: nil
        }
    }

    /// A number of any type; of a text the number at its start (`21.5 C`, `45%`).
    var number: Double? {
        if let integer { return Double(integer) }
        guard let text else { return Self.opaqueFloat(self) }
        return Self.leadingNumber(text)
    }

    /// The text of an octet string, cleaned; nil for other types and for empty ones.
    var text: String? {
        if case .octets(let octets) = self { return OneLine.text(octets) }
        return nil
    }

    /// A text, or a number or name in digits: for objects whose type differs between models.
    var anyText: String? {
        switch self {
        case .oid(let oid): oid.description
        case .ipAddress(let bytes): IPAddress(bytes: bytes)?.description
        default: text ?? integer.map(String.init)
        }
    }

    /// The bytes of an octet string.
    var octets: [UInt8]? {
        switch self {
        case .octets(let octets), .ipAddress(let octets): octets
        default: nil
        }
    }

    /// A hardware address: six octets, or one of the usual texts of it; nil for all zeros.
    var mac: MACAddress? {
        guard case .octets(let octets) = self else { return nil }
        let found = octets.count == 6 ? MACAddress(bytes: octets) : text.flatMap { try? MACAddress($0) }
        return found?.rawValue == 0 ? nil : found
    }

    /// A count of bytes that some agents write as a text: `"9.9G`, `512 MB`, `44292kB`.
    var bytes: Double? {
        guard let text, let number else { return number }
        let unit = text.drop { !$0.isLetter }.first?.lowercased() ?? ""
        let powers = ["k": 1.0, "m": 2, "g": 3, "t": 4]
        return (0..<Int(powers[unit] ?? 0)).reduce(number) { value, _ in value * 1_024 }
    }

    /// The number at the start of a text.
    static func leadingNumber(_ text: String) -> Double? {
        var digits = ""
        for character in text.drop(while: { $0 == " " || $0 == "\"" }) {
            switch character {
            case "0"..."9": digits.append(character)
            case "+", "-": if digits.isEmpty { digits.append(character) } else { return Double(digits) }
            case ".", ",": digits.append(".")
            default: return Double(digits)
            }
            if digits.count > 20 { return nil }
        }
        return Double(digits)
    }

    /// net-snmp's wrapped float: `9f 78 04` and four bytes (draft-perkins-opaque-01).
    private static func opaqueFloat(_ value: SNMPValue) -> Double? {
        guard case .opaque(let bytes) = value, bytes.count == 7, bytes[0] == 0x9F, bytes[1] == 0x78, bytes[2] == 4
        else {
            return nil
        }
        let bits = bytes[3...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let number = Float(bitPattern: bits)
        return number.isFinite ? Double(number) : nil
    }
}
