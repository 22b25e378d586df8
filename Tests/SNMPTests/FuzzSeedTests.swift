import Foundation
import Remote
import TestSupport
import Testing

@_spi(Fuzzing) @testable import SNMP

/// What `FuzzSNMP` found worth keeping.
@Suite(.tags(.medium)) struct FuzzSeedTests {
    @Test func `every kept answer of an agent is read, refused or waited out, twice alike`() throws {
        let door = try SNMPFuzzDoor()
        var counts: [String: Int] = [:]
        let seeds = try FuzzSeeds.read("datagrams")
        for (number, seed) in seeds.enumerated() {
            let outcome = seed.withUnsafeBytes { door.play($0) }
            #expect(seed.withUnsafeBytes { door.play($0) } == outcome, "seed \(number)")
            switch outcome {
            case .waiting: counts["waiting", default: 0] += 1
            case .rows: counts["rows", default: 0] += 1
            case .failed(let code): counts["\(code)", default: 0] += 1
            }
        }
        // The kept inputs reach each way a request can end: a door that leads nowhere would pass anything.
        for outcome in ["waiting", "rows", "protocol-violation", "remote", "authentication"] {
            #expect(counts[outcome, default: 0] > 0, "no input ends with '\(outcome)': \(counts)")
        }
        #expect(counts.values.reduce(0, +) == seeds.count)
    }
}
