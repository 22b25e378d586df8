import CMDB
import Evidence
import Foundation
import GRDB
import Notation
import TestSupport
import Testing

@testable import Storage

@Suite("The snapshot file", .tags(.medium))
struct SnapshotFileTests {
    private static let count = SnapshotCache.smallest + 500
    private static let name = "data/hatang.sqlite-snapshot"

    /// A closed database that is large enough for a file.
    private func large() throws -> Lab {
        let lab = try Lab()
        try lab.filled(Self.count)
        return lab
    }

    private func isThere(_ lab: Lab) -> Bool { FileManager.default.fileExists(atPath: lab.folder.file(Self.name)) }

    private func expectAll(_ store: Store, _ objects: [Object], _ comment: Comment? = nil) throws {
        let snapshot = try store.snapshot()
        let same = snapshot.all == objects && snapshot.count == objects.count
        #expect(same, comment)
        #expect(try snapshot.sequence == store.inventorySequence(), comment)
    }

    @Test("it is there after an apply, private, and holds what the database holds; small inventories have none")
    func written() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        let attributes = try FileManager.default.attributesOfItem(atPath: lab.folder.file(Self.name))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: lab.folder.file("data")).allSatisfy {
                !$0.contains(".new-")
            })
        let packed = try #require(SnapshotFile(of: lab.path).open())
        #expect(packed.sequence == Int64(Self.count))
        for mode in [Store.Mode.readOnly, .immutable, .readWrite] {
            try expectAll(try lab.open(mode), devices(Self.count), "\(mode)")
        }
        let small = try Lab()
        defer { withExtendedLifetime(small) {} }
        try small.filled(20)
        #expect(!isThere(small))
    }

    @Test("a reader takes it: what somebody wrote into the table behind the suite's back does not show")
    func used() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        try lab.tamper("UPDATE object SET json = '{}' WHERE key = 'sw-5'")
        try expectAll(try lab.open(.readOnly), devices(Self.count))
        // The audit does not look at the file.
        #expect(try lab.open(.readOnly).verifyInventory().faults.count == 1)
    }

    @Test("later changes are read from the table, whoever made them, and many of them make a new file")
    func stale() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        let old = try lab.bytes(Self.name)
        var expected = devices(Self.count)
        let store = try lab.open()
        let other = try lab.open()
        let (gone, before) = (expected[3], expected[9])
        let after = device(before.id.key, role: "core-switch")
        try store.apply(
            changes: [.delete(gone), .update(before: before, after: after), .create(device("zz-new"))], actor: "an",
            reason: "", at: noon)
        expected[9] = after
        expected.remove(at: 3)
        expected.append(device("zz-new"))
        for reader in [store, other, try lab.open(.readOnly), try lab.open()] { try expectAll(reader, expected) }
        #expect(try lab.bytes(Self.name) == old)
        // More than is looked up one by one.
        let many = (0..<SnapshotCache.fewChanges(of: expected.count) + 10).map { device("zzz-\($0)") }
        try other.create(many)
        expected += many.sorted { $0.id < $1.id }
        try expectAll(try lab.open(.readOnly), expected)
        for reader in [store, other] { try expectAll(reader, expected) }
        #expect(try lab.bytes(Self.name) != old)
        #expect(SnapshotFile(of: lab.path).open()?.sequence == (try store.inventorySequence()))
    }

    @Test(
        "a program that ends between the commit and the file leaves the old file, none, or a scratch file: all the same"
    )
    func killedBetween() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        let old = try lab.bytes(Self.name)
        var expected = devices(Self.count)
        let many = (0..<1_000).map { device("zzz-\($0)") }
        try lab.open().create(many)
        expected += many.sorted { $0.id < $1.id }
        try lab.overwrite(Self.name, old)
        try expectAll(try lab.open(.readOnly), expected, "old")
        try lab.overwrite("data/hatang.sqlite-snapshot.new-1-2", Array(old.prefix(100)))
        try FileManager.default.removeItem(atPath: lab.folder.file(Self.name))
        try expectAll(try lab.open(.readOnly), expected, "none")
        #expect(!isThere(lab))
        // The first who may write makes it again.
        try expectAll(try lab.open(), expected, "made again")
        #expect(SnapshotFile(of: lab.path).open()?.sequence == Int64(Self.count + 1_000))
    }

    @Test("a damaged, cut, foreign or unsafe file is passed over, and made anew by whoever may")
    func unusable() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        let good = try lab.bytes(Self.name)
        let file = lab.folder.file(Self.name)
        var cases: [(String, [UInt8])] = [("empty", []), ("text", Array("nonsense".utf8)), ("cut", good.dropLast())]
        for place in stride(from: 0, to: good.count, by: good.count / 8) {
            var bad = good
            bad[place] ^= 0xFF
            cases.append(("byte \(place)", bad))
            cases.append(("cut at \(place)", Array(good[..<place])))
        }
        for (name, bytes) in cases {
            try lab.overwrite(Self.name, bytes)
            #expect(SnapshotFile(of: lab.path).open() == nil, "\(name)")
            try expectAll(try lab.open(.readOnly), devices(Self.count), "\(name)")
        }
        // Another history: same numbers, other content.
        let foreign = try Lab()
        defer { withExtendedLifetime(foreign) {} }
        let store = try foreign.open()
        try store.create((0..<Self.count).map { device("other-\($0)") })
        try lab.overwrite(Self.name, foreign.bytes(Self.name))
        try expectAll(try lab.open(.readOnly), devices(Self.count), "foreign")
        // Others may write to it; it is a link; it is a folder.
        try lab.overwrite(Self.name, good)
        try FileManager.default.setAttributes([.posixPermissions: 0o622], ofItemAtPath: file)
        #expect(SnapshotFile(of: lab.path).open() == nil)
        try FileManager.default.moveItem(atPath: file, toPath: file + "-moved")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file + "-moved")
        #expect(SnapshotFile(of: lab.path).open() == nil)
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        #expect(SnapshotFile(of: lab.path).open() == nil)
        try expectAll(try lab.open(), devices(Self.count), "a folder stands in its place")
        try FileManager.default.removeItem(atPath: file)
        try expectAll(try lab.open(), devices(Self.count))
        #expect(SnapshotFile(of: lab.path).open() != nil)
    }

    @Test("readers see whole states while others apply and the file is replaced under them")
    func concurrent() async throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        let batch = SnapshotCache.fewChanges(of: Self.count) + 100
        let path = lab.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<2 {
                    let store = try Store(path: path, busyTimeout: .seconds(30))
                    try store.create((0..<batch).map { device("r\(round)-\($0)") })
                    try store.close()
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    var last = 0
                    while last < Self.count + 2 * batch {
                        let store = try Store(path: path, mode: .readOnly, busyTimeout: .seconds(30))
                        let snapshot = try store.snapshot()
                        let all = snapshot.all
                        // Every state is a whole number of applies, and as old as its number says.
                        #expect((all.count - Self.count) % batch == 0 && all.count >= last)
                        #expect(snapshot.sequence == Int64(all.count))
                        last = all.count
                    }
                }
            }
            try await group.waitForAll()
        }
        try expectAll(try lab.open(.readOnly), try lab.open().snapshot().all)
        #expect(try lab.open(.readOnly).verifyLedger().isIntact)
    }

    @Test("states that were reached by many small applies, each by another program, equal the table")
    func manySmall() throws {
        let lab = try large()
        defer { withExtendedLifetime(lab) {} }
        var random = SeededGenerator("small applies onto a snapshot file")
        var model = Dictionary(uniqueKeysWithValues: devices(Self.count).map { ($0.id, $0) })
        for round in 0..<16 {
            let store = try lab.open()
            if Bool.random(using: &random) { _ = try store.snapshot() }
            var changes: [Change] = []
            for id in model.keys.sorted().shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random)) {
                guard let before = model[id] else { continue }
                if Bool.random(using: &random) {
                    changes.append(.delete(before))
                    model[id] = nil
                } else {
                    let after = device(id.key, rank: Int64(round + 100_000))
                    changes.append(.update(before: before, after: after))
                    model[id] = after
                }
            }
            let new = device("new-\(round)")
            changes.append(.create(new))
            model[new.id] = new
            try store.apply(changes: changes, actor: "an", reason: "", at: noon)
            let expected = model.values.sorted { $0.id < $1.id }
            try expectAll(store, expected)
            if round % 4 == 0 { try expectAll(try lab.open(.readOnly), expected) }
        }
    }
}
