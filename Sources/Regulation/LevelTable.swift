public import Notation

/// How sure we are of a level rule's text.
public enum LevelMark: String, Hashable, Sendable, Codable, CaseIterable {
    /// Read in a primary text.
    case confirmed = "C"
    /// Read in a secondary text only.
    case secondary = "S"
    /// Recollection: read the decree before quoting it.
    case recalled = "R"
    /// Our inference, in no text.
    case ours = "D"
}

/// The rules that give a system its level, per regime, as data.
public struct LevelTable: Sendable {
    /// What the rules ask about a system, in the order in which people are asked.
    public let inputs: [LevelInput]
    /// Oldest first.
    public let regimes: [LevelRegime]
    /// Which regime a system stands under while one follows the other; the first that fits counts.
    public let transition: [LevelTransition]

    /// The regime called `id`, such as `decree-85-2016`.
    public func regime(_ id: String) -> LevelRegime? { regimes.first { $0.id == id } }
    /// The input called `name`.
    public func input(_ name: String) -> LevelInput? { inputs.first { $0.name == name } }

    /// The table that ships with the program.
    public static func embedded() throws(InputErrors) -> LevelTable { try load(levelsText, file: "levels.yaml") }

    /// Reads a table; all errors come at once, with their places.
    public static func load(_ text: String, file: String) throws(InputErrors) -> LevelTable {
        var reader = LevelReader(file: file)
        return try reader.read(text)
    }
}

/// One thing the rules ask about a system.
public struct LevelInput: Hashable, Sendable {
    /// What values it can have.
    public enum Shape: Hashable, Sendable {
        case values([String])
        case number
        case truth
    }

    /// What follows from other inputs.
    public struct Implication: Hashable, Sendable {
        /// The value that follows.
        public let value: JSONValue
        /// When.
        public let when: LevelCondition
        /// Why, for people.
        public let reason: Bilingual
        /// How sure.
        public let mark: LevelMark
    }

    /// The field of a system that holds it.
    public let name: String
    /// What people call it.
    public let title: Bilingual
    /// What it can be.
    public let shape: Shape
    /// Whether "not written down" means no.
    public let absentMeansNo: Bool
    /// What it is when nobody wrote it down, but other inputs tell.
    public let implied: [Implication]
}

/// One decree's rules.
public struct LevelRegime: Hashable, Sendable {
    /// Such as `decree-85-2016`.
    public let id: String
    /// What it is called.
    public let title: Bilingual
    /// First day in force.
    public let from: String
    /// Last day in force; nil while it is.
    public let until: String?
    /// A remark for people.
    public let note: Bilingual?
    /// In the order of articles.
    public let rules: [LevelRule]
}

/// One rule: systems like this are of that level.
public struct LevelRule: Hashable, Sendable {
    /// 1-5.
    public let level: Int
    /// Such as `9.2`.
    public let article: String
    /// Our paraphrase.
    public let title: Bilingual
    /// How sure we are of the text.
    public let mark: LevelMark
    /// What it asks.
    public let when: LevelCondition
}

/// What happens to a system when one regime follows the other.
public struct LevelTransition: Hashable, Sendable {
    /// Such as `approved-before`.
    public let id: String
    /// For people, with its article.
    public let title: Bilingual
    /// The safe last day; the texts count months.
    public let until: String?
    /// How sure.
    public let mark: LevelMark
    /// For whom.
    public let when: LevelCondition
}
