import Foundation
import Notation
import TestSupport
import Testing

/// Many applies by many programs, and what is left of them.
@Suite("Many applies of the built program", .tags(.large)) struct ApplyStormTests {
    /// One origin of its own per apply: `count` tags named after it.
    private static func folder(_ world: World, _ name: String, _ count: Int) throws -> String {
        let tags = (0..<count).map { "  - {slug: \(name)-\($0), name: \(name)-\($0)}\n" }.joined()
        try world.folder.write("tags:\n" + tags, to: "storm/\(name)/tags.yaml")
        return world.folder.file("storm/\(name)")
    }

    @Test("20 programs that apply different things at once: what was acknowledged is there, nothing else is")
    func twenty() async throws {
        let world = try World("storm")
        let names = (0..<20).map { "p\($0)" }
        let folders = try names.map { try Self.folder(world, $0, 5) }
        // Half of them wait for their turn, half are refused when somebody writes.
        let programs = try folders.enumerated().map { number, folder in
            try world.start(
                "inventory", "apply", folder, "--reason", "storm", "--wait", number.isMultiple(of: 2) ? "600" : "0")
        }
        var expected: Set<String> = []
        for (number, program) in programs.enumerated() {
            let status = try await program.waitForExit(within: .seconds(600))
            #expect(
                status == 0 || (status == 7 && !number.isMultiple(of: 2)), "p\(number): \(status) \(program.output)")
            if status == 0 { expected.formUnion((0..<5).map { "tag/p\(number)-\($0)" }) }
        }
        print("storm: \(expected.count / 5) of 20 applies were acknowledged")
        #expect(expected.count >= 50)
        #expect(try await world.keys("tag") == expected)
        #expect(try await world.run("audit", "verify").status == 0)
        let doctor = try await world.json("doctor")
        #expect(doctor.array?.contains { $0["state"] == "sick" } == false, "\(doctor)")
        // Whoever was refused does it again.
        for folder in folders {
            #expect(try await world.run("inventory", "apply", folder, "--reason", "again").status == 0)
        }
        #expect(try await world.keys("tag").count == 100)
    }

    /// `HATANG_LONG=1` makes it the 1,000 applies of the promise; else a few, so that every run of the tests does it.
    private static let applies = ProcessInfo.processInfo.environment["HATANG_LONG"] == "1" ? 1_000 : 24

    @Test("kill -9 in the middle of many applies loses nothing acknowledged and leaves a ledger that verifies")
    func killed() async throws {
        let world = try World("kills")
        var random = SeededGenerator("kills")
        // Three rooms to apply into, each of 8 tags; every apply changes all the tags of one of them.
        var acknowledged: [String: Int] = [:]
        var possible: [String: Set<Int>] = [:]
        var killed = 0
        var killedDone = 0
        // Where the blows fall: nearer after one that came too late, farther after one that came too early.
        var reach = try await time(world, "a", 0)
        acknowledged["a"] = 0
        possible["a"] = [0]
        for number in 1...Self.applies {
            let room = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
            let child = try start(world, room, number)
            let strikes = Int.random(in: 0..<3, using: &random) > 0
            if strikes {
                // Anywhere in the life of the program, most often where it writes: at its end.
                Self.kill(child, in: reach * Double.random(in: 0.5...1.1, using: &random))
            }
            let status = try await child.waitForExit(within: .seconds(120))
            if status == 0 {
                acknowledged[room] = number
                possible[room] = [number]
                if strikes { reach = reach * 0.6 }
            } else {
                #expect(strikes && status == 128 + SIGKILL, "\(number): \(status) \(child.output)")
                possible[room, default: []].insert(number)
                killed += 1
                reach = reach * 1.1
            }
            guard strikes || number == Self.applies else { continue }
            let state = try await state(world)
            for (room, versions) in possible {
                let found = state[room]
                // Never half of an apply, never an older one than the newest acknowledged.
                #expect(
                    found == nil && acknowledged[room] == nil || found?.count == 1, "\(number): \(room) \(found ?? [])")
                guard let version = found?.first else { continue }
                #expect(versions.contains(version), "\(number): \(room) is at \(version), not in \(versions.sorted())")
                if version == number, status != 0 { killedDone += 1 }
                possible[room] = [version]
                acknowledged[room] = version
            }
            if number % 10 == 0 || number == Self.applies {
                let verified = try await world.run("audit", "verify")
                #expect(verified.status == 0, "\(number): \(verified.errorText)")
            }
        }
        print("kills: \(Self.applies) applies, \(killed) killed, \(killedDone) of those had committed already")
        #expect(killed > Self.applies / 10)
        let doctor = try await world.json("doctor")
        #expect(doctor.array?.contains { $0["state"] == "sick" } == false, "\(doctor)")
    }

    /// From a thread of its own: the pool is busy with other tests, and a blow that comes late is none.
    private static func kill(_ child: ChildProcess, in delay: Duration) {
        let seconds = delay / .seconds(1)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: seconds)
            child.kill()
        }
    }

    private func start(_ world: World, _ room: String, _ number: Int) throws -> ChildProcess {
        let tags = (0..<8).map { "  - {slug: \(room)-\($0), name: \(room)-\($0), description: v\(number)}\n" }
        try world.folder.write("tags:\n" + tags.joined(), to: "kills/\(room)/tags.yaml")
        return try world.start("inventory", "apply", world.folder.file("kills/\(room)"), "--reason", "v\(number)")
    }

    /// How long an apply takes that nobody disturbs.
    private func time(_ world: World, _ room: String, _ number: Int) async throws -> Duration {
        let start = ContinuousClock.now
        let status = try await self.start(world, room, number).waitForExit(within: .seconds(120))
        #expect(status == 0)
        return ContinuousClock.now - start
    }

    /// The versions of each room's tags: one when no apply was torn.
    private func state(_ world: World) async throws -> [String: Set<Int>] {
        let list = try await world.json("inventory", "list", "tag")
        var out: [String: Set<Int>] = [:]
        var counts: [String: Int] = [:]
        for tag in list.array ?? [] {
            let room = String(tag["key"]?.string?.prefix(1) ?? "")
            counts[room, default: 0] += 1
            out[room, default: []].insert(tag["description"]?.string.flatMap { Int($0.dropFirst()) } ?? -1)
        }
        #expect(counts.values.allSatisfy { $0 == 8 }, "\(counts)")
        return out
    }
}
