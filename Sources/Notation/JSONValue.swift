/// A JSON value whose integers stay exact (64 bit) and whose objects have one canonical order.
public enum JSONValue: Hashable, Sendable {
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
        var out: [UInt8] = []
        appendCanonical(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Canonical order, two spaces of indent: for people and for `--format json`.
    public var pretty: String {
        var out: [UInt8] = []
        JSONWriter.write(self, to: &out, indent: 2, depth: 0)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the bytes of ``canonical``: for what is hashed or stored, without a text in between.
    public func appendCanonical(to out: inout [UInt8]) { JSONWriter.write(self, to: &out, indent: nil, depth: 0) }

    /// Appends `text` as a JSON string with the escapes of ``canonical``.
    public static func appendQuoted(_ text: String, to out: inout [UInt8]) { JSONWriter.quote(text, to: &out) }

    /// Appends `number` in decimal digits.
    public static func appendDigits(_ number: Int64, to out: inout [UInt8]) { JSONWriter.digits(number, to: &out) }
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
