/// A JSON value whose integers stay exact (64 bit) and whose objects have one canonical order.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The text, if it is a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The number, if it is an integer.
    public var int: Int64? { if case .int(let number) = self { number } else { nil } }
    /// The number, whole or not.
    public var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
    /// The truth value.
    public var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
    /// The elements.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The members.
    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    /// A member of an object; nil for a missing one and for other shapes.
    public subscript(_ name: String) -> JSONValue? { object?[name] }

    /// One line of canonical JSON: members sorted by UTF-8 bytes, no spaces, shortest escapes, integers exact.
    ///
    /// Doubles print as Swift prints them (shortest that reads back the same); NaN and infinities become null.
    public var canonical: String {
        var out = ""
        write(to: &out, indent: nil, depth: 0)
        return out
    }

    /// Canonical order, two spaces of indent: for people and for `--format json`.
    public var pretty: String {
        var out = ""
        write(to: &out, indent: 2, depth: 0)
        return out
    }

    private func write(to out: inout String, indent: Int?, depth: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let truth): out += truth ? "true" : "false"
        case .int(let number): out += String(number)
        case .double(let number):
            if number.isFinite {
                out += number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) + ".0" : "\(number)"
            } else {
                out += "null"
            }
        case .string(let text): Self.quote(text, to: &out)
        case .array(let elements):
            Self.list("[", "]", elements.count, &out, indent, depth) { i, out in
                elements[i].write(to: &out, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            Self.list("{", "}", names.count, &out, indent, depth) { i, out in
                Self.quote(names[i], to: &out)
                out += indent == nil ? ":" : ": "
                (members[names[i]] ?? .null).write(to: &out, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func list(
        _ open: String, _ close: String, _ count: Int, _ out: inout String, _ indent: Int?, _ depth: Int,
        _ body: (Int, inout String) -> Void
    ) {
        out += open
        for i in 0..<count {
            if i > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: " ", count: indent * (depth + 1)) }
            body(i, &out)
        }
        if let indent, count > 0 { out += "\n" + String(repeating: " ", count: indent * depth) }
        out += close
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        // Most texts need no escape: they are copied whole.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }) {
            out += text
            out += "\""
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByFloatLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; of equal names the last wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
    /// null.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: Codable {
    /// Decodes any JSON; integers that fit 64 bits stay integers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .bool(truth)
        } else if let number = try? container.decode(Int64.self) {
            self = .int(number)
        } else if let number = try? container.decode(Double.self) {
            self = .double(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Encodes the value as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let truth): try container.encode(truth)
        case .int(let number): try container.encode(number)
        case .double(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
