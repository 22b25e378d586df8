import Addressing
import Discovery
import Remote
import Synchronization
import TestSupport
import Testing

/// What a device does while it is asked, and what is left of it then.
@Suite struct ConversationTests {
    /// Answers the system group; then as the closure says.
    private final class Client: SNMPClient {
        let behave: @Sendable (OID) throws -> [VarBind]
        let asked = Mutex(0)
        init(_ behave: @escaping @Sendable (OID) throws -> [VarBind]) { self.behave = behave }
        func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
            asked.withLock { $0 += 1 }
            return try oids.flatMap { oid -> [VarBind] in
                if oid == [1, 3, 6, 1, 2, 1, 1, 1, 0] {
                    return [VarBind(oid, .octets(Array("Linux box 5.10.0 #1".utf8)))]
                }
                if oid.isWithin([1, 3, 6, 1, 2, 1, 1]) { return [VarBind(oid, .noSuchInstance)] }
                return try behave(oid)
            }
        }
        func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] {
            asked.withLock { $0 += 1 }
            return try behave(root)
        }
    }

    static func target() throws -> SNMPTarget {
        SNMPTarget(
            subject: "box", endpoint: Endpoint(address: try IPAddress("127.0.0.1"), port: 161),
            credential: .v2c(community: Secret("x")))
    }

    @Test("a device that falls silent leaves notes, is not asked for ever, and keeps what it told")
    func silence() async throws {
        let client = Client { _ in throw RemoteError(.timeout, subject: "box", message: "no answer") }
        let device = try await DeviceIdentification.identify(snmp: try Self.target(), client: client)
        #expect(device.platform?.value == "Linux")
        #expect(device.notes.contains { $0.reason == .failed })
        #expect(device.notes.contains { $0.part == "neighbours" && $0.reason == .skipped })
        #expect(client.asked.withLock { $0 } <= 10)
    }

    @Test("tables that fail and tables that are too long are noted; the others are read")
    func partial() async throws {
        let client = Client { oid in
            if oid.isWithin([1, 3, 6, 1, 2, 1, 47]) {
                throw RemoteError(.protocolViolation, subject: "box", message: "not increasing")
            }
            if oid.isWithin([1, 3, 6, 1, 2, 1, 25]) {
                throw RemoteError(.tooLarge, subject: "box", message: "too many rows")
            }
            if oid == [1, 3, 6, 1, 2, 1, 2, 2, 1, 2] {
                return [VarBind(oid.appending(1), .octets(Array("eth0".utf8)))]
            }
            return []
        }
        let device = try await DeviceIdentification.identify(snmp: try Self.target(), client: client)
        #expect(device.interfaces.map(\.name) == ["eth0"])
        #expect(device.notes.contains { $0.part == "entities" && $0.reason == .failed })
        #expect(device.notes.contains { $0.part == "storage" && $0.reason == .cut })
        #expect(device.notes.contains { $0.part == "serial" && $0.reason == .absent })
    }

    @Test("silence to the first question is an error")
    func nobody() async throws {
        struct Silent: SNMPClient {
            func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
                throw RemoteError(.timeout, subject: "box", message: "no answer")
            }
            func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] { [] }
        }
        await #expect(throws: RemoteError.self) {
            try await DeviceIdentification.identify(snmp: try Self.target(), client: Silent())
        }
    }

    @Test("the number of questions has an end, and what was not asked is said")
    func bounded() async throws {
        let client = Client { _ in [] }
        let device = try await DeviceIdentification.identify(
            snmp: try Self.target(), client: client, limits: IdentificationLimits(requests: 12))
        #expect(device.notes.contains { $0.reason == .skipped })
        #expect(client.asked.withLock { $0 } < 120)
    }
}
