import Remote

/// The course of a walk over one or several columns side by side: what to ask next, and what of an answer is a row.
///
/// Every column ends by itself and is not asked any more then. How many rows and columns one question has follows from
/// three bounds: what the agent can bear, where the table ended last time, and 1,400 bytes for an answer, so that it
/// needs no fragment. Pure: it knows nothing of sockets, time or retries.
struct TableWalk {
    typealias Step = Conversation.Step

    private struct Column {
        let root: OID
        /// Where it stands.
        var last: OID
        var rows: [VarBind] = []
        var isDone = false
        /// Bytes of all its bindings on the wire, nearly.
        var bytes = 0
        /// What is believed of one binding before any was seen.
        var guess: Int

        /// Bytes of one binding, with a little to spare for longer ones.
        var bindingBytes: Int { rows.isEmpty ? guess : bytes / rows.count * 9 / 8 + 1 }
    }

    /// Bytes of an answer that are to be kept: with all headers a frame of 1,500 bytes holds it.
    static let answerBytes = 1_400
    /// Bytes of a message that are no bindings.
    static let communityOverhead = 64
    static let securedOverhead = 200
    /// Bytes of strings that one walk keeps: rows alone do not bound it when every row holds 64 KB.
    static let maxBytes = 16 << 20
    /// Rows of the first question to a table of which nothing is known.
    static let firstRows = 10

    private var columns: [Column]
    private let limit: Int
    /// The operator's word on max-repetitions.
    private var most: Int
    private let room: Int
    /// SNMPv1: GETNEXT only, noSuchName where a column ends, no Counter64.
    private let isV1: Bool
    /// Rows that the longest column had last time.
    private let known: Int?
    /// What the agent can bear; 0 is GETNEXT. Lowered here, remembered by who owns it.
    private(set) var ceiling: Int
    /// Names per message; halved for agents that cannot even do one row.
    private var breadth: Int
    private var strings = 0
    /// The columns and rows of the question under way.
    private var asked: [Int] = []
    private(set) var askedRows = 0

    /// - Parameters:
    ///   - ceiling: max-repetitions that this agent can bear; 0 asks by GETNEXT.
    ///   - overhead: bytes of an answer that are no bindings.
    init(
        _ roots: [OID], limit: Int, most: Int, ceiling: Int = RepetitionLimit.unlimited,
        learnt: LearntTables.Entry? = nil, isV1: Bool = false, overhead: Int = communityOverhead
    ) {
        self.limit = limit
        self.most = max(1, min(most, 10_000))
        self.isV1 = isV1
        self.ceiling = isV1 ? 0 : ceiling
        room = max(200, Self.answerBytes - overhead)
        breadth = roots.count
        known = learnt?.rows
        let share = learnt.flatMap { $0.columns == roots.count ? $0.rowBytes / max(1, $0.columns) : nil }
        // A binding's name is the column's and an index; its value is a number or a short string.
        columns = roots.map { Column(root: $0, last: $0, guess: share ?? $0.packedCount + 20) }
    }

    /// Why it cannot be asked at all.
    static func problem(with roots: [OID]) -> String? {
        for (index, root) in roots.enumerated() {
            for other in roots[(index + 1)...] where root.isWithin(other) || other.isWithin(root) {
                return "the columns \(root) and \(other) overlap; ask each column once"
            }
        }
        return nil
    }

    private var isByNext: Bool { ceiling < 1 }

    /// The next question; nil when every column has ended.
    mutating func question() -> PDUBody? {
        var rowBytes = 0
        asked.removeAll(keepingCapacity: true)
        for index in columns.indices where !columns[index].isDone {
            let bytes = columns[index].bindingBytes
            guard asked.isEmpty || (rowBytes + bytes <= room && asked.count < breadth) else { break }
            asked.append(index)
            rowBytes += bytes
        }
        guard !asked.isEmpty else { return nil }
        let names = asked.map { columns[$0].last }
        guard !isByNext else {
            askedRows = 1
            return PDUBody(kind: .getNext, names: names[...])
        }
        let done = asked.map { columns[$0].rows.count }.min() ?? 0
        var rows = min(most, ceiling, max(1, room / max(1, rowBytes)))
        if let known, done <= known {
            // One row more than there were shows the end.
            rows = min(rows, known - done + 1)
        } else if done == 0 {
            rows = min(rows, Self.firstRows)
        }
        // One row more than allowed is enough to see that there are too many.
        askedRows = max(1, min(rows, limit + 1 - done))
        return PDUBody(kind: .getBulk, names: names[...], maxRepetitions: Int32(clamping: askedRows))
    }

