import Notation
import Synchronization
import TestSupport
import Testing

@testable import CMDB

/// Packed bytes in memory.
struct PackedBytes: PackedSource {
    var bytes: [UInt8]
    var size: Int { bytes.count }
    struct OutOfBounds: Error {}

    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset + count <= bytes.count else { throw OutOfBounds() }
        return Array(bytes[offset..<offset + count])
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ snapshot: Snapshot) throws {
        bytes = []
        var out: [UInt8] = []
        try PackedSnapshot.write(snapshot, ledgerHash: "abc") { out += $0 }
        bytes = out
    }
}

/// Inventories of any shape, with references that lead somewhere, nowhere, and in circles.
struct RandomInventory {
    var random: SeededGenerator
    private static let texts = [
        "", "active", "Trung tâm dữ liệu", "e\u{301}", "\u{E9}", "\u{0}\"\\", "\u{1F600}", "10.0.0.1/24",
        "a text that is longer than what a string holds inline",
    ]

    mutating func value(_ depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth > 2 ? 6 : 8), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .int(Int64.random(in: .min ... .max, using: &random))
        case 3: .double(Double(Int.random(in: -99...99, using: &random)) / 8)
        case 4, 5: .string(Self.texts.randomElement(using: &random) ?? "")
        case 6: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth + 1) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<4, using: &random)).map { ("k\($0)", value(depth + 1)) },
                    uniquingKeysWith: { $1 }))
        }
    }

    mutating func object(_ kind: Kind, _ key: String, of count: Int) -> Object {
        var fields: Fields = ["slug": .string(key)]
        for name in ["name", "description", "custom_fields", "position"] where Bool.random(using: &random) {
            fields[name] = value()
        }
        func some() -> Int { Int.random(in: 0..<count, using: &random) }
        switch kind {
        case .device:
            fields["site"] = .string("n\(some())")
            fields["owner"] = .string("n\(some())")
            fields["primary_ip4"] = "10.0.0.1"
        case .interface: fields["device"] = .string(Bool.random(using: &random) ? "device/n\(some())" : "nonsense")
        case .system: fields["components"] = .array((0..<3).map { _ in .string("device/n\(some())") } + [1])
        case .site: fields["tenant"] = .string("n\(some())")
        default: break
        }
        return Object(id: ObjectID(kind, key), fields: fields)
    }

    mutating func objects(_ count: Int) -> [Object] {
        let kinds: [Kind] = [.tenant, .site, .device, .interface, .system]
        var out: [Object] = []
        for kind in kinds {
            for i in 0..<count where Int.random(in: 0..<4, using: &random) > 0 {
                out.append(object(kind, i == 7 ? "đ7" : "n\(i)", of: count))
            }
        }
        return out.shuffled(using: &random)
    }
}

