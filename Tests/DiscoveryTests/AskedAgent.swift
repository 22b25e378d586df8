import Addressing
import Discovery
import Remote
import SNMP
import TestSupport

/// A real conversation over UDP with an agent that answers from rows.
enum AskedAgent {
    static func identify(
        _ rows: String, limits: IdentificationLimits = IdentificationLimits()
    ) async throws -> DiscoveredDevice {
        let agent = try RecordingAgent(text: rows)
        let target = SNMPTarget(
            subject: "agent", endpoint: Endpoint(address: try IPAddress(agent.address), port: agent.port),
            credential: .v2c(community: Secret("recorded")), timeout: .seconds(5), maxRepetitions: 25)
        return try await DeviceIdentification.identify(snmp: target, client: try SNMPEngine(), limits: limits)
    }

    /// The system group and further rows: `M` stands for mib-2, `E` for enterprises.
    static func rows(id: String, descr: String, _ more: String = "") -> String {
        let system = """
            M.1.1.0|4|\(descr)
            M.1.2.0|6|1.3.6.1.4.1.\(id)
            M.1.3.0|67|8640000
            M.1.5.0|4|lab
            """
        return (system + "\n" + more).split(separator: "\n").map { line in
            var line = String(line)
            if line.hasPrefix("M.") { line = "1.3.6.1.2.1" + line.dropFirst() }
            if line.hasPrefix("E.") { line = "1.3.6.1.4.1" + line.dropFirst() }
            return line
        }.joined(separator: "\n")
    }
}
