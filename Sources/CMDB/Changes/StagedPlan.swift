public import Notation

/// Changes that were planned to be reviewed and applied later, with the ground they were planned on.
///
/// The ground is the content of every object that the plan writes or refers to. What else has changed since does not
/// matter; when the ground has moved the plan is stale. The digest tells accidents and edits; it is no signature.
public struct StagedPlan: Sendable {
    /// One change and what is recorded with it.
    public struct Step: Sendable {
        /// The change.
        public let change: Change
        /// The inventory folder that brings the object; nil when none does.
        public let origin: String?
        /// Where it is written down.
        public let position: SourcePosition?
        /// Members for its ledger record: `renamed_from`, `reverts` …
        public let marks: [String: JSONValue]

        /// Creates a step.
        public init(
            _ change: Change, origin: String? = nil, position: SourcePosition? = nil, marks: [String: JSONValue] = [:]
        ) {
            self.change = change
            self.origin = origin
            self.position = position
            self.marks = marks
        }
    }

    /// The newest format this program writes and the only one it reads.
    public static let version: Int64 = 1
    /// Stands in every file.
    public static let format = "hatang.inventory-plan"

    /// Who made it.
    public let author: String
    /// When, RFC 3339 in UTC.
    public let createdAt: String
    /// What it was made from, in words, such as `plan Inventory/langson`.
    public let title: String
    /// ``Snapshot/sequence`` of the state it was made on.
    public let baseSequence: Int64
    /// Content hashes of every object it writes or refers to; nil for one that was not there.
    public let ground: [ObjectID: String?]
    /// In the order of applying.
    public let steps: [Step]
    /// SHA-256 of ``canonical``, hex.
    public let digest: String

    /// The changes alone.
    public var changes: [Change] { steps.map(\.change) }

    /// Stages `steps` on top of `snapshot`.
    /// - Parameter hash: SHA-256 of a text, hex.
    public init(
        _ steps: [Step], on snapshot: Snapshot, author: String, createdAt: String, title: String,
        hash: (String) -> String
    ) {
        var ground: [ObjectID: String?] = [:]
        func stand(on id: ObjectID) {
            if ground[id] == nil {
                ground[id] = .some(snapshot[id].map { hash(Self.content($0)) })
            }
        }
        for step in steps { stand(on: step.change.id) }
        for case let after? in steps.map(\.change.after) {
            for reference in Snapshot.references(of: after) { stand(on: reference.to) }
        }
        self.init(
            steps, ground: ground, base: snapshot.sequence, author: author, createdAt: createdAt, title: title,
            hash: hash)
    }

    init(
        _ steps: [Step], ground: [ObjectID: String?], base: Int64, author: String, createdAt: String, title: String,
        hash: (String) -> String
    ) {
        self.author = author
        self.createdAt = createdAt
        self.title = title
        baseSequence = base
        self.ground = ground
        self.steps = steps
        digest = hash(
            Self.body(steps, ground, base: base, author: author, createdAt: createdAt, title: title).canonical)
    }

    private static func content(_ object: Object) -> String { object.fields.canonical }

    /// The objects of the ground that are no longer what they were, sorted.
    /// - Parameter hash: SHA-256 of a text, hex.
    public func moved(in snapshot: Snapshot, hash: (String) -> String) -> [ObjectID] {
        ground.compactMap { id, before in
            snapshot[id].map { hash(Self.content($0)) } == before ? nil : id
        }.sorted()
    }

    /// The text the digest is of: one line of canonical JSON without the member `digest`.
    public var canonical: String { body.canonical }

    /// The whole file.
    public var json: JSONValue {
        var members = body.object ?? [:]
        members["digest"] = .string(digest)
        return .object(members)
    }

    private var body: JSONValue {
        Self.body(steps, ground, base: baseSequence, author: author, createdAt: createdAt, title: title)
    }

    private static func body(
        _ steps: [Step], _ ground: [ObjectID: String?], base: Int64, author: String, createdAt: String, title: String
    ) -> JSONValue {
        .object([
            "format": .string(format), "version": .int(version), "author": .string(author),
            "created_at": .string(createdAt), "title": .string(title), "base_sequence": .int(base),
            "ground": .object(
                Dictionary(
                    ground.map { ($0.key.description, $0.value.map { .string($0) } ?? .null) },
                    uniquingKeysWith: { $1 })),
            "changes": .array(steps.map(json)),
        ])
    }

    private static func json(_ step: Step) -> JSONValue {
        var members: [String: JSONValue] = [
            "verb": .string(step.change.verb), "id": .string(step.change.id.description),
        ]
        members["before"] = step.change.before.map { .object($0.fields) }
        members["after"] = step.change.after.map { .object($0.fields) }
        if !step.marks.isEmpty { members["marks"] = .object(step.marks) }
        if let origin = step.origin {
            var source: [String: JSONValue] = ["origin": .string(origin)]
            if let position = step.position {
                source["file"] = .string(position.file)
                source["line"] = .int(Int64(position.line))
                source["column"] = .int(Int64(position.column))
            }
            members["source"] = .object(source)
        }
        return .object(members)
    }
}
