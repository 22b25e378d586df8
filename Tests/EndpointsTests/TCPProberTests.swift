import Addressing
import Endpoints
import Remote
import TestSupport
import Testing

@Suite(.tags(.large), .timeLimit(.minutes(3))) struct TCPProberTests {
    private func connect(_ address: String, _ port: UInt16, timeout: Duration = .seconds(10)) async throws -> Duration {
        let loops = EndpointLoops()
        let endpoint = Endpoint(address: try IPAddress(address), port: port)
        let result: Result<Duration, any Error>
        do {
            result = .success(
                try await TCPProber(loops).connect(endpoint, subject: "device/test", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    @Test("an open port is measured, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func open(_ address: String) async throws {
        let server = try SilentTCPServer(on: address)
        let took = try await connect(address, server.port)
        #expect(took > .zero && took < .seconds(10))
        withExtendedLifetime(server) {}
    }

    @Test("a closed port is refused") func closed() async throws {
        let port = try freeTCPPort()
        let error = await #expect(throws: RemoteError.self) { try await connect("127.0.0.1", port) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    }

    @Test("a machine that answers nothing costs the deadline") func unanswered() async throws {
        let server = try HostileTCPServer(.full)
        let error = await #expect(throws: RemoteError.self) {
            try await connect("127.0.0.1", server.port, timeout: .milliseconds(400))
        }
        #expect(error?.code == .timeout)
        withExtendedLifetime(server) {}
    }

    @Test("a zone that this machine does not have is unreachable") func zone() async throws {
        let error = await #expect(throws: RemoteError.self) { try await connect("fe80::1%nosuch0", 22) }
        #expect(error?.code == .unreachable)
    }
}
