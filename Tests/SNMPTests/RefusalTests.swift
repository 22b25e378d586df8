import Addressing
import Remote
import TestSupport
import Testing

@testable import SNMP

/// ICMP: a closed port is known at once, and a forged message ends nothing that it should not.
@Suite(.tags(.medium)) struct RefusalTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func `a closed port is refused at once, not after every try`(address: String) async throws {
        let engine = try SNMPEngine()
        let port = try freeUDPPort(on: address)
        for credential in [community("public"), user("monitor", auth: .sha256, priv: .aes128)] {
            // With these deadlines a time-out would take half an hour.
            let agent = try target(address, port, credential, timeout: .seconds(600), retries: 2)
            let error = try await #require(throws: RemoteError.self) { try await engine.get([sysName], from: agent) }
            #expect(error.code == .refused)
            #expect(error.message.contains("nothing listens"))
        }
        #expect(engine.statistics.sent == 2)
        #expect(engine.statistics.refusals == 2)
    }

    @Test(arguments: [0, 1])
    func `an agent that has answered before must refuse twice, or be silent after it`(retries: Int) async throws {
        let address = "127.0.62.\(retries + 1)"
        let engine = try SNMPEngine()
        let port: UInt16
        do {
            let peer = try TableAgent([VarBind(sysName, .octets([65]))]).peer(on: address)
            port = peer.port
            let agent = try target(address, port, community("public"), timeout: .seconds(10))
            _ = try await engine.get([sysName], from: agent)
        }
        // The peer's thread ends soon after its last owner; until then it answers.
        let agent = try target(address, port, community("public"), timeout: .milliseconds(500), retries: retries)
        var code: RemoteError.Code?
        var before = engine.statistics
        repeat {
            before = engine.statistics
            code = try await failureCode { try await engine.get([sysName], from: agent) }
        } while code == nil
        #expect(code == .refused)
        #expect(engine.statistics.sent == before.sent + UInt64(retries) + 1)
    }

    @Test func `one closed port fails nobody else's request`() async throws {
        let objects = [VarBind(sysName, .octets([65]))]
        let peer = try TableAgent(objects).peer()
        let engine = try SNMPEngine()
        let closed = try target("127.0.0.1", try freeUDPPort(on: "127.0.0.1"), community("public"))
        let alive = try target(peer.address, peer.port, community("public"), timeout: .seconds(10))
        let requests = (0..<200).map { SNMPRequest(.get([sysName]), from: $0.isMultiple(of: 2) ? closed : alive) }
        for (index, result) in await engine.poll(requests).enumerated() {
            switch result {
            case .success(let rows): #expect(rows == objects && !index.isMultiple(of: 2))
            case .failure(let error): #expect(error.code == .refused && index.isMultiple(of: 2), "\(error)")
            }
        }
    }
}
