/// Reads the fields of one YAML mapping and collects every error instead of stopping at the first.
///
/// Ask for all known keys, then call ``finish()``: what was never asked for is an unknown key.
public struct MapReader {
    /// The mapping that is read.
    public let map: YAMLMap
    /// Named in every diagnostic.
    public let subject: String
    /// What was wrong so far.
    public private(set) var diagnostics: [Diagnostic] = []
    private var asked: [String] = []

    /// Starts on `map`.
    public init(_ map: YAMLMap, subject: String) {
        self.map = map
        self.subject = subject
    }

    /// Notes an error at `position`.
    public mutating func fail(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        diagnostics.append(Diagnostic(position, subject: subject, problem: problem, remedy: remedy))
    }

    /// The node of `key` if it is there and not null; `required` makes its absence an error.
    public mutating func node(_ key: String, required: Bool = false) -> YAMLNode? {
        asked.append(key)
        if let node = map[key], !node.isNull { return node }
        if required { fail(map.position, "\(key) is missing", "add \(key):") }
        return nil
    }

    /// A text; numbers and truth values count as the text they were written as.
    public mutating func text(_ key: String, required: Bool = false) -> String? {
        guard let node = node(key, required: required) else { return nil }
        if let text = node.text { return text }
        fail(node.position, "\(key) is a \(node.shape), text is asked", "write one value")
        return nil
    }

    /// A whole number within `range`.
    public mutating func int(_ key: String, in range: ClosedRange<Int>, required: Bool = false) -> Int? {
        guard let node = node(key, required: required) else { return nil }
        if let number = node.int.flatMap({ Int(exactly: $0) }), range.contains(number) { return number }
        fail(
            node.position, "\(key) is \(node.text.map { "\"\($0)\"" } ?? "a \(node.shape)")",
            "write a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// A number.
    public mutating func double(_ key: String, required: Bool = false) -> Double? {
        guard let node = node(key, required: required) else { return nil }
        if let number = node.double { return number }
        fail(node.position, "\(key) is not a number", "write a number such as 1.5")
        return nil
    }

    /// `true` or `false`.
    public mutating func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        if let truth = node.bool { return truth }
        fail(node.position, "\(key) is not a truth value", "write true or false")
        return nil
    }

    /// One of `choices`.
    public mutating func choice(_ key: String, of choices: [String], required: Bool = false) -> String? {
        guard let text = text(key, required: required) else { return nil }
        if choices.contains(text) { return text }
        fail(
            map[key]?.position ?? map.position, "\(key) \"\(text)\" is not known",
            NearestName.hint(text, in: choices, otherwise: "use one of \(choices.joined(separator: ", "))"))
        return nil
    }

    /// A duration such as `30s`, `5m`, `1h30m`, `7d`, `250ms`.
    public mutating func duration(_ key: String, required: Bool = false) -> Duration? {
        guard let node = node(key, required: required) else { return nil }
        if let text = node.text, let duration = DurationText.parse(text) { return duration }
        fail(node.position, "\(key) is not a duration", "write a number with a unit: 250ms, 30s, 5m, 1h30m, 7d")
        return nil
    }

    /// A list; a single value counts as a list of one.
    public mutating func list(_ key: String, required: Bool = false) -> [YAMLNode] {
        guard let node = node(key, required: required) else { return [] }
        return node.list ?? [node]
    }

    /// A list of texts.
    public mutating func texts(_ key: String, required: Bool = false) -> [String] {
        var out: [String] = []
        for node in list(key, required: required) {
            if let text = node.text {
                out.append(text)
            } else {
                fail(node.position, "\(key) holds a \(node.shape)", "write texts")
            }
        }
        return out
    }

    /// A mapping.
    public mutating func mapping(_ key: String, required: Bool = false) -> YAMLMap? {
        guard let node = node(key, required: required) else { return nil }
        if let map = node.map { return map }
        fail(node.position, "\(key) is a \(node.shape), a mapping is asked", "write key: value pairs below it")
        return nil
    }

    /// All diagnostics, with one for each key that was never asked for.
    public mutating func finish() -> [Diagnostic] {
        for entry in map.entries where !asked.contains(entry.key) {
            fail(
                entry.keyPosition, "unknown key \"\(entry.key)\"",
                NearestName.hint(entry.key, in: asked, otherwise: "known keys: \(asked.joined(separator: ", "))"))
        }
        return diagnostics.sorted()
    }
}

/// Durations as people write them.
public enum DurationText {
    /// Reads `250ms`, `30s`, `5m`, `1h30m`, `7d`; nil for anything else, for zero units and for overflow.
    public static func parse(_ text: String) -> Duration? {
        var total = Duration.zero
        var digits = ""
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        while !rest.isEmpty {
            digits = String(rest.prefix { $0.isASCII && $0.isNumber })
            rest = rest.dropFirst(digits.count)
            guard let number = Int64(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                return nil
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.1)
            if overflow { return nil }
            total += .milliseconds(product)
            rest = rest.dropFirst(unit.0.count)
        }
        return total
    }

    /// The shortest such text: `1h30m`.
    public static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var left = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        if left == 0 { return "0s" }
        var out = ""
        for (name, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
        where left >= size {
            out += "\(left / size)\(name)"
            left %= size
        }
        return out
    }
}
