import Remote

/// The course of one request over one or several messages: what to ask next, when it is done, what it must refuse.
///
/// Pure: it knows nothing of sockets, time or retries.
struct Conversation {
    /// What to do after an answer.
    enum Step {
        case ask(PDUBody)
        case done([VarBind])
        case failed(RemoteError.Code, String)
    }

    /// What is known beforehand.
    struct Circumstances {
        var isV1 = false
        /// The operator's word on max-repetitions.
        var most = 50
        /// What the agent can bear.
        var ceiling = RepetitionLimit.unlimited
        var learnt: LearntTables.Entry?
        var overhead = TableWalk.communityOverhead
    }

    /// Names per GET at most.
    static let namesPerMessage = 64
    /// Bytes of one binding beside its name: tags and lengths, and a value of usual length.
    static let bindingBytes = 18

    /// How many of `names` a GET may have so that its answer is likely to stay below 1,400 bytes.
    private static func portion(of names: [OID], _ overhead: Int) -> Int {
        let longest = names.lazy.map(\.packedCount).max() ?? 0
        return max(1, min(namesPerMessage, (TableWalk.answerBytes - overhead) / (longest + bindingBytes)))
    }

    private let operation: SNMPRequest.Operation
    private let isV1: Bool
    private var rows: [VarBind] = []
    /// Names per message of a GET, repetitions of a GETBULK; halved when the agent cannot.
    private var portion: Int
    /// SNMPv1: names for which there is nothing, by their place among all names.
    private var missing: Set<Int> = []
    /// A walk or a table.
    private(set) var walk: TableWalk?

    init(_ operation: SNMPRequest.Operation, _ known: Circumstances) {
        self.operation = operation
        isV1 = known.isV1
        var roots: [OID] = []
        var limit = 0
        switch operation {
        case .get(let names): portion = Self.portion(of: names, known.overhead)
        case .getNext(let names): portion = names.count
        case .getBulk(_, _, let repetitions): portion = max(0, min(repetitions, 10_000))
        case .walk(let root, let rows): (portion, roots, limit) = (1, [root], rows)
        case .table(let columns, let rows): (portion, roots, limit) = (1, columns, rows)
        }
        guard !roots.isEmpty else { return }
        walk = TableWalk(
            roots, limit: limit, most: known.most, ceiling: known.ceiling, learnt: known.learnt, isV1: isV1,
            overhead: known.overhead)
    }

    /// The first thing to ask, or why nothing can be asked.
    mutating func begin() -> Step {
        let names: [OID]
        switch operation {
        case .get(let list), .getNext(let list): names = list
        case .getBulk(let list, _, _):
            guard !isV1 else {
                return .failed(.unsupported, "SNMPv1 has no GETBULK; walk instead, or ask by version 2c or 3")
            }
            names = list
        case .walk(let root, _): names = [root]
        case .table(let columns, _):
            if let problem = TableWalk.problem(with: columns) { return .failed(.unsupported, problem) }
            names = columns
        }
        guard !names.isEmpty else {
            return .failed(.unsupported, "the request names no object; give at least one object identifier")
        }
        for name in names where !name.isEncodable {
            return .failed(
                .unsupported,
                "'\(name)' cannot be sent: a name has 2 to 128 parts, starts with 0, 1 or 2, and "
                    + "its second part is below 40 unless the first is 2")
        }
        return walk?.begin() ?? .ask(body())
    }

    /// From now on at most so many rows at a time.
    mutating func lower(to rows: Int) { walk?.lower(to: rows) }

    /// The question of a GET, GETNEXT or GETBULK.
    private func body() -> PDUBody {
        switch operation {
        case .get(let names):
            PDUBody(kind: .get, names: missing.isEmpty ? names[rows.count...].prefix(portion) : remaining(names)[...])
        case .getNext(let names):
            PDUBody(kind: .getNext, names: missing.isEmpty ? names[...] : remaining(names)[...])
        case .getBulk(let names, let nonRepeaters, _):
            PDUBody(
                kind: .getBulk, names: names[...],
                nonRepeaters: Int32(clamping: min(max(0, nonRepeaters), names.count)),
                maxRepetitions: Int32(clamping: portion))
        case .walk, .table: PDUBody(kind: .getNext, names: [])
        }
    }

    /// The places of the question under way that have no answer yet.
    private func places(_ names: [OID]) -> [Int] {
        let end = min(names.count, rows.count + portion)
        return (rows.count..<end).filter { !missing.contains($0) }
    }

    private func remaining(_ names: [OID]) -> [OID] { places(names).map { names[$0] } }

    /// Takes an answer.
    mutating func take(status: Int32, index: Int32, bindings: [VarBind]) -> Step {
        if status != ErrorStatus.noError { return takeError(status, index) }
        if let step = walk?.take(bindings) { return step }
        return switch operation {
        case .get(let names): takeGet(names, bindings)
        case .getNext(let names): takeNext(names, bindings)
        case .getBulk(let names, let nonRepeaters, _):
            Self.takeColumns(names, min(max(0, nonRepeaters), names.count), portion, bindings)
        case .walk, .table: .failed(.local, "a walk lost its way")
        }
    }

