/// What is wrong with a selector, and where in its text.
public struct SelectorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole selector as written.
    public let text: String
    /// 1-based, counts characters.
    public let column: Int
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    init(_ text: String, _ column: Int, _ problem: String, _ remedy: String) {
        self.text = text
        self.column = column
        self.problem = problem
        self.remedy = remedy
    }

    /// `selector column 8: unknown field "siet": did you mean "site"?`.
    public var description: String { "selector column \(column): \(problem): \(remedy)" }
}