    /// From now on at most so many rows at a time.
    mutating func lower(to rows: Int) { most = min(most, max(1, rows)) }

    private mutating func proceed() -> Step {
        if let body = question() { return .ask(body) }
        return .done(columns.count == 1 ? columns[0].rows : columns.flatMap(\.rows))
    }

    /// The first question.
    mutating func begin() -> Step { proceed() }

    /// What the walk taught, once it is done.
    var lesson: LearntTables.Entry? {
        guard let first = columns.first else { return nil }
        let rowBytes = columns.map { $0.rows.isEmpty ? 0 : $0.bytes / $0.rows.count + 1 }.reduce(0, +)
        return LearntTables.Entry(
            column: first.root, columns: columns.count, rows: columns.map(\.rows.count).max() ?? 0,
            rowBytes: rowBytes)
    }

    /// How many rows each column has, in the order asked.
    var rowCounts: [Int] { columns.map(\.rows.count) }

    /// Takes an answer without error.
    mutating func take(_ bindings: [VarBind]) -> Step {
        guard !bindings.isEmpty else {
            return isByNext ? .failed(.protocolViolation, "the agent answered no object to a GETNEXT") : askLess()
        }
        guard bindings.count <= asked.count * askedRows, !isByNext || bindings.count == asked.count else {
            return .failed(
                .protocolViolation,
                "the agent answered \(bindings.count) objects, \(bindings.count > asked.count ? "more" : "fewer") "
                    + "than were asked for")
        }
        // An answer that ends inside its first row: the agent has room for so many columns and no more.
        if bindings.count < asked.count { breadth = bindings.count }
        for (place, column) in asked.enumerated() {
            if let failure = take(bindings, from: place, into: column) { return failure }
        }
        return proceed()
    }

    /// One column's part of an answer: every so-many-th binding from `place` on.
    private mutating func take(_ bindings: [VarBind], from place: Int, into column: Int) -> Step? {
        var index = place
        while index < bindings.count {
            let binding = bindings[index]
            index += asked.count
            if binding.value.isException {
                columns[column].isDone = true
                return nil
            }
            guard columns[column].last < binding.oid else {
                return Conversation.notIncreasing(columns[column].last, binding.oid)
            }
            guard binding.oid.isWithin(columns[column].root) else {
                columns[column].isDone = true
                return nil
            }
            columns[column].last = binding.oid
            if isV1, case .counter64 = binding.value { continue }
            guard columns[column].rows.count < limit else {
                return .failed(
                    .tooLarge,
                    "more than \(limit) rows below \(columns[column].root); raise the limit or walk a smaller part")
            }
            let size = binding.value.size
            strings += size
            guard strings <= Self.maxBytes else {
                return .failed(
                    .tooLarge,
                    "more than \(Self.maxBytes >> 20) MiB below \(columns[column].root); walk a smaller part")
            }
            // SEQUENCE, name and value have two bytes of tag and length each.
            columns[column].bytes += binding.oid.packedCount + size + 6
            columns[column].rows.append(binding)
        }
        return nil
    }

    /// noSuchName ends a column, as in version 1; tooBig and genErr, of agents that mean it, ask for less.
    mutating func takeError(_ status: Int32, _ index: Int32) -> Step? {
        if status == ErrorStatus.noSuchName {
            let place = asked.count == 1 ? 0 : Int(index) - 1
            guard asked.indices.contains(place) else { return nil }
            columns[asked[place]].isDone = true
            return proceed()
        }
        guard status == ErrorStatus.tooBig || status == ErrorStatus.genErr, asked.count > 1 || !isByNext else {
            return nil
        }
        return askLess()
    }

    /// Fewer rows, then fewer columns, then GETNEXT.
    mutating func askLess() -> Step {
        if askedRows > 1 {
            ceiling = askedRows / 2
        } else if asked.count > 1 {
            breadth = asked.count / 2
        } else {
            ceiling = 0
        }
        return proceed()
    }
}

extension SNMPValue {
    /// Bytes of the content on the wire, nearly.
    var size: Int {
        switch self {
        case .octets(let bytes), .opaque(let bytes), .ipAddress(let bytes): bytes.count
        case .oid(let name): name.packedCount
        case .counter64: 6
        case .null, .noSuchObject, .noSuchInstance, .endOfMibView: 0
        default: 4
        }
    }
}
