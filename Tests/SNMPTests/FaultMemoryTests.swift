import Foundation
import Remote
import Synchronization
import TestSupport
import Testing

@testable import SNMP

/// What a lying device can make us keep, measured in a process of its own.
@Suite(.tags(.medium)) struct FaultMemoryTests {
    /// Resident at most so far, in MiB.
    static func peakMiB() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? .max) / 1_024
    }

    @Test func `a walk of huge rows ends long before it fills the memory`() async throws {
        await #expect(processExitsWith: .success) {
            let peer = try communityPeer { question, _ in
                let last = question.names[0] == system ? 0 : question.names[0].parts.last ?? 0
                let row = VarBind(system.appending(last + 1), .octets([UInt8](repeating: 0xC3, count: 60_000)))
                return [.init(answer(id: question.id, [row]))]
            }
            let before = FaultMemoryTests.peakMiB()
            let engine = try SNMPEngine()
            let agent = try target(peer.address, peer.port, community("public"), timeout: .seconds(10))
            let code = try await failureCode { try await engine.walk(system, from: agent, limit: 1_000_000) }
            // 16 MiB of rows and as much again for our own work; the endless rest is refused.
            let grown = FaultMemoryTests.peakMiB() - before
            guard code == .tooLarge, grown < 160 else {
                print("the walk ended with \(code.map(String.init(describing:)) ?? "success") after \(grown) MiB")
                exit(1)
            }
        }
    }

    @Test func `floods of what nobody asked for leave nothing behind`() async throws {
        await #expect(processExitsWith: .success) {
            // Each question brings 32 answers of 60 KB with ids of nobody, then the answer: 240 MB in all.
            let stray = written { writer in
                writePDU(
                    .response, id: 1, [VarBind(sysDescr, .octets([UInt8](repeating: 65, count: 60_000)))], to: &writer)
                writer.octets(Array("public".utf8))
                writer.integer(1)
                writer.header(0x30, since: 0)
            }
            let peer = try communityPeer { question, _ in
                [SNMPPeer.Reply](repeating: .init(stray), count: 32)
                    + [.init(answer(id: question.id, [VarBind(sysName, .octets([65]))]))]
            }
            let engine = try SNMPEngine()
            let agent = try target(
                peer.address, peer.port, community("public"), timeout: .milliseconds(500), retries: 20)
            let before = FaultMemoryTests.peakMiB()
            for _ in 0..<125 { _ = try await engine.get([sysName], from: agent) }
            let grown = FaultMemoryTests.peakMiB() - before
            guard grown < 96, engine.statistics.droppedUnmatched > 1_000 else {
                print("grew by \(grown) MiB, \(engine.statistics)")
                exit(1)
            }
        }
    }
}
