import Notation

/// Who refers to whom, as numbers: every record has one, counted through the shelves in the order of kinds and keys.
final class ReferenceIndex: Sendable {
    /// The number of the first record of each kind, by rank, and the number of all.
    let starts: [UInt32]
    /// Where the references to each record begin in ``sources`` and ``fields``, and where the last end.
    let offsets: [UInt32]
    /// Who refers.
    let sources: [UInt32]
    /// By which field, as an index into ``names``.
    let fields: [UInt32]
    let names: [String]
    /// References to records that do not exist.
    let dangling: [ObjectID: [Snapshot.Reference]]

    init(
        starts: [UInt32], offsets: [UInt32], sources: [UInt32], fields: [UInt32], names: [String],
        dangling: [ObjectID: [Snapshot.Reference]]
    ) {
        (self.starts, self.offsets, self.sources) = (starts, offsets, sources)
        (self.fields, self.names, self.dangling) = (fields, names, dangling)
    }

    /// Walks all records once.
    convenience init(_ shelves: [Shelf]) {
        var builder = Builder(shelves)
        for kind in Kind.allCases { builder.add(shelves[Int(kind.rank)].objects, of: kind) }
        let (offsets, sources, fields) = builder.sorted()
        self.init(
            starts: builder.starts, offsets: offsets, sources: sources, fields: fields, names: builder.names,
            dangling: builder.dangling)
    }

    /// Positions in ``sources`` and ``fields`` of the references to the record at `position` of the shelf of `kind`.
    func range(of kind: Kind, _ position: Int) -> Range<Int> {
        let number = Int(starts[Int(kind.rank)]) + position
        guard number + 1 < offsets.count else { return 0..<0 }
        return Int(offsets[number])..<Int(offsets[number + 1])
    }

    /// The kind and the place on its shelf of the record with `number`.
    func place(of number: UInt32) -> (kind: Kind, position: Int)? {
        var (low, high) = (0, Kind.allCases.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle + 1] <= number { low = middle + 1 } else { high = middle }
        }
        guard low < Kind.allCases.count else { return nil }
        return (Kind.allCases[low], Int(number - starts[low]))
    }

    static func starts(_ counts: [Int]) -> [UInt32] {
        var starts: [UInt32] = [0]
        for count in counts { starts.append(starts[starts.count - 1] + UInt32(clamping: count)) }
        return starts
    }

    private struct Builder {
        let shelves: [Shelf]
        let starts: [UInt32]
        var names: [String] = []
        var dangling: [ObjectID: [Snapshot.Reference]] = [:]
        private var numbers: [String: UInt32] = [:]
        private var targets: [UInt32] = []
        private var sources: [UInt32] = []
        private var fields: [UInt32] = []

        init(_ shelves: [Shelf]) {
            self.shelves = shelves
            starts = ReferenceIndex.starts(shelves.map(\.count))
        }

        mutating func add(_ objects: [Object], of kind: Kind) {
            var edges: [(edge: KindTable.Edge, field: UInt32)] = []
            for edge in KindTable.of(kind).edges { edges.append((edge, number(edge.field))) }
            // Records that follow each other often refer to the same one.
            var latest: [(text: String, target: UInt32?)] = edges.map { _ in ("", nil) }
            for (i, object) in objects.enumerated() {
                let source = starts[Int(kind.rank)] + UInt32(i)
                for (e, (edge, field)) in edges.enumerated() {
                    switch object.fields[edge.field] {
                    case .string(let text):
                        if text != latest[e].text || latest[e].target == nil {
                            latest[e] = (text, add(text, edge, object.id))
                        }
                        if let target = latest[e].target { add(target, source, field) }
                    case .array(let values):
                        for value in values {
                            if let text = value.string, let target = add(text, edge, object.id) {
                                add(target, source, field)
                            }
                        }
                    default: break
                    }
                }
            }
        }

        private mutating func number(_ name: String) -> UInt32 {
            if let number = numbers[name] { return number }
            let number = UInt32(names.count)
            names.append(name)
            numbers[name] = number
            return number
        }

        private mutating func add(_ target: UInt32, _ source: UInt32, _ field: UInt32) {
            targets.append(target)
            sources.append(source)
            fields.append(field)
        }

        /// The number of the record that `text` names; a dangling reference is noted.
        private mutating func add(_ text: String, _ edge: KindTable.Edge, _ from: ObjectID) -> UInt32? {
            guard let id = edge.id(text) else { return nil }
            if let position = shelves[Int(id.kind.rank)].position(of: id.key) {
                return starts[Int(id.kind.rank)] + UInt32(position)
            }
            dangling[id, default: []].append(Snapshot.Reference(from: from, field: edge.field, to: id))
            return nil
        }

        /// By target; the order in which they were added stays among those of one target.
        func sorted() -> (offsets: [UInt32], sources: [UInt32], fields: [UInt32]) {
            var offsets = [UInt32](repeating: 0, count: Int(starts[starts.count - 1]) + 1)
            for target in targets { offsets[Int(target) + 1] += 1 }
            for i in offsets.indices.dropFirst() { offsets[i] += offsets[i - 1] }
            var next = offsets
            var out = (sources, fields)
            for i in targets.indices {
                let place = Int(next[Int(targets[i])])
                next[Int(targets[i])] += 1
                out.0[place] = sources[i]
                out.1[place] = fields[i]
            }
            return (offsets, out.0, out.1)
        }
    }
}

