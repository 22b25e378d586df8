import Notation

/// The records of one kind as bytes: field names once for each combination, texts that repeat once, then one record
/// after the other: key, number of the combination, values.
enum PackedSection {
    /// Before each value.
    private enum Tag: UInt8 {
        case null, no, yes, int, double, text, shared, key, list, map
    }

    /// Different texts looked at for repetition; more would cost more than they save.
    private static let mostTexts = 1 << 16
    private static let deepest = 1_000

    // MARK: - Writing

    static func write(_ objects: [Object]) -> [UInt8] {
        var shapes: [[String]: Int] = [:]
        var names: [[String]] = []
        var seen: [String: Int] = [:]
        for object in objects {
            if shapes[object.fields.keys] == nil {
                shapes[object.fields.keys] = names.count
                names.append(object.fields.keys)
            }
            for value in object.fields.values { note(value, object.id.key, &seen) }
        }
        let shared = seen.filter { $0.value > 1 }.keys.sorted()
        var writer = Writer(numbers: Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($1, $0) }))
        writer.out.count(names.count)
        for shape in names {
            writer.out.count(shape.count)
            for name in shape { writer.out.text(name) }
        }
        writer.out.count(shared.count)
        for text in shared { writer.out.text(text) }
        writer.out.count(objects.count)
        for object in objects {
            writer.key = object.id.key
            writer.out.text(object.id.key)
            writer.out.count(shapes[object.fields.keys] ?? 0)
            for value in object.fields.values { writer.value(value) }
        }
        return writer.out.bytes
    }

    private static func note(_ value: JSONValue, _ key: String, _ seen: inout [String: Int]) {
        switch value {
        case .string(let text):
            if text.utf8.count < 4 || isSame(text, key) { return }
            if let count = seen[text] {
                if count == 1 { seen[text] = 2 }
            } else if seen.count < mostTexts {
                seen[text] = 1
            }
        case .array(let elements): for element in elements { note(element, key, &seen) }
        default: break
        }
    }

    /// Byte for byte: Swift's equality also holds for two ways to compose one letter.
    private static func isSame(_ a: String, _ b: String) -> Bool { a == b && a.utf8.elementsEqual(b.utf8) }

    private struct Writer {
        var out = PackedWriter()
        var key = ""
        let numbers: [String: Int]

        init(numbers: [String: Int]) { self.numbers = numbers }

        mutating func value(_ value: JSONValue) {
            switch value {
            case .null: tag(.null)
            case .bool(let truth): tag(truth ? .yes : .no)
            case .int(let number):
                tag(.int)
                out.fixed(number)
            case .double(let number):
                tag(.double)
                out.fixed(number.bitPattern)
            case .string(let text): self.text(text)
            case .array(let elements):
                tag(.list)
                out.count(elements.count)
                for element in elements { self.value(element) }
            case .object(let members):
                tag(.map)
                out.count(members.count)
                for (name, member) in members.sorted(by: { Shape.precedes($0.key, $1.key) }) {
                    out.text(name)
                    self.value(member)
                }
            }
        }

        private mutating func text(_ text: String) {
            if PackedSection.isSame(text, key) { return tag(.key) }
            if let number = numbers[text], text.utf8.allSatisfy({ $0 < 0x80 }) {
                tag(.shared)
                out.count(number)
            } else {
                tag(.text)
                out.text(text)
            }
        }

        private mutating func tag(_ tag: Tag) { out.byte(tag.rawValue) }
    }

    // MARK: - Reading

    /// The records, sorted by key as they were written; anything else is a fault.
    static func read(_ bytes: [UInt8], kind: Kind) throws(PackedFault) -> [Object] {
        let result: Result<[Object], PackedFault> = bytes.withUnsafeBytes { bytes in
            do throws(PackedFault) {
                var reader = Reader(in: PackedReader(bytes))
                return .success(try reader.objects(kind))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private struct Reader {
        var `in`: PackedReader
        var shared: [String] = []
        var key = ""

        mutating func objects(_ kind: Kind) throws(PackedFault) -> [Object] {
            var shapes: [Shape] = []
            for _ in 0..<(try `in`.count()) {
                var names: [String] = []
                for _ in 0..<(try `in`.count()) { names.append(try `in`.text()) }
                guard zip(names, names.dropFirst()).allSatisfy({ Shape.precedes($0, $1) }) else {
                    throw PackedFault("field names are not sorted")
                }
                shapes.append(Shape(names))
            }
            let texts = try `in`.count()
            shared.reserveCapacity(texts)
            for _ in 0..<texts { shared.append(try `in`.text()) }
            let count = try `in`.count(of: 2)
            var objects: [Object] = []
            objects.reserveCapacity(count)
            for i in 0..<count {
                key = try `in`.text()
                if i > 0, !Shape.precedes(objects[i - 1].id.key, key) { throw PackedFault("keys are not sorted") }
                let shape = try `in`.varint()
                guard shape < UInt64(shapes.count) else { throw PackedFault("an unknown combination of fields") }
                objects.append(Object(id: ObjectID(kind, key), fields: try fields(shapes[Int(shape)])))
            }
            guard `in`.isAtEnd else { throw PackedFault("something follows the records") }
            return objects
        }

        private mutating func fields(_ shape: Shape) throws(PackedFault) -> Fields {
            var values: [JSONValue] = []
            values.reserveCapacity(shape.names.count)
            for _ in shape.names.indices { values.append(try value(depth: 0)) }
            return Fields(shape: shape, values: values)
        }

        private mutating func value(depth: Int) throws(PackedFault) -> JSONValue {
            guard depth < PackedSection.deepest else { throw PackedFault("nested too deep") }
            guard let tag = Tag(rawValue: try `in`.byte()) else { throw PackedFault("an unknown sort of value") }
            switch tag {
            case .null: return .null
            case .no: return .bool(false)
            case .yes: return .bool(true)
            case .int: return .int(try `in`.fixed(Int64.self))
            case .double: return .double(Double(bitPattern: try `in`.fixed(UInt64.self)))
            case .text: return .string(try `in`.text())
            case .shared:
                let number = try `in`.varint()
                guard number < UInt64(shared.count) else { throw PackedFault("an unknown text") }
                return .string(shared[Int(number)])
            case .key: return .string(key)
            case .list:
                var elements: [JSONValue] = []
                for _ in 0..<(try `in`.count()) { elements.append(try value(depth: depth + 1)) }
                return .array(elements)
            case .map:
                var members: [String: JSONValue] = [:]
                for _ in 0..<(try `in`.count(of: 2)) { members[try `in`.text()] = try value(depth: depth + 1) }
                return .object(members)
            }
        }
    }
}
