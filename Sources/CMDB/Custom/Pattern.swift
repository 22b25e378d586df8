/// A regular expression whose matching takes time linear in the text, whatever the expression.
///
/// Patterns come from files and are held against values that others wrote: an engine that backtracks can be made to
/// run for years by `(a+)+$`. This one follows all possibilities at once (Thompson 1968), so it has no back-references
/// and no look-around. It knows literals, `.`, `[a-z]`, `[^a-z]`, `\d \w \s` and their capitals, `\p{L} \p{Lu} \p{Ll}
/// \p{N}`, `( )`, `(?: )`, `|`, `* + ? {n} {n,} {n,m}`, `^`, `$`, and `(?i)` at the beginning. Texts are compared in
/// composed form, scalar by scalar.
public struct Pattern: Hashable, Sendable {
    /// As written.
    public let text: String
    let program: [Instruction]
    let ignoresCase: Bool

    /// Steps of the compiled program at most: repetitions are written out, `a{1000}` is a thousand steps.
    static let largest = 2_000

    /// Why a pattern is refused.
    public struct Fault: Error, Hashable, Sendable {
        /// 1-based, counts scalars.
        public let column: Int
        /// What is wrong.
        public let problem: String
        /// What to do about it.
        public let remedy: String
    }

    enum Instruction: Hashable, Sendable {
        case one(ScalarSet)
        case either(Int, Int)
        case go(Int)
        case atStart
        case atEnd
        case accept
    }

    /// Reads a pattern.
    public init(_ text: String) throws(Fault) {
        var parser = PatternParser(text)
        let tree = try parser.parse()
        var compiler = PatternCompiler()
        try compiler.compile(tree)
        self.text = text
        ignoresCase = parser.ignoresCase
        program = compiler.program + [.accept]
    }

    /// Whether all of `value` fits.
    public func matchesWhole(_ value: String) -> Bool { run(value, anchored: true, whole: true) }
    /// Whether `value` begins with what fits, as NetBox holds the patterns of custom fields.
    public func matchesStart(_ value: String) -> Bool { run(value, anchored: true, whole: false) }
    /// Whether what fits stands anywhere in `value`.
    public func isFound(in value: String) -> Bool { run(value, anchored: false, whole: false) }

    private func run(_ value: String, anchored: Bool, whole: Bool) -> Bool {
        let scalars = Array(Slug.composed(value).unicodeScalars)
        var here = StateSet(program.count)
        var next = StateSet(program.count)
        follow(0, 0, scalars.count, &here)
        for (i, scalar) in scalars.enumerated() {
            if here.accepts, !whole { return true }
            if here.states.isEmpty, anchored { return false }
            next.clear()
            for state in here.states {
                if case .one(let set) = program[state], set.contains(scalar, ignoresCase) {
                    follow(state + 1, i + 1, scalars.count, &next)
                }
            }
            if !anchored { follow(0, i + 1, scalars.count, &next) }
            swap(&here, &next)
        }
        return here.accepts
    }

    /// Adds `state` and all that is reached from it without reading.
    private func follow(_ state: Int, _ place: Int, _ count: Int, _ set: inout StateSet) {
        var open = [state]
        while let at = open.popLast() {
            guard set.insert(at) else { continue }
            switch program[at] {
            case .one: set.states.append(at)
            case .either(let a, let b): open += [b, a]
            case .go(let to): open.append(to)
            case .atStart: if place == 0 { open.append(at + 1) }
            case .atEnd: if place == count { open.append(at + 1) }
            case .accept: set.accepts = true
            }
        }
    }

    private struct StateSet {
        var states: [Int] = []
        var accepts = false
        private var seen: [Int]
        private var round = 1

        init(_ count: Int) { seen = Array(repeating: 0, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if seen[state] == round { return false }
            seen[state] = round
            return true
        }

        mutating func clear() {
            states.removeAll(keepingCapacity: true)
            accepts = false
            round += 1
        }
    }
}

/// Which scalars one step reads.
struct ScalarSet: Hashable, Sendable {
    enum Class: Hashable, Sendable {
        case digit, word, space, letter, upper, lower, number
        case notDigit, notWord, notSpace
    }

    var ranges: [ClosedRange<UInt32>] = []
    var classes: [Class] = []
    var isNegated = false

    static func only(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }
    static let any = ScalarSet(ranges: [10...10], isNegated: true)

    func contains(_ scalar: Unicode.Scalar, _ ignoresCase: Bool) -> Bool {
        var isIn = holds(scalar)
        if !isIn, ignoresCase {
            for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                if let first = other.unicodeScalars.first, other.unicodeScalars.count == 1, holds(first) { isIn = true }
            }
        }
        return isIn != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } || classes.contains { Self.holds($0, scalar) }
    }

    private static func holds(_ kind: Class, _ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return switch kind {
        case .digit: ("0"..."9").contains(scalar)
        case .word: properties.isAlphabetic || properties.numericType != nil || scalar == "_"
        case .space: properties.isWhitespace
        case .letter: properties.isAlphabetic
        case .upper: properties.isUppercase
        case .lower: properties.isLowercase
        case .number: properties.numericType != nil
        case .notDigit: !holds(.digit, scalar)
        case .notWord: !holds(.word, scalar)
        case .notSpace: !holds(.space, scalar)
        }
    }
}

/// Writes a tree out as steps.
struct PatternCompiler {
    private(set) var program: [Pattern.Instruction] = []

    mutating func compile(_ tree: PatternTree) throws(Pattern.Fault) {
        switch tree {
        case .set(let set): try add(.one(set))
        case .start: try add(.atStart)
        case .end: try add(.atEnd)
        case .row(let parts): for part in parts { try compile(part) }
        case .either(let a, let b):
            let fork = program.count
            try add(.either(0, 0))
            try compile(a)
            let jump = program.count
            try add(.go(0))
            program[fork] = .either(fork + 1, program.count)
            try compile(b)
            program[jump] = .go(program.count)
        case .repeated(let inner, let least, let most):
            for _ in 0..<least { try compile(inner) }
            guard let most else {
                let loop = program.count
                try add(.either(0, 0))
                try compile(inner)
                try add(.go(loop))
                program[loop] = .either(loop + 1, program.count)
                return
            }
            var forks: [Int] = []
            for _ in 0..<max(0, most - least) {
                forks.append(program.count)
                try add(.either(0, 0))
                try compile(inner)
            }
            for fork in forks { program[fork] = .either(fork + 1, program.count) }
        }
    }

    private mutating func add(_ step: Pattern.Instruction) throws(Pattern.Fault) {
        if program.count >= Pattern.largest {
            throw Pattern.Fault(
                column: 1, problem: "the pattern repeats too much (more than \(Pattern.largest) steps)",
                remedy: "repeat less, or check the length with max_length")
        }
        program.append(step)
    }
}