    /// tooBig: ask for less. SNMPv1's noSuchName names the one object that there is not; the others are asked again.
    private mutating func takeError(_ status: Int32, _ index: Int32) -> Step {
        if let step = walk?.takeError(status, index) { return step }
        if isV1, status == ErrorStatus.noSuchName, let step = takeMissing(index) { return step }
        let asked = body()
        if walk == nil, status == ErrorStatus.tooBig, portion > 1, asked.kind != .getNext {
            portion = min(portion, asked.kind == .get ? asked.names.count : portion)
            if portion > 1 {
                portion /= 2
                return .ask(body())
            }
        }
        let names = Array(asked.names)
        let place = names.indices.contains(Int(index) - 1) ? " at \(names[Int(index) - 1])" : ""
        return .failed(.remote, "the agent answered \(errorStatusName(status))\(place)")
    }

    private mutating func takeMissing(_ index: Int32) -> Step? {
        let names: [OID]
        switch operation {
        case .get(let list), .getNext(let list): names = list
        case .getBulk, .walk, .table: return nil
        }
        let asked = places(names)
        guard asked.indices.contains(Int(index) - 1) else { return nil }
        missing.insert(asked[Int(index) - 1])
        // With nothing left to ask the portion is done without an answer.
        return asked.count > 1 ? .ask(body()) : takeFilled(names, [])
    }

    /// An answer with the missing names put back in their places.
    private mutating func takeFilled(_ names: [OID], _ bindings: [VarBind]) -> Step {
        var isNext = false
        if case .getNext = operation { isNext = true }
        var rest = bindings[...]
        for place in rows.count..<min(names.count, rows.count + portion) {
            if missing.contains(place) {
                rows.append(VarBind(names[place], isNext ? .endOfMibView : .noSuchInstance))
            } else if let binding = rest.popFirst() {
                rows.append(binding)
            }
        }
        missing.removeAll()
        return rows.count >= names.count ? .done(rows) : .ask(body())
    }

    private mutating func takeGet(_ names: [OID], _ bindings: [VarBind]) -> Step {
        let asked = missing.isEmpty ? names[rows.count...].prefix(portion) : remaining(names)[...]
        guard bindings.count == asked.count else {
            return .failed(
                .protocolViolation, "the agent answered \(bindings.count) objects to a question for \(asked.count)")
        }
        for (name, binding) in zip(asked, bindings) where name != binding.oid {
            return .failed(.protocolViolation, "the agent answered \(binding.oid) to a question for \(name)")
        }
        if isV1 { return takeFilled(names, Self.withoutCounter64(bindings)) }
        if rows.isEmpty, asked.count == names.count { return .done(bindings) }
        rows += bindings
        return rows.count == names.count ? .done(rows) : .ask(body())
    }

    private mutating func takeNext(_ names: [OID], _ bindings: [VarBind]) -> Step {
        guard isV1 else { return Self.takeColumns(names, 0, 1, bindings) }
        let asked = remaining(names)
        guard bindings.count == asked.count else {
            return .failed(
                .protocolViolation, "the agent answered \(bindings.count) objects to a question for \(asked.count)")
        }
        for (name, binding) in zip(asked, bindings) where !(name < binding.oid) {
            return Self.notIncreasing(name, binding.oid)
        }
        return takeFilled(names, Self.withoutCounter64(bindings))
    }

    /// SNMPv1 has no Counter64 (RFC 3584 section 4.2.2.1): what an agent sends all the same is no value.
    private static func withoutCounter64(_ bindings: [VarBind]) -> [VarBind] {
        bindings.map { binding in
            if case .counter64 = binding.value { VarBind(binding.oid, .noSuchInstance) } else { binding }
        }
    }

    /// GETNEXT and GETBULK: each column must run upwards from its name.
    private static func takeColumns(_ names: [OID], _ once: Int, _ repetitions: Int, _ bindings: [VarBind]) -> Step {
        let columns = names.count - once
        guard bindings.count <= once + columns * repetitions else {
            return .failed(.protocolViolation, "the agent answered \(bindings.count) objects, more than were asked for")
        }
        let wrong = bindings.withUnsafeBufferPointer { list -> Int? in
            for index in list.indices {
                if case .endOfMibView = list[index].value { continue }
                let isUpwards =
                    index < names.count
                    ? names[index] < list[index].oid : list[index - columns].oid < list[index].oid
                if !isUpwards { return index }
            }
            return nil
        }
        guard let wrong else { return .done(bindings) }
        return notIncreasing(wrong < names.count ? names[wrong] : bindings[wrong - columns].oid, bindings[wrong].oid)
    }

    static func notIncreasing(_ before: OID, _ after: OID) -> Step {
        .failed(
            .protocolViolation,
            "the agent's names do not increase: \(after) came after \(before); its walk would never end")
    }
}
