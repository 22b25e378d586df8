public import Notation

extension Comparison {
    /// Whether `observed` still stands so, for something that stood so before: a number must be past the limit by
    /// `margin` of it (of 1 when the limit is smaller) before it no longer does.
    func stillHolds(_ observed: JSONValue, margin: Double) -> Bool? {
        guard let wanted = value.number, let number = observed.number else { return holds(observed) }
        let width = max(1, abs(wanted)) * margin
        switch comparator {
        case .greater: return number > wanted - width
        case .greaterOrEqual: return number >= wanted - width
        case .less: return number < wanted + width
        case .lessOrEqual: return number <= wanted + width
        case .equal, .notEqual: return holds(observed)
        }
    }
}

extension Threshold {
    /// The state one value gives when the state before was `previous`: a limit that was broken counts as broken until
    /// it is kept by `margin` of its value, so that a number that trembles around a limit does not change the state.
    public func state(of value: JSONValue, after previous: ThresholdState, margin: Double) -> ThresholdState {
        let plain = state(of: value)
        guard margin > 0, plain != .unknown, previous > plain else { return plain }
        if previous == .critical, critical?.stillHolds(value, margin: margin) == true { return .critical }
        if previous >= .warning, warning?.stillHolds(value, margin: margin) == true { return max(plain, .warning) }
        return plain
    }
}
