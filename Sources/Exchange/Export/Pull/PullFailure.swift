/// Files that cannot be made to say what the inventory says; nothing was written.
public struct PullFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is left, with the records.
    public let problems: [String]
    /// One line each.
    public var description: String { problems.joined(separator: "\n") }
}
