import Notation

/// Agencies that become one, or one that becomes several (the reorganisation of 2025 took the district level away).
///
/// What the old ones owned, used, ran, issued or signed goes over; they stay themselves, with their successors and the
/// last day, so that history and papers keep their names.
public struct TenantMove: Sendable {
    /// In the order of applying.
    public let changes: [Change]
    /// How many references went to each new tenant, by field.
    public let moved: [ObjectID: [String: Int]]

    /// Why it cannot be done.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// Each problem on a line of its own.
        public let problems: [String]
        /// What is wrong and what to do.
        public var description: String { problems.joined(separator: "\n") }
        init(_ problems: [String]) { self.problems = problems }
    }

    /// One share of what a split tenant had.
    public struct Share: Sendable {
        /// Who gets it.
        public let tenant: ObjectID
        /// What: objects that name the old tenant by some field.
        public let objects: Set<ObjectID>

        /// Creates a share.
        public init(tenant: ObjectID, objects: Set<ObjectID>) {
            self.tenant = tenant
            self.objects = objects
        }
    }

    /// `old` become `new`.
    /// - Parameters:
    ///   - keep: reference fields that stay with the old ones, such as `issuer`.
    ///   - day: the last day of the old ones, `2025-06-30`.
    /// - Throws: ``Refusal``.
    public static func merge(
        _ old: [ObjectID], into new: ObjectID, keep: Set<String> = [], day: String, in snapshot: Snapshot
    ) throws(Refusal) -> TenantMove {
        var problems = missing(old + [new], snapshot)
        if old.contains(new) { problems.append("\(new): it cannot become itself: leave it out of the list") }
        if Set(old).count != old.count { problems.append("a tenant stands twice in the list") }
        problems += ended(old, snapshot)
        if !problems.isEmpty { throw Refusal(problems) }
        let going = Set(old)
        var mover = Mover(snapshot: snapshot, keep: keep, day: day, going: going)
        for id in old.sorted() {
            for reference in mover.holdings(of: id) { mover.move(reference, to: new) }
            mover.end(id, successors: [new], status: "merged")
        }
        return mover.result
    }

    /// `old` becomes several.
    /// - Parameters:
    ///   - rest: who gets what no share names; nil makes that an error.
    /// - Throws: ``Refusal`` that names every object which nobody or more than one would get.
    public static func split(
        _ old: ObjectID, _ shares: [Share], rest: ObjectID?, keep: Set<String> = [], day: String, in snapshot: Snapshot
    ) throws(Refusal) -> TenantMove {
        let heirs = Set(shares.map(\.tenant) + [rest].compactMap { $0 }).sorted()
        var problems = missing([old] + heirs, snapshot)
        if heirs.contains(old) { problems.append("\(old): it cannot become itself: name the new ones only") }
        if heirs.count < 2 { problems.append("a split needs two new tenants or more: use merge for one") }
        problems += ended([old], snapshot)
        if !problems.isEmpty { throw Refusal(problems) }
        var mover = Mover(snapshot: snapshot, keep: keep, day: day, going: [old])
        for reference in mover.holdings(of: old) {
            // A new tenant under the old one moves up, whoever gets the rest.
            if heirs.contains(reference.from) {
                mover.move(reference, to: old)
                continue
            }
            let takers = Set(shares.filter { $0.objects.contains(reference.from) }.map(\.tenant)).sorted()
            if takers.count > 1 {
                problems.append("\(reference.from): \(takers.map(\.key).joined(separator: " and ")) would both get it")
            } else if let taker = takers.first ?? rest {
                mover.move(reference, to: taker)
            } else {
                problems.append(
                    "\(reference.from): nobody gets it (\(reference.field)): widen a share, or name one for the rest")
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
        mover.end(old, successors: heirs, status: "split")
        return mover.result
    }

    /// What refers to a tenant and would move, for telling what a share holds.
    public static func holdings(of tenant: ObjectID, keep: Set<String> = [], in snapshot: Snapshot) -> Set<ObjectID> {
        Set(Mover(snapshot: snapshot, keep: keep, day: "", going: [tenant]).holdings(of: tenant).map(\.from))
    }

    private static func missing(_ ids: [ObjectID], _ snapshot: Snapshot) -> [String] {
        ids.filter { snapshot[$0] == nil }.map {
            "there is no \($0): add it to the files and apply them first"
        }
    }

    private static func ended(_ ids: [ObjectID], _ snapshot: Snapshot) -> [String] {
        ids.compactMap { id in
            guard let object = snapshot[id], let status = object.text("status"), status != "active" else { return nil }
            return "\(id): it is \(status) already (\(object.text("end_date") ?? "without a day"))"
        }
    }
}

/// Moves references on a working copy.
private struct Mover {
    let snapshot: Snapshot
    let keep: Set<String>
    let day: String
    let going: Set<ObjectID>
    private var wanted: [ObjectID: Fields?] = [:]
    private var moved: [ObjectID: [String: Int]] = [:]

    /// How tenants follow each other is history, not property.
    private static let history: Set<String> = ["successor", "successors"]

    init(snapshot: Snapshot, keep: Set<String>, day: String, going: Set<ObjectID>) {
        (self.snapshot, self.keep, self.day, self.going) = (snapshot, keep, day, going)
    }

    var result: TenantMove {
        TenantMove(changes: ChangeSet.leading(from: snapshot, to: wanted), moved: moved)
    }

    func holdings(of tenant: ObjectID) -> [Snapshot.Reference] {
        snapshot.referrers(of: tenant).filter { reference in
            if keep.contains(reference.field) || going.contains(reference.from) { return false }
            return !(reference.from.kind == .tenant && Self.history.contains(reference.field))
        }
    }

    mutating func move(_ reference: Snapshot.Reference, to new: ObjectID) {
        guard let object = snapshot[reference.from],
            let edge = KindTable.of(object.id.kind).edges.first(where: { $0.field == reference.field })
        else { return }
        var fields = wanted[object.id].flatMap { $0 } ?? object.fields
        // The successor that stood under its predecessor moves up to where that stood.
        let isOwnParent = reference.field == "parent" && (reference.from == new || going.contains(new))
        let target = isOwnParent ? parent(above: reference.to) : new
        switch fields[edge.field] {
        case .string: fields[edge.field] = target.map { .string(edge.text($0)) }
        case .array(let values):
            let renamed = values.compactMap { value in
                value.string.flatMap(edge.id) == reference.to ? target.map { .string(edge.text($0)) } : value
            }
            fields[edge.field] = .array(ValueReader.canonicalOrder(Array(Set(renamed))))
        default: return
        }
        wanted[object.id] = .some(fields)
        if let target { moved[target, default: [:]][reference.field, default: 0] += 1 }
    }

    /// The nearest tenant above `id` that stays.
    private func parent(above id: ObjectID) -> ObjectID? {
        var seen: Set<ObjectID> = []
        var here = id
        while seen.insert(here).inserted, let next = snapshot[here].flatMap({ Snapshot.ids("parent", in: $0).first }) {
            if !going.contains(next) { return next }
            here = next
        }
        return nil
    }

    mutating func end(_ id: ObjectID, successors: [ObjectID], status: String) {
        guard var fields = wanted[id].flatMap({ $0 }) ?? snapshot[id]?.fields else { return }
        fields["status"] = .string(status)
        fields["end_date"] = .string(day)
        if successors.count == 1 {
            fields["successor"] = .string(successors[0].key)
        } else {
            fields["successors"] = .array(ValueReader.canonicalOrder(successors.map { .string($0.key) }))
        }
        wanted[id] = .some(fields)
    }
}
