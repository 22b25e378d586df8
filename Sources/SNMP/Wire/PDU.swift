import Remote

/// The kinds of PDU that we send or understand (RFC 3416 section 3).
enum PDUKind: UInt8 {
    case get = 0xA0
    case getNext = 0xA1
    case response = 0xA2
    case getBulk = 0xA5
    case report = 0xA8
}

/// The fixed part of a PDU and a view on its bindings, which are decoded only when somebody wants them.
struct PDUHead {
    let kind: UInt8
    let requestID: Int32
    /// error-status, or non-repeaters in a GETBULK.
    let first: Int32
    /// error-index, or max-repetitions in a GETBULK.
    let second: Int32
    let bindings: BERReader

    /// Reads the head of the PDU at the front of `reader`.
    init(_ reader: inout BERReader) throws(BERError) {
        let (tag, content) = try reader.next()
        guard tag & 0xE0 == 0xA0 else { throw .unexpectedTag(tag) }
        var body = content
        kind = tag
        requestID = try body.int32()
        first = try body.int32()
        second = try body.int32()
        bindings = try body.expect(BERTag.sequence)
    }

    /// Decodes all bindings.
    /// - Parameter limit: more than so many are an error, before memory is spent on them.
    func varBinds(limit: Int) throws(BERError) -> [VarBind] {
        var reader = bindings
        // Counted first: a list takes exactly its room, and too long a one takes none.
        var counter = bindings
        var total = 0
        while !counter.isEmpty {
            guard total < limit else { throw .tooMany }
            _ = try counter.next()
            total += 1
        }
        var result: [VarBind] = []
        result.reserveCapacity(total)
        while !reader.isEmpty {
            var pair = try reader.expect(BERTag.sequence)
            let name = try pair.expect(BERTag.oid).oid()
            let (tag, content) = try pair.next()
            result.append(VarBind(name, try Self.value(tag, content)))
        }
        return result
    }

    @inline(__always)
    private static func value(_ tag: UInt8, _ content: BERReader) throws(BERError) -> SNMPValue {
        switch tag {
        case BERTag.integer: .integer(try content.signed())
        case BERTag.octets, BERTag.nsap: .octets(content.bytes())
        case BERTag.null: .null
        case BERTag.oid: .oid(try content.oid())
        case BERTag.ipAddress: .ipAddress(content.bytes())
        case BERTag.counter32: .counter32(UInt32(truncatingIfNeeded: try content.unsigned(max: UInt64(UInt32.max))))
        case BERTag.gauge32, BERTag.uinteger32:
            .gauge32(UInt32(truncatingIfNeeded: try content.unsigned(max: UInt64(UInt32.max))))
        case BERTag.timeTicks: .timeTicks(UInt32(truncatingIfNeeded: try content.unsigned(max: UInt64(UInt32.max))))
        case BERTag.opaque: .opaque(content.bytes())
        case BERTag.counter64: .counter64(try content.unsigned(max: UInt64.max))
        case BERTag.noSuchObject: .noSuchObject
        case BERTag.noSuchInstance: .noSuchInstance
        case BERTag.endOfMibView: .endOfMibView
        default: throw .unexpectedTag(tag)
        }
    }
}

/// What to ask: everything of a request PDU but its id.
struct PDUBody {
    var kind: PDUKind
    var names: ArraySlice<OID>
    var nonRepeaters: Int32 = 0
    var maxRepetitions: Int32 = 0

    /// Writes the PDU with NULL values.
    func write(requestID: Int32, to writer: inout BERWriter) {
        let mark = writer.count
        for name in names.reversed() {
            let start = writer.count
            writer.byte(0)
            writer.byte(BERTag.null)
            writer.oid(name)
            writer.header(BERTag.sequence, since: start)
        }
        writer.header(BERTag.sequence, since: mark)
        writer.integer(maxRepetitions)
        writer.integer(nonRepeaters)
        writer.integer(requestID)
        writer.header(kind.rawValue, since: mark)
    }
}

/// error-status by name (RFC 3416 section 3).
func errorStatusName(_ status: Int32) -> String {
    let names = [
        "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength",
        "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed",
        "undoFailed", "authorizationError", "notWritable", "inconsistentName",
    ]
    guard names.indices.contains(Int(status)) else { return "error-status \(status)" }
    return "\(names[Int(status)])(\(status))"
}

/// error-status numbers that we act on.
enum ErrorStatus {
    static let noError: Int32 = 0
    static let tooBig: Int32 = 1
    static let noSuchName: Int32 = 2
    static let genErr: Int32 = 5
}
