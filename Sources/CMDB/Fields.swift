public import Notation

/// The fields of one record: a small dictionary that is kept sorted by name (UTF-8 bytes).
///
/// Records with the same field names share one list of them, so that a record costs its values and two words more.
/// Look-ups scan the names, of which no record has many.
public struct Fields: Hashable, Sendable {
    private(set) var shape: Shape
    private(set) var values: [JSONValue]

    /// No fields.
    public init() { (shape, values) = (.empty, []) }

    /// The members of `dictionary`.
    public init(_ dictionary: [String: JSONValue]) {
        let sorted = dictionary.sorted { Shape.precedes($0.key, $1.key) }
        self.init(shape: Shape(sorted.map(\.key)), values: sorted.map(\.value))
    }

    /// `values` in the order of the names of `shape`.
    init(shape: Shape, values: [JSONValue]) { (self.shape, self.values) = (shape, values) }

    /// The value of `name`; setting nil takes it out.
    public subscript(_ name: String) -> JSONValue? {
        get { shape.index(of: name).map { values[$0] } }
        set {
            switch (shape.index(of: name), newValue) {
            case (let i?, let value?): values[i] = value
            case (let i?, nil):
                shape = shape.without(i)
                values.remove(at: i)
            case (nil, let value?):
                let i = shape.place(of: name)
                shape = shape.with(name, at: i)
                values.insert(value, at: i)
            case (nil, nil): break
            }
        }
    }

    /// The names, sorted.
    public var keys: [String] { shape.names }
    /// The same as a dictionary.
    public var dictionary: [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: zip(shape.names, values).lazy.map { ($0, $1) })
    }

    /// These fields and those of `other`; where both have one, `combine` decides.
    public func merging(
        _ other: some Sequence<(key: String, value: JSONValue)>,
        uniquingKeysWith combine: (JSONValue, JSONValue) throws -> JSONValue
    ) rethrows -> Fields {
        var out = self
        for (name, value) in other { out[name] = try out[name].map { try combine($0, value) } ?? value }
        return out
    }

    /// One line of canonical JSON, as of ``Notation/JSONValue/canonical``.
    public var canonical: String {
        var out: [UInt8] = []
        appendCanonical(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the bytes of ``canonical``.
    public func appendCanonical(to out: inout [UInt8]) { appendCanonical(to: &out) { _, _ in } }

    /// Appends the bytes of ``canonical`` and tells for each field, in order, which bytes of `out` its value takes.
    public func appendCanonical(to out: inout [UInt8], eachValue: (_ name: String, _ bytes: Range<Int>) -> Void) {
        out.append(UInt8(ascii: "{"))
        for (i, name) in shape.names.enumerated() {
            if i > 0 { out.append(UInt8(ascii: ",")) }
            JSONValue.appendQuoted(name, to: &out)
            out.append(UInt8(ascii: ":"))
            let start = out.count
            values[i].appendCanonical(to: &out)
            eachValue(name, start..<out.count)
        }
        out.append(UInt8(ascii: "}"))
    }

    /// Equal names and equal values.
    public static func == (a: Fields, b: Fields) -> Bool {
        (a.shape === b.shape || a.shape.names == b.shape.names) && a.values == b.values
    }

    /// Feeds names and values.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(shape.names)
        hasher.combine(values)
    }
}

extension Fields: RandomAccessCollection {
    /// One field.
    public typealias Element = (key: String, value: JSONValue)
    /// Zero.
    public var startIndex: Int { 0 }
    /// How many fields there are.
    public var endIndex: Int { values.count }
    /// The field at `position` in the order of names.
    public subscript(position: Int) -> Element { (shape.names[position], values[position]) }
}

extension Fields: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// Fields as written; of equal names the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
    /// ``canonical``.
    public var description: String { canonical }
}

extension JSONValue {
    /// The fields as a JSON object.
    public static func object(_ fields: Fields) -> JSONValue { .object(fields.dictionary) }
}

/// The field names of a record, sorted by UTF-8 bytes; never changed.
final class Shape: Sendable {
    static let empty = Shape([])
    let names: [String]

    /// `names` are sorted and unique.
    init(_ names: [String]) { self.names = names }

    static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.withContiguousStorageIfAvailable { a in
            b.utf8.withContiguousStorageIfAvailable { a.lexicographicallyPrecedes($0) }
        }.flatMap { $0 } ?? a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    func index(of name: String) -> Int? { names.firstIndex(of: name) }
    /// Where `name`, which is not there, belongs.
    func place(of name: String) -> Int { names.firstIndex { Self.precedes(name, $0) } ?? names.count }
    func with(_ name: String, at place: Int) -> Shape {
        var names = names
        names.insert(name, at: place)
        return Shape(names)
    }
    func without(_ place: Int) -> Shape {
        var names = names
        names.remove(at: place)
        return Shape(names)
    }
}

/// Makes the fields of records that are read one after another, so that those with equal names share them.
package struct FieldsReader {
    private var shapes = Shapes()
    package init() {}

    /// The fields of a JSON object; nil for any other text.
    package mutating func fields(json: String) -> Fields? {
        guard let (names, values) = try? JSONValue.parseMembers(json) else { return nil }
        if zip(names, names.dropFirst()).allSatisfy({ Shape.precedes($0, $1) }) {
            return Fields(shape: shapes.shape(names), values: values)
        }
        guard case .object(let members)? = try? JSONValue.parse(json) else { return nil }
        return Fields(members)
    }
}

/// Finds the shape of records that are made one after another.
struct Shapes {
    private var known: [[String]: Shape] = [:]
    private var last = Shape.empty

    /// The shape with exactly `names`, which are sorted and unique.
    mutating func shape(_ names: [String]) -> Shape {
        if last.names == names { return last }
        if let shape = known[names] {
            last = shape
            return shape
        }
        last = Shape(names)
        known[names] = last
        return last
    }
}
