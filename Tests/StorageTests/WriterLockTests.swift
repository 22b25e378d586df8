import Evidence
import Foundation
import Glibc
import Storage
import TestSupport
import Testing

@Suite("Writer's lock", .tags(.medium))
struct WriterLockTests {
    @Test("a second writer is refused at once and told who the first is")
    func second() throws {
        let folder = try TemporaryFolder("lock")
        let data = folder.file("data")
        let first = try WriterLock(folder: data, command: "hatang inventory\napply", at: noon)
        let error = #expect(throws: StorageError.self) { try WriterLock(folder: data, command: "b", at: noon) }
        #expect(error?.code == .locked)
        #expect(error?.message.contains("process \(getpid()) (hatang inventoryapply, since \(noon))") == true)
        first.release()
        first.release()
        let third = try WriterLock(folder: data, command: "c", at: noon)
        #expect(throws: StorageError.self) { try WriterLock(folder: data, command: "d", at: noon) }
        withExtendedLifetime(third) {}
    }

    @Test("it goes with its owner, and the file that stays behind locks nobody out")
    func released() throws {
        let folder = try TemporaryFolder("lock")
        for _ in 0..<3 { _ = try WriterLock(folder: folder.path, command: "a", at: noon) }
        try folder.write("12345\nhatang apply\nlong ago\n", to: "writer.lock")
        _ = try WriterLock(folder: folder.path, command: "b", at: noon)
        #expect(try folder.read("writer.lock").isEmpty)
    }

    @Test("the kernel gives it back when the holder is killed", .tags(.large))
    func killed() async throws {
        let folder = try TemporaryFolder("lock")
        let flock = try #require(findExecutable("flock"), "util-linux is needed: apt-get install util-linux")
        let path = try folder.write("", to: "writer.lock")
        let holder = try ChildProcess(flock, ["-n", "-F", path, "sh", "-c", "echo held; exec sleep 600"])
        try await holder.waitForOutput("held")
        let error = #expect(throws: StorageError.self) { try WriterLock(folder: folder.path, command: "a", at: noon) }
        #expect(error?.code == .locked && error?.message.contains("another program") == true)
        holder.kill()
        _ = try WriterLock(folder: folder.path, command: "b", at: noon)
    }
}
