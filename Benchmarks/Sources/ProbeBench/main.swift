import BenchSupport
import Foundation
import SNMP

// A cycle of devices of which some are dead: how long until all living ones have answered, in the steady state (the dead
// are known to be dead), beside the same living devices alone. Schedule of the room Probing, SNMPEngine, emulator.

let silentPercent = 10
let rounds = 15

func run() async throws {
    let devices = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000
    guard (100...60_000).contains(devices) else { throw BenchFailure("DEVICES is 100 to 60000") }
    let emulator = try Emulator(port: 31_162, silentPercent: silentPercent)
    let fleet = Fleet(port: emulator.port)
    let engine = try SNMPEngine()
    defer { engine.shutdown() }
    let all = Array(0..<devices)
    let alive = all.filter { !emulator.isSilent($0) }
    let living = Set(alive)
    // The first cycle learns who is dead; nobody knows it before.
    let first = try await Cycle.run(engine, fleet, all, living: living, dead: [], toTheEnd: true)
    guard first.dead.count == devices - alive.count else {
        throw BenchFailure("\(first.dead.count) of \(devices - alive.count) silent devices were found dead")
    }
    var with: [Duration] = []
    var without: [Duration] = []
    var greetings = 0
    for _ in 0..<rounds {
        let mixed = try await Cycle.run(engine, fleet, all, living: living, dead: first.dead, toTheEnd: false)
        greetings += mixed.greetings
        with.append(mixed.wall)
        without.append(
            try await Cycle.run(engine, fleet, alive, living: living, dead: [], toTheEnd: false).wall)
    }
    func median(_ walls: [Duration]) -> Double { walls.sorted()[walls.count / 2] / .milliseconds(1) }
    let ratio = median(with) / median(without)
    print(
        "cycle of \(devices) devices, \(devices - alive.count) silent, timeout 1 s, 1 retry; wall until the living have answered"
    )
    print(String(format: "  first cycle, nobody knows who is dead  %8.1f ms", first.wall / .milliseconds(1)))
    print(
        String(
            format: "  steady state, with the dead            %8.1f ms  (%d greetings in %d cycles)",
            median(with), greetings, rounds))
    print(String(format: "  the same living devices alone          %8.1f ms", median(without)))
    print(String(format: "  %@  ratio %.2f, at most 1.20", ratio <= 1.2 ? "met   " : "MISSED", ratio))
    guard ratio <= 1.2 else { throw BenchFailure("the dead make the living wait") }
}

do {
    try await run()
} catch {
    FileHandle.standardError.write(Data("probe-bench: \(error)\n".utf8))
    exit(1)
}
