public import Notation

/// How sure we are that a control says what we say it says.
public enum Confidence: String, Hashable, Sendable, Codable, CaseIterable {
    /// A listed source states the requirement at that level.
    case confirmed
    /// A source names the topic under a heading confirmed for that level; wording and starting level are recalled.
    case topicConfirmed = "topic_confirmed"
    /// Only recollection supports it.
    case recalled
}

/// How a control can be judged.
public enum EvidenceKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A paper decides.
    case document
    /// Facts help, a person decides.
    case semi
    /// Facts decide.
    case automated
}

/// One requirement of a catalogue, paraphrased, at the levels that ask for it.
public struct Control: Hashable, Sendable {
    /// `FAMILY-NN`; never changes its meaning.
    public let id: String
    /// Heading number by level, such as 3: `7.2.2.1`; empty where ``circularRef`` is the clause.
    public let clauses: [Int: String]
    /// Lettered point by level, inferred and not confirmed.
    public let pointsInferred: [Int: String]
    /// The place in a circular that states it.
    public let circularRef: String?
    /// `management` or `technical`.
    public let domain: String
    /// Group of related controls, such as `server_log`.
    public let family: String
    /// A few words.
    public let title: Bilingual
    /// Our paraphrase, not official text.
    public let requirement: Bilingual
    /// Ascending, within 1-5, never empty.
    public let levels: [Int]
    /// Values by name; those that differ by level are objects with the level as key. Use ``parameter(_:level:)``.
    public let parameters: [String: JSONValue]
    /// How it can be judged.
    public let evidence: EvidenceKind
    /// The paper that proves it.
    public let document: String?
    /// What to look at on machines or in the inventory.
    public let probe: String?
    /// Confirmed only when every level is.
    public let confidence: Confidence
    /// By level; the same keys as ``levels``.
    public let confidenceByLevel: [Int: Confidence]
    /// Names in ``Catalogue/sources``.
    public let sources: [String]
    /// A remark, Vietnamese.
    public let noteVi: String?

    /// The clause as people cite it at `level`: `7.2.2.1` or the circular's article.
    public func clause(level: Int) -> String { clauses[level] ?? circularRef ?? "" }

    /// The confidence at `level`; recalled for a level that does not ask for it.
    public func confidence(level: Int) -> Confidence { confidenceByLevel[level] ?? .recalled }

    /// A parameter's value at `level`: the level's own where the parameter differs by level, else the common one.
    ///
    /// Nil when the catalogue has no such parameter, or none for that level.
    public func parameter(_ name: String, level: Int) -> JSONValue? {
        guard let value = parameters[name] else { return nil }
        guard let members = value.object, !members.isEmpty, members.keys.allSatisfy({ Int($0) != nil }) else {
            return value
        }
        return members[String(level)]
    }

    /// All parameters at `level`.
    public func parameters(level: Int) -> [String: JSONValue] {
        var out: [String: JSONValue] = [:]
        for name in parameters.keys { out[name] = parameter(name, level: level) }
        return out
    }
}

/// The controls of one standard.
public struct Catalogue: Sendable {
    /// Such as `TCVN 11930:2017`.
    public let standard: String
    /// What the standard is called.
    public let title: Bilingual
    /// The legal regime it belongs to.
    public let regime: String
    /// What the texts are: paraphrases, English.
    public let textPolicy: String
    /// In the catalogue's order; never empty, ids unique.
    public let controls: [Control]
    /// What each source name stands for and what it proves.
    public let sources: [String: Source]

    /// A text that supports controls.
    public struct Source: Hashable, Sendable {
        /// What it is.
        public let what: String
        /// `primary`, `secondary`, `recollection` …
        public let kind: String
        /// What it proves.
        public let proves: String
    }

    /// The control called `id`.
    public func control(_ id: String) -> Control? { controls.first { $0.id == id } }

    /// What `level` asks for, in the catalogue's order; empty outside 1-5.
    public func controls(level: Int) -> [Control] { controls.filter { $0.levels.contains(level) } }

    /// TCVN 11930:2017, as shipped with the program.
    public static func tcvn11930() throws(InputErrors) -> Catalogue {
        try load(tcvn11930Text, file: "tcvn-11930-2017.yaml")
    }

    /// Reads a catalogue; all errors come at once, with their places. One without controls is an error.
    public static func load(_ text: String, file: String) throws(InputErrors) -> Catalogue {
        var reader = CatalogueReader(file: file)
        return try reader.read(text)
    }
}