// MARK: - As bytes

extension ReferenceIndex {
    func packed() -> [UInt8] {
        var out = PackedWriter()
        out.numbers(starts)
        out.numbers(offsets)
        out.numbers(sources)
        out.numbers(fields)
        out.count(names.count)
        for name in names { out.text(name) }
        let lost = dangling.values.flatMap { $0 }
        out.count(lost.count)
        for (id, references) in dangling.sorted(by: { $0.key < $1.key }) {
            for reference in references {
                out.text(reference.from.description)
                out.text(reference.field)
                out.text(id.description)
            }
        }
        return out.bytes
    }

    /// Reads what ``packed()`` wrote; numbers that lead nowhere are a fault.
    static func read(_ bytes: [UInt8], starts expected: [UInt32]) throws(PackedFault) -> ReferenceIndex {
        let result: Result<ReferenceIndex, PackedFault> = bytes.withUnsafeBytes { bytes in
            do throws(PackedFault) {
                return .success(try read(PackedReader(bytes), expected))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func read(_ reader: PackedReader, _ expected: [UInt32]) throws(PackedFault) -> ReferenceIndex {
        var reader = reader
        let starts = try reader.numbers()
        let offsets = try reader.numbers()
        let sources = try reader.numbers()
        let fields = try reader.numbers()
        var names: [String] = []
        for _ in 0..<(try reader.count()) { names.append(try reader.text()) }
        var dangling: [ObjectID: [Snapshot.Reference]] = [:]
        for _ in 0..<(try reader.count(of: 3)) {
            let from = ObjectID(try reader.text())
            let field = try reader.text()
            guard let from, let to = ObjectID(try reader.text()) else { throw PackedFault("no id of a record") }
            dangling[to, default: []].append(Snapshot.Reference(from: from, field: field, to: to))
        }
        let total = expected.last ?? 0
        var isSound =
            starts == expected && offsets.count == Int(total) + 1 && offsets.first == 0
            && sources.count == fields.count && offsets.last == UInt32(exactly: sources.count) && reader.isAtEnd
        if isSound {
            isSound =
                zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
                && sources.allSatisfy { $0 < total } && fields.allSatisfy { $0 < UInt32(names.count) }
        }
        guard isSound else { throw PackedFault("references lead nowhere") }
        return ReferenceIndex(
            starts: starts, offsets: offsets, sources: sources, fields: fields, names: names, dangling: dangling)
    }
}
