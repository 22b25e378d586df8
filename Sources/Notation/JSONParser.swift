/// Why a text is not JSON: RFC 8259, with unique member names (RFC 8259 section 4 advises them; two readers that
/// pick different ones would see different records).
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let problem: String
    /// Bytes before the place.
    public let offset: Int

    /// `not JSON at byte 12: …`.
    public var description: String { "not JSON at byte \(offset): \(problem)" }
}

extension JSONValue {
    /// Parses one JSON text (RFC 8259, UTF-8, no byte order mark, unique member names, at most 512 levels deep).
    ///
    /// Whole numbers without fraction and exponent that fit 64 bits are ``int(_:)``, all others ``double(_:)``: what
    /// ``canonical`` writes reads back the same.
    /// - Throws: ``JSONSyntaxError``.
    public static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
        var parser = JSONParser(Array(bytes))
        return try parser.document()
    }

    /// Parses one JSON text; see ``parse(_:)-(Sequence<UInt8>)``.
    /// - Throws: ``JSONSyntaxError``.
    public static func parse(_ text: String) throws -> JSONValue { try parse(text.utf8) }

    /// Parses one JSON object and returns its members in the order written, as lists of equal length; nil for any other
    /// value. See ``parse(_:)-(Sequence<UInt8>)``, but here equal names are the caller's to find.
    /// - Throws: ``JSONSyntaxError``.
    public static func parseMembers(_ text: String) throws -> (names: [String], values: [JSONValue])? {
        var parser = JSONParser(Array(text.utf8))
        return try parser.members()
    }
}

/// Recursive descent over bytes; every access is bounds-checked by the array.
struct JSONParser {
    static let maximumDepth = 512
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        // Checked once as a whole: strings are cut at ASCII bytes, and what is cut there stays valid.
        do { _ = try UTF8Span(validating: bytes.span) } catch {
            throw JSONSyntaxError(problem: "not UTF-8", offset: error.byteOffsets.lowerBound)
        }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw error("something follows the value") }
        return value
    }

    mutating func members() throws(JSONSyntaxError) -> (names: [String], values: [JSONValue])? {
        do { _ = try UTF8Span(validating: bytes.span) } catch {
            throw JSONSyntaxError(problem: "not UTF-8", offset: error.byteOffsets.lowerBound)
        }
        skipSpace()
        guard next == UInt8(ascii: "{") else { return nil }
        at += 1
        skipSpace()
        var (names, values): ([String], [JSONValue]) = ([], [])
        names.reserveCapacity(16)
        values.reserveCapacity(16)
        if next == UInt8(ascii: "}") {
            at += 1
        } else {
            while true {
                let (name, value) = try member(depth: 0)
                names.append(name)
                values.append(value)
                if try endsObject() { break }
            }
        }
        skipSpace()
        guard at == bytes.count else { throw error("something follows the value") }
        return (names, values)
    }

    private func error(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(problem: problem, offset: at) }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard let first = next else { throw error("the text ends where a value should stand") }
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("no value starts like this")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count else { throw error("unknown word") }
        let same = text.withUTF8Buffer { expected in expected.elementsEqual(bytes[at..<at + length]) }
        guard same else { throw error("unknown word") }
        at += length
        return value
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
        at += 1
        skipSpace()
        // Records have a dozen members, what is inside them a few: growing a table means hashing every name again.
        var members = [String: JSONValue](minimumCapacity: depth == 0 ? 12 : 3)
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        while true {
            let (name, value) = try member(depth: depth)
            guard members.updateValue(value, forKey: name) == nil else {
                throw error("a member name stands twice in one object")
            }
            if try endsObject() { return .object(members) }
        }
    }

    private mutating func member(depth: Int) throws(JSONSyntaxError) -> (String, JSONValue) {
        guard next == UInt8(ascii: "\"") else { throw error("a member name in quotes should stand here") }
        let name = try string()
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw error("\":\" should stand here") }
        at += 1
        skipSpace()
        let value = try value(depth: depth + 1)
        skipSpace()
        return (name, value)
    }

    /// After a member: whether the object ends here; else the next member begins.
    private mutating func endsObject() throws(JSONSyntaxError) -> Bool {
        switch next {
        case UInt8(ascii: ","):
            at += 1
            skipSpace()
            return false
        case UInt8(ascii: "}"):
            at += 1
            return true
        default: throw error("\",\" or \"}\" should stand here")
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
        at += 1
        skipSpace()
        var elements: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            at += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch next {
            case UInt8(ascii: ","):
                at += 1
                skipSpace()
            case UInt8(ascii: "]"):
                at += 1
                return .array(elements)
            default: throw error("\",\" or \"]\" should stand here")
            }
        }
    }

    // RFC 8259 section 6: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = at
        let negative = next == UInt8(ascii: "-")
        if negative { at += 1 }
        let firstDigit = at
        var whole: Int64? = 0
        while let digit = digit() {
            whole = whole.flatMap { sum in
                let (product, overflow) = sum.multipliedReportingOverflow(by: 10)
                let (total, carry) =
                    negative
                    ? product.subtractingReportingOverflow(Int64(digit))
                    : product.addingReportingOverflow(Int64(digit))
                return overflow || carry ? nil : total
            }
        }
        guard at > firstDigit else { throw error("a digit should stand here") }
        guard at == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw error("numbers have no leading zeros")
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        if isWhole, let whole { return .int(whole) }
        guard let double = Double(String(decoding: bytes[start..<at], as: UTF8.self)), double.isFinite else {
            throw error("a number this large cannot be kept")
        }
        return .double(double)
    }

    private mutating func digit() -> UInt8? {
        guard let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        at += 1
        return byte - UInt8(ascii: "0")
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard digit() != nil else { throw error("a digit should stand here") }
        while digit() != nil {}
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        at += 1
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let text = String(decoding: bytes[start..<at], as: UTF8.self)
                at += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw error("control characters are written as escapes")
            default: at += 1
            }
        }
        throw error("a string is not closed")
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                let text = String(decoding: out, as: UTF8.self)
                at += 1
                return text
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &out)
            case 0..<0x20: throw error("control characters are written as escapes")
            default:
                out.append(byte)
                at += 1
            }
        }
        throw error("a string is not closed")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = next else { throw error("a string is not closed") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            let first = try hex4()
            var code = UInt32(first)
            // RFC 8259 section 7: characters outside the BMP are two escapes, a UTF-16 surrogate pair.
            if 0xD800..<0xDC00 ~= first {
                guard next == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") else {
                    throw error("half of a surrogate pair")
                }
                at += 2
                let second = try hex4()
                guard 0xDC00..<0xE000 ~= second else { throw error("half of a surrogate pair") }
                code = 0x1_0000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
            out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw error("unknown escape")
        }
    }

    private mutating func hex4() throws(JSONSyntaxError) -> UInt16 {
        guard at + 4 <= bytes.count else { throw error("four hex digits should stand here") }
        var code: UInt16 = 0
        for byte in bytes[at..<at + 4] {
            let digit: UInt8 =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
                case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
                default: throw error("four hex digits should stand here")
                }
            code = code << 4 | UInt16(digit)
        }
        at += 4
        return code
    }
}
