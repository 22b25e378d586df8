import Notation

/// Where packed bytes lie; this room reads no disk.
package protocol PackedSource: Sendable {
    /// How many bytes there are.
    var size: Int { get }
    /// Exactly `count` bytes from `offset`, or an error.
    func bytes(at offset: Int, count: Int) throws -> [UInt8]
}

/// A snapshot as a file that opens in milliseconds: one section for each kind, which is read when the kind is asked
/// for, and one with the references.
///
/// Derived data: whoever has the objects can make it anew. The form, all numbers little-endian:
///
///     8 bytes    "HTSNAP01"
///     sections   one after the other (``PackedSection``; the last is the references, ``ReferenceIndex``)
///     directory  fingerprint of the schema (8 bytes), sequence (8), hash of that ledger record (text), number of
///                sections, and for each: name (text), records (varint), offset, length, XXH64 (8 bytes each)
///     32 bytes   offset, length and XXH64 of the directory, "HTSNAPED"
///
/// Texts are their length (LEB128) and UTF-8. A file with another fingerprint was made by a program with other kinds or
/// references, and is of no use to this one.
package struct PackedSnapshot: Sendable {
    /// The ledger sequence number of the state.
    package let sequence: Int64
    /// The hash of that ledger record: tells whether the file and a database are of one history.
    package let ledgerHash: String
    private let source: any PackedSource
    private let sections: [Section]

    private struct Section: Sendable {
        let name: String
        let records: Int
        let offset: Int
        let length: Int
        let checksum: UInt64
    }

    private static let head = Array("HTSNAP01".utf8)
    private static let tail = Array("HTSNAPED".utf8)
    private static let references = "references"

    /// Changes with every kind, every reference field and their order.
    private static let fingerprint: UInt64 = {
        var out = PackedWriter()
        for kind in Kind.allCases {
            out.text(kind.rawValue)
            for edge in KindTable.of(kind).edges {
                out.text(edge.field)
                for target in edge.kinds { out.text(target.rawValue) }
            }
        }
        return Checksum.of(out.bytes)
    }()

    // MARK: - Writing

    /// Hands the bytes of `snapshot` to `sink`, piece by piece.
    /// - Parameter ledgerHash: the hash of the ledger record whose number is the snapshot's sequence.
    package static func write(
        _ snapshot: Snapshot, ledgerHash: String, to sink: ([UInt8]) throws -> Void
    ) throws {
        var directory = PackedWriter()
        directory.fixed(fingerprint)
        directory.fixed(snapshot.sequence)
        directory.text(ledgerHash)
        directory.count(Kind.allCases.count + 1)
        var offset = head.count
        try sink(head)
        func put(_ name: String, _ records: Int, _ bytes: [UInt8]) throws {
            directory.text(name)
            directory.count(records)
            directory.fixed(UInt64(offset))
            directory.fixed(UInt64(bytes.count))
            directory.fixed(Checksum.of(bytes))
            offset += bytes.count
            try sink(bytes)
        }
        for kind in Kind.allCases {
            let objects = snapshot.objects(kind)
            try put(kind.rawValue, objects.count, PackedSection.write(objects))
        }
        let flat = snapshot.store.flatReferences
        try put(references, flat.sources.count, flat.packed())
        try sink(directory.bytes)
        var trailer = PackedWriter()
        trailer.fixed(UInt64(offset))
        trailer.fixed(UInt64(directory.bytes.count))
        trailer.fixed(Checksum.of(directory.bytes))
        try sink(trailer.bytes + tail)
    }

    // MARK: - Reading

    /// Checks every byte of `source` against its checksum; decodes nothing yet.
    /// - Throws: ``PackedFault`` for bytes that are no packed snapshot of this program, and what `source` throws.
    package init(checking source: any PackedSource) throws {
        let trailerSize = 24 + Self.tail.count
        guard source.size >= Self.head.count + trailerSize else { throw PackedFault("too short") }
        guard try source.bytes(at: 0, count: Self.head.count) == Self.head else {
            throw PackedFault("no packed snapshot")
        }
        let trailer = try source.bytes(at: source.size - trailerSize, count: trailerSize)
        guard Array(trailer.suffix(Self.tail.count)) == Self.tail else { throw PackedFault("cut off") }
        let (offset, length, checksum) = try trailer.withUnsafeBytes { bytes in
            var reader = PackedReader(bytes)
            return (try reader.fixed(UInt64.self), try reader.fixed(UInt64.self), try reader.fixed(UInt64.self))
        }
        let end = UInt64(source.size - trailerSize)
        guard offset <= end, length <= 1 << 20, end - offset == length else { throw PackedFault("no directory") }
        let directory = try source.bytes(at: Int(offset), count: Int(length))
        guard Checksum.of(directory) == checksum else { throw PackedFault("the directory is damaged") }
        (sequence, ledgerHash, sections) = try directory.withUnsafeBytes { try Self.directory(PackedReader($0)) }
        self.source = source
        var next = Self.head.count
        for section in sections {
            guard section.offset == next, section.length <= Int(offset) - next else {
                throw PackedFault("sections do not follow each other")
            }
            next += section.length
        }
        guard next == Int(offset) else { throw PackedFault("sections do not fill the file") }
        for section in sections { _ = try bytes(of: section) }
    }

    private static func directory(_ reader: PackedReader) throws -> (Int64, String, [Section]) {
        var reader = reader
        guard try reader.fixed(UInt64.self) == fingerprint else { throw PackedFault("made for another schema") }
        let sequence = try reader.fixed(Int64.self)
        let hash = try reader.text()
        var sections: [Section] = []
        for _ in 0..<(try reader.count(of: 26)) {
            let (name, records) = (try reader.text(), try reader.varint())
            let (offset, length) = (try reader.fixed(UInt64.self), try reader.fixed(UInt64.self))
            let checksum = try reader.fixed(UInt64.self)
            // A record takes two bytes at least, a reference eight.
            guard let offset = Int(exactly: offset), let length = Int(exactly: length), records <= UInt64(length) else {
                throw PackedFault("a section that cannot be")
            }
            sections.append(
                Section(name: name, records: Int(records), offset: offset, length: length, checksum: checksum))
        }
        guard sections.map(\.name) == Kind.allCases.map(\.rawValue) + [references], reader.isAtEnd else {
            throw PackedFault("other sections than asked")
        }
        return (sequence, hash, sections)
    }

    private func bytes(of section: Section) throws -> [UInt8] {
        let bytes = try source.bytes(at: section.offset, count: section.length)
        guard Checksum.of(bytes) == section.checksum else { throw PackedFault("section \(section.name) is damaged") }
        return bytes
    }

    /// The snapshot; each kind is read and decoded when it is first asked for.
    /// - Parameter rescue: the records of a kind from where they were packed, for the case that a section cannot be
    ///   read after all (somebody wrote into the file, or made it on purpose).
    package func snapshot(rescue: @escaping @Sendable (Kind) -> [Object]) -> Snapshot {
        let counts = sections.dropLast().map(\.records)
        let starts = ReferenceIndex.starts(counts)
        let shelves = zip(Kind.allCases, sections).map { kind, section in
            section.records == 0
                ? Shelf([])
                : Shelf(count: section.records) { [self] in
                    if let objects = try? PackedSection.read(bytes(of: section), kind: kind),
                        objects.count == section.records
                    {
                        return objects
                    }
                    return rescue(kind).sorted { $0.id < $1.id }
                }
        }
        let store = SnapshotStore(shelves: shelves) { [self] in
            guard let section = sections.last, let bytes = try? bytes(of: section) else { return nil }
            return try? ReferenceIndex.read(bytes, starts: starts)
        }
        return Snapshot(store, sequence: sequence)
    }
}

extension SnapshotStore {
    /// The references of this state with the numbers of its own shelves.
    fileprivate var flatReferences: ReferenceIndex { layer == nil ? references : ReferenceIndex(shelves) }
}
