import CMDB
import Notation
import TestSupport
import Testing

/// Not SHA-256, but as long and of every byte.
private func hash(_ text: String) -> String {
    var state: UInt64 = 14_695_981_039_346_656_037
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
    let digits = String(state, radix: 16)
    return String(repeating: String(repeating: "0", count: 16 - digits.count) + digits, count: 4)
}

@Suite("Staged plans", .tags(.small))
struct StagedPlanTests {
    private let site = object("site/ttdl", ["status": "active"])
    private let rack = object("rack/a", ["site": "ttdl", "status": "active", "width": "19", "u_height": 42])
    private var snapshot: Snapshot { Snapshot([site, object("site/dr", ["status": "active"])], sequence: 7) }
    private var plan: StagedPlan {
        StagedPlan(
            [.init(.create(rack), origin: "inv", position: SourcePosition(file: "inv/a.yaml", line: 3, column: 5))],
            on: snapshot, author: "an", createdAt: "2026-06-30T05:00:00.000Z", title: "plan inv", hash: hash)
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try StagedPlan.read(text, file: "p.json", hash: hash)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    @Test("what is written reads back the same") func roundTrip() throws {
        let read = try StagedPlan.read(plan.json.pretty, file: "p.json", hash: hash)
        #expect(read.canonical == plan.canonical && read.digest == plan.digest && read.changes == [.create(rack)])
        #expect(read.steps[0].position?.line == 3 && read.baseSequence == 7 && read.author == "an")
    }

    @Test("the ground is what it writes and refers to: other moves do not matter") func ground() {
        #expect(Set(plan.ground.keys.map(\.description)) == ["rack/a", "site/ttdl"])
        #expect(plan.moved(in: snapshot, hash: hash).isEmpty)
        let elsewhere = Snapshot([site, object("site/dr", ["status": "retired"])], sequence: 9)
        #expect(plan.moved(in: elsewhere, hash: hash).isEmpty)
        let here = Snapshot([object("site/ttdl", ["status": "retired"]), rack], sequence: 9)
        #expect(plan.moved(in: here, hash: hash).map(\.description) == ["site/ttdl", "rack/a"])
    }

    @Test("an edited file is refused, whatever was edited") func edited() throws {
        let text = plan.json.pretty
        #expect(problems(text).isEmpty)
        for (old, new) in [
            ("\"ttdl\"", "\"dr\""), ("\"author\": \"an\"", "\"author\": \"bo\""), ("\"line\": 3", "\"line\": 4"),
            ("\"base_sequence\": 7", "\"base_sequence\": 8"), ("\"u_height\": 42", "\"u_height\": 43"),
        ] {
            let changed = text.replacing(old, with: new)
            #expect(changed != text && problems(changed).contains { $0.contains("digest") }, "\(old)")
        }
    }

    /// The file with members changed and a digest that fits them: what somebody who knows the format can write.
    private func forged(_ change: (inout [String: JSONValue]) -> Void) -> String {
        var members = plan.json.object ?? [:]
        change(&members)
        members["digest"] = nil
        members["digest"] = .string(hash(JSONValue.object(members).canonical))
        return JSONValue.object(members).pretty
    }

    @Test("a forged file with a fitting digest must still make sense; all that is wrong is told at once")
    func hostile() {
        #expect(problems(forged { _ in }).isEmpty)
        #expect(problems(forged { $0["version"] = 2 }).first?.contains("version") == true)
        #expect(problems(forged { $0["format"] = "x" }).first?.contains("format") == true)
        #expect(problems("[]").count == 1 && problems("{").count == 1 && problems("").count == 1)
        let several = problems(
            forged {
                $0["more"] = 1
                $0["base_sequence"] = -1
                $0["author"] = "a\u{7}b"
                $0["changes"] = [
                    ["verb": "create", "id": "rack/a", "after": .object(rack.fields), "x": 1],
                    ["verb": "explode", "id": "rack/b", "after": [:]],
                    ["verb": "update", "id": "rack/c", "after": [:]],
                    ["verb": "delete", "id": "gadget/x", "before": [:]],
                    ["verb": "delete", "id": "rack/a", "before": [:]], 5,
                    ["verb": "create", "id": "rack/z", "after": [:], "marks": ["transaction": 1]],
                ]
            })
        for part in [
            "more", "base_sequence", "author", "changes[0].x", "changes[1]", "changes[2]", "changes[3].id", "twice",
            "changes[5]", "changes[6].marks.transaction", "ground does not hold rack/z",
        ] { #expect(several.contains { $0.contains(part) }, "\(part): \(several)") }
        let otherGround = problems(forged { $0["ground"] = ["rack/a": .string(hash("x"))] })
        #expect(otherGround.contains { $0.contains("before is not what the ground") })
        #expect(otherGround.contains { $0.contains("does not hold site/ttdl") })
    }

    @Test("bytes changed at random are refused and never crash the reader") func fuzz() {
        var random = SeededGenerator("staged plans")
        let text = Array(plan.json.pretty.utf8)
        for _ in 0..<2_000 {
            var bytes = text
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let changed = String(decoding: bytes, as: UTF8.self)
            if changed.utf8.elementsEqual(text) { continue }
            guard let read = try? StagedPlan.read(changed, file: "p.json", hash: hash) else { continue }
            // Only blanks between values may differ.
            #expect(read.canonical == plan.canonical)
        }
    }

    @Test("values that no file could have brought are refused") func values() {
        func errors(_ fields: [String: JSONValue]) -> [String] {
            do {
                _ = try ChangeCheck.check([.create(object("rack/a", fields))], onto: snapshot, source: "p.json")
                return []
            } catch {
                return error.diagnostics.map(\.description)
            }
        }
        let sound: [String: JSONValue] = ["site": "ttdl", "status": "active", "width": "19", "u_height": 42]
        #expect(errors(sound).isEmpty)
        for (name, value, says) in [
            ("site", "nowhere", "there is no site/nowhere"), ("status", "great", "status"),
            ("u_height", "42", "u_height"),
            ("gadget", 1, "no field"), ("serial", "a\nb", "serial"), ("tags", ["b", "a"], "canonical"),
            ("site", nil, "site is missing"), ("max_power_kw", 1.0, "canonical"),
        ] as [(String, JSONValue?, String)] {
            var fields = sound
            fields[name] = value
            #expect(errors(fields).contains { $0.contains(says) }, "\(name): \(errors(fields))")
        }
    }
}
