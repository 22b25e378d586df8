import Foundation

/// A read-only SNMPv2c agent that answers from a recording: `OID|tag|value` lines, as snmpsim writes them.
///
/// Tags are the BER types in decimal; `x` behind one means that the value is in hexadecimal, `:numeric` that it varies,
/// of which the initial value is taken. Any community is accepted.
public final class RecordingAgent: Sendable {
    private let peer: SNMPPeer
    /// Loopback address and port it answers at.
    public var address: String { peer.address }
    /// Its UDP port.
    public var port: UInt16 { peer.port }
    /// Rows it serves.
    public let count: Int

    /// Serves the lines of `text`; lines that are none are left out.
    public init(text: String) throws {
        let rows = Self.rows(of: text)
        count = rows.count
        peer = try SNMPPeer { datagram, _ in
            Self.answer(datagram, rows).map { [SNMPPeer.Reply($0)] } ?? []
        }
    }

    /// One object: its name, its type and its value as BER has them.
    public struct Row: Sendable {
        /// Sub-identifiers from the root.
        public let oid: [UInt32]
        /// BER tag.
        public let tag: UInt8
        /// BER contents.
        public let bytes: [UInt8]
    }

    /// The folder of recordings beside the package, if there is one.
    public static let folder: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let places = [ProcessInfo.processInfo.environment["HATANG_RECORDINGS"], package.path + "/../shared/recordings"]
        return places.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// The text of a recording by its name without ending; bzip2 unpacks packed ones.
    public static func text(of name: String, in folder: String) async throws -> String {
        let plain = "\(folder)/\(name).snmprec"
        if let data = FileManager.default.contents(atPath: plain) { return String(decoding: data, as: UTF8.self) }
        guard let bunzip = findExecutable("bunzip2") else {
            throw ProcessFailure(description: "bunzip2 is not installed; install the package 'bzip2'")
        }
        let result = try await runProcess(bunzip, ["-c", "\(folder)/\(name).snmprec.bz2"])
        return String(decoding: result.stdout, as: UTF8.self)
    }

