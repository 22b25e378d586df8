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

    /// Names per GET: with usual lengths request and answer stay below one Ethernet frame.
    static let namesPerMessage = 64

    private let operation: SNMPRequest.Operation
    /// Bytes of strings that one walk keeps: rows alone do not bound it when every row holds 64 KB.
    static let maxWalkBytes = 16 << 20

    private var rows: [VarBind] = []
    private var walkBytes = 0
    /// Where a walk stands.
    private var last: OID
    /// Names per message of a GET, repetitions of a GETBULK; halved when the agent cannot.
    private var portion: Int
    /// A walk falls back to GETNEXT when the agent cannot do GETBULK.
    private var byNext = false

    init(_ operation: SNMPRequest.Operation, maxRepetitions: Int) {
        self.operation = operation
        switch operation {
        case .get: (last, portion) = ([], Self.namesPerMessage)
        case .getNext(let names): (last, portion) = ([], names.count)
        case .getBulk(_, _, let repetitions): (last, portion) = ([], max(0, min(repetitions, 10_000)))
        case .walk(let root, _): (last, portion) = (root, max(1, min(maxRepetitions, 10_000)))
        }
    }

    /// The first thing to ask, or why nothing can be asked.
    func begin() -> Step {
        let names: [OID]
        switch operation {
        case .get(let list), .getNext(let list), .getBulk(let list, _, _): names = list
        case .walk(let root, _): names = [root]
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
        return .ask(body())
    }

    private func body() -> PDUBody {
        switch operation {
        case .get(let names): PDUBody(kind: .get, names: names[rows.count...].prefix(portion))
        case .getNext(let names): PDUBody(kind: .getNext, names: names[...])
        case .getBulk(let names, let nonRepeaters, _):
            PDUBody(
                kind: .getBulk, names: names[...],
                nonRepeaters: Int32(clamping: min(max(0, nonRepeaters), names.count)),
                maxRepetitions: Int32(clamping: portion))
        case .walk(_, let limit):
            byNext
                ? PDUBody(kind: .getNext, names: [last])
                // One row more than allowed is enough to see that there are too many.
                : PDUBody(
                    kind: .getBulk, names: [last],
                    maxRepetitions: Int32(clamping: min(portion, max(1, limit + 1 - rows.count))))
        }
    }

    /// Takes an answer.
    mutating func take(status: Int32, index: Int32, bindings: [VarBind]) -> Step {
        if status != ErrorStatus.noError { return takeError(status, index) }
        return switch operation {
        case .get(let names): takeGet(names, bindings)
        case .getNext(let names): takeColumns(names, 0, 1, bindings)
        case .getBulk(let names, let nonRepeaters, _):
            takeColumns(names, min(max(0, nonRepeaters), names.count), portion, bindings)
        case .walk(let root, let limit): takeWalk(root, limit, bindings)
        }
    }

    /// tooBig, and genErr of agents that mean it: ask for less. noSuchName ends a walk, as version 1 did.
    private mutating func takeError(_ status: Int32, _ index: Int32) -> Step {
        let asked = body()
        if case .walk = operation {
            if status == ErrorStatus.noSuchName { return .done(rows) }
            if status == ErrorStatus.tooBig || status == ErrorStatus.genErr, !byNext { return askLess() }
        } else if status == ErrorStatus.tooBig, portion > 1, asked.kind != .getNext {
            portion = min(portion, asked.kind == .get ? asked.names.count : portion)
            if portion > 1 { return askLess() }
        }
        let names = Array(asked.names)
        let place = names.indices.contains(Int(index) - 1) ? " at \(names[Int(index) - 1])" : ""
        return .failed(.remote, "the agent answered \(errorStatusName(status))\(place)")
    }

    private mutating func askLess() -> Step {
        if portion > 1 { portion /= 2 } else { byNext = true }
        return .ask(body())
    }

    private mutating func takeGet(_ names: [OID], _ bindings: [VarBind]) -> Step {
        let asked = names[rows.count...].prefix(portion)
        guard bindings.count == asked.count else {
            return .failed(
                .protocolViolation, "the agent answered \(bindings.count) objects to a question for \(asked.count)")
        }
        for (name, binding) in zip(asked, bindings) where name != binding.oid {
            return .failed(.protocolViolation, "the agent answered \(binding.oid) to a question for \(name)")
        }
        if rows.isEmpty, asked.count == names.count { return .done(bindings) }
        rows += bindings
        return rows.count == names.count ? .done(rows) : .ask(body())
    }

    /// GETNEXT and GETBULK: each column must run upwards from its name.
    private func takeColumns(_ names: [OID], _ once: Int, _ repetitions: Int, _ bindings: [VarBind]) -> Step {
        let columns = names.count - once
        guard bindings.count <= once + columns * repetitions else {
            return .failed(.protocolViolation, "the agent answered \(bindings.count) objects, more than were asked for")
        }
        for (index, binding) in bindings.enumerated() {
            if binding.value == .endOfMibView { continue }
            let before: OID =
                index < names.count
                ? names[index] : bindings[index - columns].oid
            guard before < binding.oid else { return Self.notIncreasing(before, binding.oid) }
        }
        return .done(bindings)
    }

    private static func notIncreasing(_ before: OID, _ after: OID) -> Step {
        .failed(
            .protocolViolation,
            "the agent's names do not increase: \(after) came after \(before); its walk would never end")
    }

    private mutating func takeWalk(_ root: OID, _ limit: Int, _ bindings: [VarBind]) -> Step {
        guard !bindings.isEmpty else {
            return byNext ? .failed(.protocolViolation, "the agent answered no object to a GETNEXT") : askLess()
        }
        let most = Int(body().maxRepetitions)
        guard bindings.count <= max(1, most) else {
            return .failed(.protocolViolation, "the agent answered \(bindings.count) objects, more than were asked for")
        }
        for binding in bindings {
            if binding.value.isException { return .done(rows) }
            guard last < binding.oid else { return Self.notIncreasing(last, binding.oid) }
            guard binding.oid.isWithin(root) else { return .done(rows) }
            guard rows.count < limit else {
                return .failed(
                    .tooLarge, "more than \(limit) rows below \(root); raise the limit or walk a smaller part")
            }
            if case .octets(let bytes) = binding.value { walkBytes += bytes.count }
            if case .opaque(let bytes) = binding.value { walkBytes += bytes.count }
            guard walkBytes <= Self.maxWalkBytes else {
                return .failed(
                    .tooLarge,
                    "more than \(Self.maxWalkBytes >> 20) MiB below \(root); walk a smaller part")
            }
            rows.append(binding)
            last = binding.oid
        }
        return .ask(body())
    }
}