/// The plainest snapshot there can be.
struct NaiveSnapshot {
    let objects: [ObjectID: Object]
    init(_ objects: [Object]) { self.objects = Dictionary(objects.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }

    var sorted: [Object] { objects.values.sorted { $0.id < $1.id } }
    func referrers(of id: ObjectID) -> [Snapshot.Reference] {
        sorted.flatMap { Snapshot.references(of: $0) }.filter { $0.to == id }
    }

    /// Everything that `snapshot` says, compared.
    func expectSame(_ snapshot: Snapshot, _ comment: Comment) {
        #expect(snapshot.count == objects.count && snapshot.all == sorted, comment)
        let bytes = zip(snapshot.all, sorted).allSatisfy {
            $0.fields.canonical.utf8.elementsEqual($1.fields.canonical.utf8)
        }
        #expect(bytes, comment)
        var ids = sorted.map(\.id)
        for id in ids { #expect(snapshot[id] == objects[id], comment) }
        ids += [ObjectID(.device, "n0"), ObjectID(.site, "n1"), ObjectID(.tenant, "n2"), ObjectID(.device, "none")]
        for id in ids {
            let mine = referrers(of: id)
            #expect(snapshot.referrers(of: id) == mine, comment)
            for (kind, field) in [(Kind.device, "site"), (.interface, "device"), (.system, "components")] {
                let asked = mine.filter { $0.from.kind == kind && $0.field == field }.compactMap { objects[$0.from] }
                #expect(snapshot.referrers(of: id, kind: kind, field: field) == asked, comment)
            }
        }
    }
}

@Suite("Packed snapshots", .tags(.small))
struct PackedSnapshotTests {
    private static func open(_ bytes: [UInt8]) throws -> Snapshot {
        try PackedSnapshot(checking: PackedBytes(bytes)).snapshot { _ in [] }
    }

    @Test(
        "the checksum is XXH64",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func checksum(text: String, sum: UInt64) { #expect(Checksum.of(Array(text.utf8)) == sum) }

    @Test("what is packed reads back the same, references too, and so does every later state")
    func roundTrip() throws {
        var inventory = RandomInventory(random: SeededGenerator("packed snapshot"))
        for round in 0..<6 {
            let objects = inventory.objects(round == 0 ? 2 : 14)
            let first = Snapshot(objects, sequence: 7)
            var naive = NaiveSnapshot(objects)
            naive.expectSame(first, "made")
            let packed = try PackedSnapshot(checking: PackedBytes(first))
            #expect(packed.sequence == 7 && packed.ledgerHash == "abc")
            var snapshot = packed.snapshot { _ in [] }
            naive.expectSame(snapshot, "read")
            for step in 0..<3 {
                let changes = inventory.changes(to: naive)
                naive = NaiveSnapshot(changes.reduce(into: naive.objects) { $0[$1.id] = $1.after }.map(\.value))
                snapshot = snapshot.applying(changes, sequence: Int64(8 + step))
                #expect(snapshot.sequence == Int64(8 + step))
                naive.expectSame(snapshot, "applied")
            }
            naive.expectSame(try Self.open(PackedBytes(snapshot).bytes), "packed again")
        }
    }

    @Test("a byte that is altered anywhere is noticed when the file is opened")
    func damage() throws {
        var inventory = RandomInventory(random: SeededGenerator("damaged snapshot", seed: 11))
        let good = try PackedBytes(Snapshot(inventory.objects(4), sequence: 3)).bytes
        for i in good.indices {
            var bad = good
            bad[i] ^= 1 << (i % 8)
            #expect(throws: (any Error).self, "byte \(i)") { try Self.open(bad) }
        }
        for length in 0..<good.count {
            #expect(throws: (any Error).self, "cut at \(length)") { try Self.open(Array(good[..<length])) }
        }
        #expect(throws: (any Error).self) { try Self.open(good + [0]) }
        #expect(throws: (any Error).self) { try Self.open([0] + good) }
        _ = try Self.open(good)
    }

    @Test("bytes that somebody made fit their checksums end in a fault or in objects, never in a crash")
    func hostileSections() throws {
        var inventory = RandomInventory(random: SeededGenerator("hostile snapshot"))
        let objects = inventory.objects(8).filter { $0.id.kind == .device }
        let good = PackedSection.write(Snapshot(objects).objects(.device))
        let index = SnapshotStore(objects).references
        let packedIndex = index.packed()
        var refused = 0
        for _ in 0..<3_000 {
            var bad = good
            for _ in 0..<Int.random(in: 1...3, using: &inventory.random) {
                bad[Int.random(in: bad.indices, using: &inventory.random)] = UInt8.random(
                    in: 0...255, using: &inventory.random)
            }
            if Bool.random(using: &inventory.random) {
                bad.removeLast(Int.random(in: 0...bad.count, using: &inventory.random))
            }
            if (try? PackedSection.read(bad, kind: .device)) == nil { refused += 1 }
            var badIndex = packedIndex
            badIndex[Int.random(in: badIndex.indices, using: &inventory.random)] = UInt8.random(
                in: 0...255, using: &inventory.random)
            if let read = try? ReferenceIndex.read(badIndex, starts: index.starts) {
                for number in 0..<(read.offsets.count - 1) {
                    for i in Int(read.offsets[number])..<Int(read.offsets[number + 1]) {
                        #expect(
                            read.place(of: read.sources[i]) != nil && read.names.indices.contains(Int(read.fields[i])))
                    }
                }
            }
        }
        #expect(refused > 500)
        // Deep nesting ends in a fault, not at the end of the stack.
        let deep = Object(
            id: ObjectID(.device, "a"), fields: ["a": (0..<1_200).reduce(.null) { inner, _ in .array([inner]) }])
        #expect(throws: PackedFault.self) { try PackedSection.read(PackedSection.write([deep]), kind: .device) }
    }

    @Test("a section that cannot be read any more is rescued from where it was packed")
    func rescue() throws {
        final class Fading: PackedSource {
            let inner: PackedBytes
            let alive: SendableFlag
            init(_ inner: PackedBytes, _ alive: SendableFlag) { (self.inner, self.alive) = (inner, alive) }
            var size: Int { inner.size }
            func bytes(at offset: Int, count: Int) throws -> [UInt8] {
                guard alive.value else { throw PackedBytes.OutOfBounds() }
                return try inner.bytes(at: offset, count: count)
            }
        }
        var inventory = RandomInventory(random: SeededGenerator("rescued snapshot"))
        let naive = NaiveSnapshot(inventory.objects(20))
        let alive = SendableFlag()
        let source = Fading(try PackedBytes(Snapshot(naive.sorted, sequence: 1)), alive)
        let snapshot = try PackedSnapshot(checking: source).snapshot { kind in
            naive.sorted.filter { $0.id.kind == kind }.shuffled()
        }
        alive.set(false)
        naive.expectSame(snapshot, "rescued")
    }
}

/// A truth value that several may look at.
final class SendableFlag: Sendable {
    private let state = Mutex(true)
    var value: Bool { state.withLock { $0 } }
    func set(_ value: Bool) { state.withLock { $0 = value } }
}

extension Change {
    /// What is there afterwards.
    var after: Object? {
        switch self {
        case .create(let object), .update(_, let object): object
        case .delete: nil
        }
    }
}

extension RandomInventory {
    /// A few changes that fit `state`; now and then many.
    mutating func changes(to state: NaiveSnapshot) -> [Change] {
        let limit = Int.random(in: 0..<10, using: &random) == 0 ? 100 : 10
        let ids = state.objects.keys.sorted().shuffled(using: &random).prefix(limit)
        var out: [Change] = ids.compactMap { id in
            guard let before = state.objects[id] else { return nil }
            if Bool.random(using: &random) { return .delete(before) }
            return .update(before: before, after: object(id.kind, id.key, of: 30))
        }
        for kind in [Kind.device, .interface, .tenant] {
            let key = "n\(Int.random(in: 0..<40, using: &random))"
            if state.objects[ObjectID(kind, key)] == nil { out.append(.create(object(kind, key, of: 30))) }
        }
        return out
    }
}
