import CMDB
import Notation
import TestSupport
import Testing

@Suite("Fields of a record", .tags(.small))
struct FieldsTests {
    @Test("they behave as a dictionary whose names are sorted, through any sequence of changes")
    func likeADictionary() {
        var random = SeededGenerator("fields")
        let names = ["name", "slug", "status", "zone", "ä", "custom_fields", "primary_ip4", "primary_ip6", "a"]
        let values: [JSONValue] = ["x", 1, 2.5, true, nil, ["b", "a"], ["k": ["v"]]]
        for _ in 0..<200 {
            var (fields, model): (Fields, [String: JSONValue]) = ([:], [:])
            for _ in 0..<20 {
                guard let name = names.randomElement(using: &random) else { continue }
                let value = Int.random(in: 0..<3, using: &random) == 0 ? nil : values.randomElement(using: &random)
                fields[name] = value
                model[name] = value
                #expect(fields[name] == value)
            }
            #expect(fields.dictionary == model && fields.count == model.count)
            #expect(fields == Fields(model) && Set([fields, Fields(model)]).count == 1)
            #expect(fields.canonical == JSONValue.object(model).canonical)
            #expect(Array(fields.keys) == model.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(names.allSatisfy { fields[$0] == model[$0] })
            #expect(JSONValue.object(fields) == .object(model))
        }
    }

    @Test("the differences of a change are those of the two dictionaries")
    func differences() {
        let id = ObjectID(.device, "a")
        let before = Object(id: id, fields: ["a": 1, "b": 2, "c": 3, "z": 0])
        let after = Object(id: id, fields: ["b": 2, "c": 4, "d": 5, "zz": 1])
        let found = Change.update(before: before, after: after).differences
        #expect(found.map(\.field) == ["a", "c", "d", "z", "zz"])
        #expect(found.map { $0.before?.canonical ?? "-" } == ["1", "3", "-", "0", "-"])
        #expect(found.map { $0.after?.canonical ?? "-" } == ["-", "4", "5", "-", "1"])
        #expect(Change.create(after).differences.map(\.field) == ["b", "c", "d", "zz"])
        #expect(Change.delete(before).differences.map(\.before) == [1, 2, 3, 0])
    }
}
