import Addressing
import Discovery
import Foundation
import Notation
import Remote
import SNMP
import TestSupport
import Testing

/// Real agents, recorded: read from a folder beside the package, and skipped where it is missing.
@Suite(.serialized, .enabled(if: RecordingAgent.folder != nil, "the folder ../shared/recordings is missing"))
struct RecordingTests {
    static func identify(_ name: String) async throws -> DiscoveredDevice {
        let folder = try #require(RecordingAgent.folder)
        let agent = try RecordingAgent(text: try await RecordingAgent.text(of: name, in: folder))
        let engine = try SNMPEngine()
        let target = SNMPTarget(
            subject: name, endpoint: Endpoint(address: try IPAddress(agent.address), port: agent.port),
            credential: .v2c(community: Secret("recorded")), timeout: .seconds(5), maxRepetitions: 25)
        let device = try await DeviceIdentification.identify(snmp: target, client: engine)
        if let out = ProcessInfo.processInfo.environment["HATANG_DISCOVERED"] {
            try device.json.pretty.write(toFile: "\(out)/\(name).json", atomically: true, encoding: .utf8)
        }
        return device
    }

    @Test("a switch tells its model, serial number and ports")
    func catalyst() async throws {
        let device = try await Self.identify("cisco-c3750")
        #expect(device.model?.value == "WS-C3750G-12S-S")
        #expect(device.serial?.value == "FDO1622Y10H")
        #expect(device.interfaces.count == 19)
    }

    @Test("dump", .enabled(if: ProcessInfo.processInfo.environment["HATANG_DISCOVERED"] != nil))
    func dump() async throws {
        let folder = try #require(RecordingAgent.folder)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.contains(".snmprec") {
            _ = try await Self.identify(String(file.prefix { $0 != "." }))
        }
    }
}
