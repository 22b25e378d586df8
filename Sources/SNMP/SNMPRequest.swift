public import Remote

/// One thing to ask one agent.
public struct SNMPRequest: Sendable {
    /// What to ask.
    public enum Operation: Sendable, Equatable {
        /// The values of exactly these instances; long lists are split over several messages.
        case get([OID])
        /// For each name the next instance behind it.
        case getNext([OID])
        /// One GETBULK: the first `nonRepeaters` names once, the others up to `maxRepetitions` times, row by row.
        /// Rows behind a column's end belong to the next column: compare with ``OID/isWithin(_:)``.
        case getBulk([OID], nonRepeaters: Int, maxRepetitions: Int)
        /// Everything below a name, at most `limit` rows.
        case walk(OID, limit: Int)
        /// Everything below several names side by side, at most `limit` rows of each: first all rows of the first
        /// column, then all of the second. See ``SNMPEngine/table(_:from:limit:)``, which keeps them apart.
        case table([OID], limit: Int)
    }

    /// Whom to ask.
    public let target: SNMPTarget
    /// What to ask.
    public let operation: Operation

    /// Creates a request.
    public init(_ operation: Operation, from target: SNMPTarget) {
        self.operation = operation
        self.target = target
    }
}
