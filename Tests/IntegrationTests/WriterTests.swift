import Foundation
import Notation
import TestSupport
import Testing

/// Writers that are killed, that meet, and that are kept out.
@Suite("Writers of the built program", .tags(.large)) struct WriterTests {
    /// `count` devices named `prefix`-0 …, in a folder of their own; the folder's name is its origin, always `test`.
    static func inventory(_ world: World, _ prefix: String, _ count: Int, network: Int) throws -> String {
        let text = (0..<count).map { number in
            World.device(
                "\(prefix)-\(number)", "127.\(network).\(number / 250).\(number % 250 + 1)",
                monitoring: "tcp_ports: [22]")
        }
        try world.folder.write(World.ground, to: "\(prefix)/test/ground.yaml")
        try world.folder.write("devices:\n" + text.joined(), to: "\(prefix)/test/devices.yaml")
        return world.folder.file(prefix + "/test")
    }

    static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    @Test("kill -9 in the middle of apply leaves the old or the new inventory, never a part") func killed() async throws
    {
        let world = try World("killed")
        let old = try Self.inventory(world, "old", 5, network: 40)
        let new = try Self.inventory(world, "new", 700, network: 41)
        let first = try await world.run("inventory", "apply", old, "--reason", "acknowledged")
        try #require(first.status == 0, "\(first.errorText)")
        let before = try await world.keys("device")
        #expect(before.count == 5)
        let saved = world.folder.file("saved")
        try FileManager.default.copyItem(atPath: world.data, toPath: saved)
        // A run that nobody disturbs tells how far the write-ahead log grows.
        let whole = try await apply(new, in: world) { _ in false }
        try #require(whole.status == 0 && whole.largest > 0, "\(whole)")
        let after = try await world.keys("device")
        #expect(after.count == 705 && after.isSuperset(of: before))
        var seen = (old: 0, new: 0, inTheLog: 0)
        var now = after
        let rounds = 15
        for round in 0..<rounds {
            if now != before { try replace(world.data, by: saved) }
            // Round 0 strikes when the lock is taken, the last ones when the log is as large as it gets.
            let target = whole.largest * round / (rounds - 1)
            let run = try await apply(new, in: world) { size in
                round == 0 ? Self.size(world.data + "/writer.lock") > 0 : size >= max(1, target)
            }
            if run.status == 128 + SIGKILL, run.atTheEnd > 0 { seen.inTheLog += 1 }
            now = try await stateIsWhole(world, "round \(round)", before, after)
            if run.status == 0 { #expect(now == after, "round \(round): acknowledged and gone") }
            if now == before { seen.old += 1 } else { seen.new += 1 }
        }
        print("killed: \(seen.old) rounds left the old state, \(seen.new) the new; log not empty in \(seen.inTheLog)")
        #expect(seen.inTheLog >= 3, "the blow must fall while something is being written: \(seen)")
        // A limit on the size of files ends the program at exactly that byte of the log: whatever comes before the
        // commit, which is at the log's end, must leave the old state.
        for part in 1..<10 {
            if now != before { try replace(world.data, by: saved) }
            let limit = max(whole.largest * part / 10, Self.size(world.database) + 4_096)
            let run = try await runProcess(
                "prlimit",
                ["--fsize=\(limit)", "--core=0", Built.path, "inventory", "apply", new, "--reason", "cut off"],
                env: world.environment)
            #expect(run.status == 128 + SIGXFSZ || run.status == 74, "cut at \(limit): \(run.status) \(run.errorText)")
            now = try await stateIsWhole(world, "cut at \(limit) of \(whole.largest)", before, after)
            #expect(now == before, "cut at \(limit) of \(whole.largest): applied without its commit")
        }
        // After all of it the work can simply be done again.
        #expect(try await world.run("inventory", "apply", new, "--reason", "at last").status == 0)
        #expect(try await world.keys("device") == after)
        let doctor = try await world.json("doctor")
        #expect(
            doctor.array?.isEmpty == false && doctor.array?.contains { $0["state"] == "sick" } == false, "\(doctor)")
    }

    private func replace(_ folder: String, by saved: String) throws {
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.copyItem(atPath: saved, toPath: folder)
    }

    /// The devices now; the ledger must be intact, and they must be all of the old or all of the new.
    private func stateIsWhole(
        _ world: World, _ what: String, _ before: Set<String>, _ after: Set<String>
    ) async throws -> Set<String> {
        let verified = try await world.run("audit", "verify")
        #expect(verified.status == 0, "\(what): \(verified.errorText)")
        let now = try await world.keys("device")
        #expect(now == before || now == after, "\(what): \(now.count) devices")
        return now
    }

    /// Applies `folder` and kills the program as soon as `strike` says so about the size of the write-ahead log.
    private func apply(
        _ folder: String, in world: World, until strike: @escaping @Sendable (Int) -> Bool
    ) async throws -> (status: Int32, largest: Int, atTheEnd: Int) {
        let child = try world.start("inventory", "apply", folder, "--reason", "new")
        let log = world.database + "-wal"
        return await withCheckedContinuation { done in
            // A thread that looks as often as it can: the moments in question are short.
            Thread.detachNewThread {
                var largest = 0
                while true {
                    let size = Self.size(log)
                    largest = max(largest, size)
                    if strike(size) { child.kill() }
                    if let status = child.exitStatus {
                        done.resume(returning: (status, largest, Self.size(log)))
                        return
                    }
                    usleep(200)
                }
            }
        }
    }

    /// Stops `holder` as soon as its note stands in the lock file; false when it ended before.
    private func stop(_ holder: ChildProcess, holdingLockOf world: World) async -> Bool {
        let path = world.folder.file("data/writer.lock")
        return await withCheckedContinuation { done in
            // A thread of its own: the shared pool may be busy for longer than the work takes.
            Thread.detachNewThread {
                while true {
                    let note = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                    if note.hasPrefix("\(holder.processID)\n") {
                        holder.signal(SIGSTOP)
                        done.resume(returning: holder.exitStatus == nil)
                        return
                    }
                    if holder.exitStatus != nil {
                        done.resume(returning: false)
                        return
                    }
                    usleep(200)
                }
            }
        }
    }

    @Test("a second writer is refused with 7 and told who holds the lock; the first is not disturbed")
    func secondWriter() async throws {
        let world = try World("second")
        let small = try Self.inventory(world, "small", 3, network: 42)
        let large = try Self.inventory(world, "large", 400, network: 43)
        #expect(try await world.run("inventory", "apply", small, "--reason", "x").status == 0)
        let holder = try world.start("inventory", "apply", large, "--reason", "large")
        // Stopped, not asleep: it holds the lock for as long as the test wants.
        try #require(
            await stop(holder, holdingLockOf: world), "it ended before it was seen with the lock: \(holder.output)")
        let refused = try await world.run("inventory", "apply", small, "--reason", "second")
        let secret = try await world.secret("name", "12345678")
        holder.signal(SIGCONT)
        for result in [refused, secret] {
            #expect(result.status == 7, "\(result.errorText)")
            #expect(
                result.errorText.contains("process \(holder.processID) (inventory apply, since 20"),
                "\(result.errorText)")
            #expect(result.errorText.contains("nothing was changed"))
        }
        #expect(try await holder.waitForExit(within: .seconds(60)) == 0, "\(holder.output)")
        #expect(try await world.keys("device").count == 403)
        #expect(try await world.run("audit", "verify").status == 0)
        // A lock whose holder is gone holds nobody back.
        #expect(try await world.run("inventory", "apply", small, "--reason", "later").status == 0)
    }

    @Test("four programs that begin at the same time: each applies all or is refused") func race() async throws {
        for round in 0..<3 {
            let world = try World("race")
            let folders = try (0..<4).map { try Self.inventory(world, "p\($0)", 60, network: 50 + $0) }
            // Also the very first: the folder and the database do not exist yet.
            let programs = try folders.map { try world.start("inventory", "apply", $0, "--reason", "race") }
            var statuses: [Int32] = []
            for program in programs { statuses.append(try await program.waitForExit(within: .seconds(60))) }
            #expect(statuses.allSatisfy { $0 == 0 || $0 == 7 }, "round \(round): \(statuses) \(programs.map(\.output))")
            #expect(statuses.contains(0), "round \(round): \(statuses)")
            var expected: Set<String> = []
            for (place, status) in statuses.enumerated() {
                if status == 0 { expected.formUnion((0..<60).map { "device/p\(place)-\($0)" }) }
                if status == 7 {
                    #expect(programs[place].output.contains("writing to it"), "\(programs[place].output)")
                }
            }
            #expect(try await world.keys("device") == expected, "round \(round): \(statuses)")
            #expect(try await world.run("audit", "verify").status == 0)
        }
    }
}
