public import Notation

extension StagedPlan {
    /// Reads a plan's file and believes nothing of it: unknown members, versions, kinds and verbs, contents that do not
    /// fit the ground, and a digest that is not the content's are errors, all of them at once.
    ///
    /// Whether the changes keep the inventory's rules is for ``ChangeCheck``.
    /// - Parameters:
    ///   - file: named in the diagnostics.
    ///   - hash: SHA-256 of a text, hex.
    /// - Throws: ``Notation/InputErrors``.
    public static func read(
        _ text: String, file: String, hash: (String) -> String
    ) throws(InputErrors) -> StagedPlan {
        let json: JSONValue
        do {
            json = try JSONValue.parse(text)
        } catch {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "it is not a plan: \(error)",
                    remedy: "name a file that plan --out has written"))
        }
        var reader = Reader(file: file)
        guard let plan = reader.plan(json, hash) else { throw InputErrors(reader.problems) }
        return plan
    }

    /// Walks through the file and notes everything that is wrong.
    private struct Reader {
        let file: String
        var problems: [Diagnostic] = []

        private static let again = "make the plan again with plan --out, do not edit it"
        private static let members: Set<String> = [
            "format", "version", "digest", "author", "created_at", "title", "base_sequence", "ground", "changes",
        ]

        mutating func fail(_ subject: String, _ problem: String, _ remedy: String = Self.again) {
            problems.append(
                Diagnostic(SourcePosition(file: file), subject: subject, problem: problem, remedy: remedy))
        }

        mutating func plan(_ json: JSONValue, _ hash: (String) -> String) -> StagedPlan? {
            guard let root = json.object, root["format"]?.string == StagedPlan.format else {
                fail("format", "it is not \(StagedPlan.format)", "name a file that plan --out has written")
                return nil
            }
            guard root["version"]?.int == StagedPlan.version else {
                fail(
                    "version",
                    "it is \(root["version"]?.canonical ?? "missing"), this program reads \(StagedPlan.version)",
                    "make the plan again with this program, or use the one that made it")
                return nil
            }
            unknown(root, Self.members, "")
            let author = text(root, "author"), createdAt = text(root, "created_at"), title = text(root, "title")
            let base = root["base_sequence"]?.int
            if base == nil || (base ?? 0) < 0 { fail("base_sequence", "it is not a whole number from 0") }
            let ground = ground(root["ground"])
            let steps = steps(root["changes"], ground, hash)
            var body = root
            body["digest"] = nil
            let digest = hash(JSONValue.object(body).canonical)
            if root["digest"]?.string != digest {
                fail("digest", "it does not fit the content: the file was damaged or edited")
            }
            guard problems.isEmpty, let base else { return nil }
            let plan = StagedPlan(
                steps, ground: ground, base: base, author: author, createdAt: createdAt, title: title, hash: hash)
            // What we would write must be what we have read, to the last member.
            guard plan.digest == digest else {
                fail("digest", "the content is not as this program writes it")
                return nil
            }
            return plan
        }

        private mutating func unknown(_ members: [String: JSONValue], _ known: Set<String>, _ place: String) {
            for name in members.keys.sorted() where !known.contains(name) {
                fail(place + name, "unknown member")
            }
        }

        private mutating func text(_ members: [String: JSONValue], _ name: String) -> String {
            guard let text = members[name]?.string, text.unicodeScalars.count <= 1_000,
                PlainText.fault(text, oneLine: true) == nil
            else {
                fail(name, "it is not one line of text of at most 1000 characters")
                return ""
            }
            return text
        }

        private mutating func ground(_ json: JSONValue?) -> [ObjectID: String?] {
            guard let members = json?.object else {
                fail("ground", "it is not a mapping of objects to hashes")
                return [:]
            }
            var ground: [ObjectID: String?] = [:]
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                guard let id = ObjectID(name) else {
                    fail("ground.\(name)", "it is not KIND/KEY")
                    continue
                }
                switch value {
                case .null: ground[id] = .some(nil)
                case .string(let hash) where hash.utf8.count == 64: ground[id] = .some(hash)
                default: fail("ground.\(name)", "it is neither a SHA-256 nor null")
                }
            }
            return ground
        }

        private mutating func steps(
            _ json: JSONValue?, _ ground: [ObjectID: String?], _ hash: (String) -> String
        ) -> [Step] {
            guard let elements = json?.array, !elements.isEmpty else {
                fail("changes", "it is not a list of changes, or it is empty")
                return []
            }
            var steps: [Step] = []
            var seen: Set<ObjectID> = []
            for (number, element) in elements.enumerated() {
                let place = "changes[\(number)]"
                guard let step = step(element, place) else { continue }
                let id = step.change.id
                if !seen.insert(id).inserted { fail(place, "\(id) is changed twice") }
                let before = step.change.before.map { hash($0.fields.canonical) }
                if let known = ground[id] {
                    if known != before { fail(place, "before is not what the ground of \(id) says") }
                } else {
                    fail(place, "the ground does not hold \(id)")
                }
                for reference in step.change.after.map(Snapshot.references) ?? [] where ground[reference.to] == nil {
                    fail(place, "the ground does not hold \(reference.to), its \(reference.field)")
                }
                steps.append(step)
            }
            return steps
        }

        private mutating func step(_ json: JSONValue, _ place: String) -> Step? {
            guard let members = json.object else {
                fail(place, "it is not a mapping")
                return nil
            }
            unknown(members, ["verb", "id", "before", "after", "marks", "source"], place + ".")
            guard let id = members["id"]?.string.flatMap({ ObjectID($0) }) else {
                fail(place + ".id", "it is not KIND/KEY")
                return nil
            }
            func object(_ name: String) -> Object? {
                members[name]?.object.map { Object(id: id, fields: $0) }
            }
            let change: Change
            switch (members["verb"]?.string, object("before"), object("after")) {
            case ("create", nil, .some(let after)) where members["before"] == nil: change = .create(after)
            case ("update", .some(let before), .some(let after)): change = .update(before: before, after: after)
            case ("delete", .some(let before), nil) where members["after"] == nil: change = .delete(before)
            default:
                fail(place, "verb, before and after do not make a create, an update or a delete")
                return nil
            }
            let (origin, position) = source(members["source"], place + ".source")
            return Step(change, origin: origin, position: position, marks: marks(members["marks"], place + ".marks"))
        }

        private mutating func source(_ json: JSONValue?, _ place: String) -> (String?, SourcePosition?) {
            guard let json else { return (nil, nil) }
            guard let members = json.object, let origin = members["origin"]?.string, origin.utf8.count <= 200 else {
                fail(place, "it has no origin")
                return (nil, nil)
            }
            unknown(members, ["origin", "file", "line", "column"], place + ".")
            guard let file = members["file"] else { return (origin, nil) }
            guard let path = file.string, let line = members["line"]?.int, let column = members["column"]?.int,
                (0...1_000_000_000).contains(line), (0...1_000_000_000).contains(column)
            else {
                fail(place, "its place is not file, line and column")
                return (nil, nil)
            }
            return (origin, SourcePosition(file: path, line: Int(line), column: Int(column)))
        }

        /// Only what we write ourselves: nobody may plant members in the ledger.
        private mutating func marks(_ json: JSONValue?, _ place: String) -> [String: JSONValue] {
            guard let json else { return [:] }
            guard let members = json.object, !members.isEmpty else {
                fail(place, "it is not a mapping")
                return [:]
            }
            unknown(members, ["renamed_from", "renamed_to", "reverts"], place + ".")
            for name in ["renamed_from", "renamed_to"] {
                if let value = members[name], value.string.flatMap({ ObjectID($0) }) == nil {
                    fail("\(place).\(name)", "it is not KIND/KEY")
                }
            }
            if let value = members["reverts"], value.array?.allSatisfy({ $0.int != nil }) != true {
                fail("\(place).reverts", "it is not a list of record numbers")
            }
            return members
        }
    }
}
