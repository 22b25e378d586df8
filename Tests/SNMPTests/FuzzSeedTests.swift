import Foundation
import Remote
import TestSupport
import Testing

@_spi(Fuzzing) @testable import SNMP

/// What `FuzzSNMP` found worth keeping.
@Suite(.tags(.medium)) struct FuzzSeedTests {
    @Test func `every kept answer of an agent is read, refused or waited out, twice alike`() async throws {
        let seeds = try FuzzSeeds.read("datagrams")
        // The door waits for a task of its own: on a thread of the pool it would keep that task from running.
        let played = try await withCheckedThrowingContinuation { done in
            Thread.detachNewThread { done.resume(with: Result { try Self.play(seeds) }) }
        }
        #expect(played.unlike.isEmpty, "seeds \(played.unlike)")
        // The kept inputs reach each way a request can end: a door that leads nowhere would pass anything.
        for outcome in ["waiting", "rows", "protocol-violation", "remote", "authentication"] {
            #expect(played.counts[outcome, default: 0] > 0, "no input ends with '\(outcome)': \(played.counts)")
        }
        #expect(played.counts.values.reduce(0, +) == seeds.count)
    }

    private static func play(_ seeds: [Data]) throws -> (counts: [String: Int], unlike: [Int]) {
        let door = try SNMPFuzzDoor()
        var counts: [String: Int] = [:]
        var unlike: [Int] = []
        for (number, seed) in seeds.enumerated() {
            let outcome = seed.withUnsafeBytes { door.play($0) }
            if seed.withUnsafeBytes({ door.play($0) }) != outcome { unlike.append(number) }
            switch outcome {
            case .waiting: counts["waiting", default: 0] += 1
            case .rows: counts["rows", default: 0] += 1
            case .failed(let code): counts["\(code)", default: 0] += 1
            }
        }
        return (counts, unlike)
    }
}
