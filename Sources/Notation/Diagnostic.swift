/// A place in a text: 1-based line and column; the column counts Unicode scalars.
public struct SourcePosition: Hashable, Sendable, Comparable, Codable {
    /// The file as the user named it.
    public let file: String
    /// From 1; 0 when the whole file is meant.
    public let line: Int
    /// From 1; 0 when the whole line is meant.
    public let column: Int

    /// Creates a position.
    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// By file, line, column.
    public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }
}

/// One thing that is wrong in what a person wrote: where, what, and what to do.
public struct Diagnostic: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Codable { case error, warning }
    /// Where it stands.
    public let position: SourcePosition
    /// Whom it concerns, such as `device/core-sw-1`; empty when the text could not be read that far.
    public let subject: String
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String
    /// Errors refuse the whole input, warnings do not.
    public let severity: Severity

    /// Creates a diagnostic.
    public init(
        _ position: SourcePosition, subject: String = "", problem: String, remedy: String, severity: Severity = .error
    ) {
        self.position = position
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        self.severity = severity
    }

    /// `file:line:column: kind/slug: what is wrong: what to do`.
    public var description: String {
        var head = position.file
        if position.line > 0 { head += ":\(position.line):\(max(position.column, 1))" }
        let middle = subject.isEmpty ? "" : "\(subject): "
        let mark = severity == .warning ? "warning: " : ""
        return "\(head): \(middle)\(mark)\(problem): \(remedy)"
    }

    /// By position, then text.
    public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        a.position != b.position ? a.position < b.position : (a.subject, a.problem) < (b.subject, b.problem)
    }
}

/// All errors of an input at once; thrown when nothing of it was taken.
public struct InputErrors: Error, Sendable, CustomStringConvertible {
    /// Sorted, never empty.
    public let diagnostics: [Diagnostic]

    /// Sorts and keeps `diagnostics`.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics.sorted() }
    /// One error.
    public init(_ diagnostic: Diagnostic) { diagnostics = [diagnostic] }

    /// One line each.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
