/// A pattern as it nests.
indirect enum PatternTree: Hashable, Sendable {
    case set(ScalarSet)
    case start
    case end
    case row([PatternTree])
    case either(PatternTree, PatternTree)
    case repeated(PatternTree, least: Int, most: Int?)
}

/// Reads the text of a ``Pattern``.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var next = 0
    private var depth = 0
    private(set) var ignoresCase = false

    private static let deepest = 30

    init(_ text: String) { scalars = Array(Slug.composed(text).unicodeScalars) }

    mutating func parse() throws(Pattern.Fault) -> PatternTree {
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            next = 4
        }
        let tree = try alternatives()
        if next < scalars.count { throw fault("a ) without its (", "write \\) for the character itself") }
        return tree
    }

    private var peek: Unicode.Scalar? { next < scalars.count ? scalars[next] : nil }

    private func fault(_ problem: String, _ remedy: String) -> Pattern.Fault {
        Pattern.Fault(column: next + 1, problem: problem, remedy: remedy)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        if peek != scalar { return false }
        next += 1
        return true
    }

    private mutating func alternatives() throws(Pattern.Fault) -> PatternTree {
        var tree = try row()
        while take("|") { tree = .either(tree, try row()) }
        return tree
    }

    private mutating func row() throws(Pattern.Fault) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = peek, scalar != "|", scalar != ")" { parts.append(try repeated(try atom())) }
        return parts.count == 1 ? parts[0] : .row(parts)
    }

    private mutating func repeated(_ atom: PatternTree) throws(Pattern.Fault) -> PatternTree {
        let tree: PatternTree
        switch peek {
        case "*": tree = .repeated(atom, least: 0, most: nil)
        case "+": tree = .repeated(atom, least: 1, most: nil)
        case "?": tree = .repeated(atom, least: 0, most: 1)
        case "{":
            tree = try counted(atom)
            next -= 1
        default: return atom
        }
        next += 1
        // Whether the longest or the shortest is taken first makes no difference to whether it matches.
        _ = take("?")
        if let scalar = peek, "*+{".unicodeScalars.contains(scalar) {
            throw fault("a repetition of a repetition", "put ( ) around what is repeated")
        }
        return tree
    }

    /// `{n}`, `{n,}`, `{n,m}`.
    private mutating func counted(_ atom: PatternTree) throws(Pattern.Fault) -> PatternTree {
        let start = next
        next += 1
        guard let least = number() else {
            next = start
            throw fault("{ without a count", "write \\{ for the character itself")
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}"), most.map({ $0 >= least }) ?? true else {
            next = start
            throw fault("a count that is not {n}, {n,} or {n,m}", "write the smaller number first")
        }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = peek, ("0"..."9").contains(scalar), digits.count < 6 {
            digits.unicodeScalars.append(scalar)
            next += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(Pattern.Fault) -> PatternTree {
        guard let scalar = peek else { return .row([]) }
        switch scalar {
        case "(": return try group()
        case "[": return .set(try set())
        case ".": next += 1; return .set(.any)
        case "^": next += 1; return .start
        case "$": next += 1; return .end
        case "\\": return .set(try escape())
        case "*", "+", "?", "{": throw fault("nothing stands before \(scalar) to be repeated", "write \\\(scalar)")
        default:
            next += 1
            return .set(.only(scalar))
        }
    }

    private mutating func group() throws(Pattern.Fault) -> PatternTree {
        depth += 1
        if depth > Self.deepest { throw fault("too many (", "nest less deeply") }
        next += 1
        if take("?"), !take(":") {
            throw fault(
                "(?… is not known: there is no look-around", "use (…), (?:…), or (?i) at the very beginning")
        }
        let tree = try alternatives()
        guard take(")") else { throw fault("a ( that is not closed", "add ) where the group ends") }
        depth -= 1
        return tree
    }

    /// A set for what follows a backslash.
    private mutating func escape() throws(Pattern.Fault) -> ScalarSet {
        next += 1
        guard let scalar = peek else { throw fault("a \\ at the end", "write \\\\ for the character itself") }
        next += 1
        switch scalar {
        case "d": return ScalarSet(classes: [.digit])
        case "D": return ScalarSet(classes: [.notDigit])
        case "w": return ScalarSet(classes: [.word])
        case "W": return ScalarSet(classes: [.notWord])
        case "s": return ScalarSet(classes: [.space])
        case "S": return ScalarSet(classes: [.notSpace])
        case "n": return .only("\n")
        case "t": return .only("\t")
        case "p": return try property()
        case "A"..."Z", "a"..."z", "0"..."9":
            next -= 1
            throw fault("\\\(scalar) is not known: there are no back-references", "use \\d, \\w, \\s or \\p{L}")
        default: return .only(scalar)
        }
    }

    private mutating func property() throws(Pattern.Fault) -> ScalarSet {
        let known: [String: ScalarSet.Class] = ["L": .letter, "Lu": .upper, "Ll": .lower, "N": .number]
        guard take("{"), let end = scalars[next...].firstIndex(of: "}") else {
            throw fault("\\p without {…}", "write \\p{L}")
        }
        let name = String(String.UnicodeScalarView(scalars[next..<end]))
        guard let kind = known[name] else { throw fault("\\p{\(name)} is not known", "use \\p{L}, Lu, Ll or N") }
        next = end + 1
        return ScalarSet(classes: [kind])
    }

    private mutating func set() throws(Pattern.Fault) -> ScalarSet {
        let start = next
        next += 1
        var set = ScalarSet(isNegated: take("^"))
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            let low = try member(scalar, &set)
            guard let low else { continue }
            if peek == "-", next + 1 < scalars.count, scalars[next + 1] != "]" {
                next += 1
                guard let end = peek, let high = try member(end, &set), high.value >= low.value else {
                    throw fault("a range that runs backwards", "write the smaller character first")
                }
                set.ranges.append(low.value...high.value)
            } else {
                set.ranges.append(low.value...low.value)
            }
        }
        guard take("]") else {
            next = start
            throw fault("a [ that is not closed", "add ], or write \\[ for the character itself")
        }
        return set
    }

    /// One character of a set; nil when a whole class was taken in.
    private mutating func member(_ scalar: Unicode.Scalar, _ set: inout ScalarSet) throws(Pattern.Fault)
        -> Unicode.Scalar?
    {
        guard scalar == "\\" else {
            next += 1
            return scalar
        }
        let escaped = try escape()
        set.classes += escaped.classes
        return escaped.ranges.first.flatMap { Unicode.Scalar($0.lowerBound) }
    }
}
