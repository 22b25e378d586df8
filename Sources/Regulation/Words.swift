/// A language of reports; Vietnamese comes first.
public enum Language: String, Hashable, Sendable, Codable, CaseIterable {
    case vi
    case en
}

/// One text in both languages of the project.
public struct Bilingual: Hashable, Sendable, Codable {
    /// Vietnamese.
    public let vi: String
    /// English.
    public let en: String

    /// Creates a pair.
    public init(vi: String, en: String) {
        self.vi = vi
        self.en = en
    }

    /// The text in `language`.
    public subscript(_ language: Language) -> String {
        switch language {
        case .vi: vi
        case .en: en
        }
    }
}

/// Where a figure comes from, hence what it weighs.
public enum Mark: String, Hashable, Sendable, Codable, CaseIterable {
    /// Law or decree, primary text read.
    case law = "L"
    /// Standard, known from a secondary paraphrase.
    case standard = "S"
    /// Official guidance.
    case guidance = "G"
    /// The customer's documents.
    case customer = "C"
    /// Our default, nobody's duty.
    case ours = "D"

    /// Whether somebody other than this program asks for it.
    public var isDuty: Bool { self != .ours }
}
