import CMDB
import Evidence
import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

@testable import Storage

@Suite("A disk that is full or read-only", .tags(.medium))
struct FullDiskTests {
    @Test("at the size limit an apply is refused whole, and goes through when there is room")
    func limit() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(20))
        try store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
        }
        let many = (0..<500).map { device("new-\($0)") }
        let error = #expect(throws: StorageError.self) { try store.create(many) }
        #expect(error?.code == .full && error?.message.contains("df -h") == true)
        #expect(try store.snapshot().all == devices(20) && store.verifyLedger().isIntact)
        try store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA max_page_count = 1000000") }
        try store.create(many)
        #expect(try store.snapshot().count == 520 && store.verifyLedger().isIntact)
    }

    @Test(
        "on a real file system that is full, then read-only",
        .enabled(if: geteuid() == 0, "mounting a file system needs root"), .tags(.large))
    func realFileSystem() async throws {
        let folder = try TemporaryFolder("tiny-disk")
        let mounted = try await runProcess("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path])
        guard mounted.status == 0 else { try Test.cancel("tmpfs cannot be mounted here: \(mounted.errorText)") }
        do {
            try await self.fill(folder)
        } catch {
            _ = try await runProcess("umount", ["-l", folder.path])
            throw error
        }
        let unmounted = try await runProcess("umount", [folder.path])
        #expect(unmounted.status == 0, "\(unmounted.errorText)")
    }

    private func fill(_ folder: TemporaryFolder) async throws {
        let path = folder.file("hatang.sqlite")
        var created = 0
        do {
            let store = try Store(path: path)
            let error = #expect(throws: StorageError.self) {
                while created < 10_000 {
                    try store.create((created..<created + 20).map { device("sw-\($0)") })
                    created += 20
                }
            }
            #expect(error?.code == .full, "\(error?.message ?? "")")
            #expect(try created > 0 && store.snapshot().count == created && store.verifyLedger().isIntact)
            try? store.close()
        }
        let grown = try await runProcess("mount", ["-o", "remount,size=8m", folder.path])
        try #require(grown.status == 0, "\(grown.errorText)")
        do {
            let store = try Store(path: path)
            #expect(try store.snapshot().count == created && store.integrityCheck().isEmpty)
            try store.create([device("room-again")])
            try store.close()
        }
        let readOnly = try await runProcess("mount", ["-o", "remount,ro", folder.path])
        try #require(readOnly.status == 0, "\(readOnly.errorText)")
        let said = message { _ = try Store(path: path) }
        #expect(code { _ = try Store(path: path) } == .readOnly && said.contains(folder.path), "\(said)")
        #expect(code { _ = try WriterLock(folder: folder.path, command: "x", at: noon) } == .readOnly)
        let copy = try Store(path: path, mode: .immutable)
        #expect(try copy.snapshot().count == created + 1 && copy.verifyLedger().isIntact)
        try copy.close()
    }
}