    /// The rows of a recording in order of names.
    public static func rows(of text: String) -> [Row] {
        var out: [Row] = []
        for line in text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            let parts = line.split(separator: UInt8(ascii: "|"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let oid = parts[0].split(separator: UInt8(ascii: ".")).compactMap {
                UInt32(String(decoding: $0, as: UTF8.self))
            }
            guard oid.count > 2, let row = row(oid, String(decoding: parts[1], as: UTF8.self), Array(parts[2])) else {
                continue
            }
            out.append(row)
        }
        out.sort { $0.oid.lexicographicallyPrecedes($1.oid) }
        return out
    }

    private static func row(_ oid: [UInt32], _ tag: String, _ value: [UInt8]) -> Row? {
        let digits = tag.prefix { $0.isNumber }
        guard let number = UInt8(digits) else { return nil }
        var raw = value
        var text = String(decoding: value, as: UTF8.self)
        if tag.contains(":") {
            let settings = text.split(separator: ",").map { $0.split(separator: "=") }
            let chosen = settings.first { $0.first == "initial" } ?? settings.first { $0.first == "offset" }
            text = chosen.flatMap { $0.count == 2 ? String($0[1]) : nil } ?? "1"
        } else if tag.hasSuffix("x") {
            raw = hex(text)
            if number != 4 && number != 64 && number != 68 { return Row(oid: oid, tag: number, bytes: raw) }
        }
        switch number {
        case 2: return Int64(text).map { Row(oid: oid, tag: 2, bytes: BER.integer($0)) }
        case 65, 66, 67, 70: return UInt64(text).map { Row(oid: oid, tag: number, bytes: BER.unsigned($0)) }
        case 6:
            let parts = text.split(separator: ".").compactMap { UInt32($0) }
            return Row(oid: oid, tag: 6, bytes: BER.oid(parts.count < 2 ? [0, 0] : parts))
        case 64 where !tag.hasSuffix("x"):
            return Row(oid: oid, tag: 64, bytes: text.split(separator: ".").compactMap { UInt8($0) })
        default: return Row(oid: oid, tag: number, bytes: raw)
        }
    }

    private static func hex(_ text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    private static func answer(_ datagram: [UInt8], _ rows: [Row]) -> [UInt8]? {
        var reader = BER.Reader(datagram[...])
        guard var message = reader.enter(0x30), let version = message.take(2), let community = message.take(4),
            let (type, body) = message.any()
        else { return nil }
        var pdu = BER.Reader(body)
        guard let request = pdu.take(2), let first = pdu.take(2), let second = pdu.take(2), var list = pdu.enter(0x30)
        else { return nil }
        var names: [[UInt32]] = []
        while var bind = list.enter(0x30), let name = bind.take(6) { names.append(BER.parts(name)) }
        var binds: [[UInt8]] = []
        switch type {
        case 0xA0: binds = names.map { exactly($0, rows) }
        case 0xA1: binds = names.map { next($0, rows).bytes }
        case 0xA5: binds = bulk(names, Int(first.last ?? 0), Int(second.reduce(0) { $0 << 8 | UInt($1) }), rows)
        default: return nil
        }
        let answer =
            BER.tlv(2, Array(request)) + BER.tlv(2, [0]) + BER.tlv(2, [0]) + BER.tlv(0x30, binds.flatMap { $0 })
        return BER.tlv(0x30, BER.tlv(2, Array(version)) + BER.tlv(4, Array(community)) + BER.tlv(0xA2, answer))
    }

    private static func bulk(_ names: [[UInt32]], _ single: Int, _ most: Int, _ rows: [Row]) -> [[UInt8]] {
        var out = names.prefix(single).map { next($0, rows).bytes }
        var cursor = Array(names.dropFirst(single))
        var size = out.reduce(0) { $0 + $1.count }
        for _ in 0..<max(0, min(most, 200)) {
            for at in cursor.indices {
                let found = next(cursor[at], rows)
                size += found.bytes.count
                if size > 1_380 && !out.isEmpty { return out }
                out.append(found.bytes)
                cursor[at] = found.oid
            }
        }
        return out
    }

    private static func position(_ oid: [UInt32], _ rows: [Row], after: Bool) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let isBefore =
                after
                ? !oid.lexicographicallyPrecedes(rows[middle].oid) : rows[middle].oid.lexicographicallyPrecedes(oid)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func exactly(_ oid: [UInt32], _ rows: [Row]) -> [UInt8] {
        let at = position(oid, rows, after: false)
        guard at < rows.count, rows[at].oid == oid else {
            return BER.tlv(0x30, BER.tlv(6, BER.oid(oid)) + BER.tlv(0x81, []))
        }
        return bind(rows[at])
    }

    private static func next(_ oid: [UInt32], _ rows: [Row]) -> (oid: [UInt32], bytes: [UInt8]) {
        let at = position(oid, rows, after: true)
        guard at < rows.count else { return (oid, BER.tlv(0x30, BER.tlv(6, BER.oid(oid)) + BER.tlv(0x82, []))) }
        return (rows[at].oid, bind(rows[at]))
    }

    private static func bind(_ row: Row) -> [UInt8] {
        BER.tlv(0x30, BER.tlv(6, BER.oid(row.oid)) + BER.tlv(row.tag, row.bytes))
    }
}

/// As much of the basic encoding rules as an agent needs.
private enum BER {
    static func tlv(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
        let length: [UInt8] =
            body.count < 128 ? [UInt8(body.count)] : [0x82, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
        return [tag] + length + body
    }

    static func integer(_ number: Int64) -> [UInt8] {
        var bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        while bytes.count > 1, (bytes[0] == 0 && bytes[1] < 128) || (bytes[0] == 255 && bytes[1] >= 128) {
            bytes.removeFirst()
        }
        return bytes
    }

    static func unsigned(_ number: UInt64) -> [UInt8] {
        var bytes = [0] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
        while bytes.count > 1, bytes[0] == 0, bytes[1] < 128 { bytes.removeFirst() }
        return bytes
    }

    static func oid(_ parts: [UInt32]) -> [UInt8] {
        var out: [UInt8] = []
        let joined = [parts[0] * 40 + parts[1]] + parts.dropFirst(2)
        for part in joined {
            var groups = [UInt8(part & 0x7F)]
            var rest = part >> 7
            while rest > 0 {
                groups.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            out += groups.reversed()
        }
        return out
    }

    static func parts(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        var out: [UInt32] = []
        var part: UInt32 = 0
        for byte in bytes {
            part = part << 7 | UInt32(byte & 0x7F)
            if byte & 0x80 == 0 {
                out.append(part)
                part = 0
            }
        }
        guard let first = out.first else { return [] }
        let root = min(first / 40, 2)
        return [root, first - root * 40] + out.dropFirst()
    }

    struct Reader {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func any() -> (UInt8, ArraySlice<UInt8>)? {
            guard rest.count >= 2 else { return nil }
            let tag = rest.removeFirst()
            var length = Int(rest.removeFirst())
            if length >= 128 {
                let count = length - 128
                guard count <= 3, rest.count >= count else { return nil }
                length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(count)
            }
            guard rest.count >= length else { return nil }
            let body = rest.prefix(length)
            rest = rest.dropFirst(length)
            return (tag, body)
        }

        mutating func take(_ tag: UInt8) -> ArraySlice<UInt8>? {
            guard let (found, body) = any(), found == tag else { return nil }
            return body
        }

        mutating func enter(_ tag: UInt8) -> Reader? { take(tag).map { Reader($0) } }
    }
}
