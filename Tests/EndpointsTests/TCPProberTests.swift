import Addressing
import Glibc
import Remote
import TestSupport
import Testing

@testable import Endpoints

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

    @Test("a closed port is refused, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func closed(_ address: String) async throws {
        let port = try freeTCPPort(on: address)
        let error = await #expect(throws: RemoteError.self) { try await connect(address, port) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("\(Endpoint(address: try IPAddress(address), port: port))") == true)
    }

    /// The kernel itself refuses these: no packet is sent.
    @Test("addresses that nobody can be connected to are unreachable", arguments: ["255.255.255.255", "ff02::1"])
    func unreachable(_ address: String) async throws {
        let error = await #expect(throws: RemoteError.self) { try await connect(address, 22) }
        #expect(error?.code == .unreachable)
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

    @Test("a cancelled connection ends at once") func cancelled() async throws {
        let server = try HostileTCPServer(.full)
        let task = Task { try await connect("127.0.0.1", server.port, timeout: .seconds(100)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = await #expect(throws: RemoteError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        withExtendedLifetime(server) {}
    }

    @Test("a thousand connections at once share one thread") func many() async throws {
        let nginx = try await NginxServer(addresses: ["127.0.0.1", "::1"])
        let closed = try freeTCPPort()
        let loops = EndpointLoops()
        let prober = TCPProber(loops)
        let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<1_000 {
                let endpoint = Endpoint(
                    address: try IPAddress(number % 2 == 0 ? "127.0.0.1" : "::1"),
                    port: number % 4 == 0 ? closed : nginx.port)
                group.addTask {
                    do {
                        return try await prober.connect(endpoint, subject: "x", timeout: .seconds(60)) > .zero
                            ? "open" : "no time"
                    } catch let error as RemoteError {
                        return error.code.description
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == ["open": 750, "refused": 250])
        await loops.shutdown()
    }

    @Test(
        "what the kernel says is told apart",
        arguments: [
            (ECONNREFUSED, .refused), (ETIMEDOUT, .timeout), (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable),
            (EMFILE, .local), (ENFILE, .local), (ECONNRESET, .closed), (EPERM, .local), (ENOMEM, .local),
        ] as [(Int32, RemoteError.Code)])
    func kernel(_ number: Int32, _ code: RemoteError.Code) throws {
        let endpoint = Endpoint(address: try IPAddress("::1"), port: 22)
        let error = Sockets.remoteError(errno: number, endpoint, subject: "device/test")
        #expect(error.code == code)
        #expect(error.message.hasPrefix("[::1]:22: "))
        if number == EMFILE { #expect(error.message.contains("nofile")) }
    }
}
