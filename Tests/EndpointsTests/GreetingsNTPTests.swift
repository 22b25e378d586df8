import Addressing
import Foundation
import Remote
import TestSupport
import Testing

@testable import Endpoints

@Suite(.tags(.small)) struct GreetingsNTPWireTests {
    private static let cookie: UInt64 = 0x0102_0304_0506_0708

    /// A reply as an ordinary server gives it; T1 is 0, it came after 10 ms and left after 12.
    private func reply(_ change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 48)
        bytes[0] = 0x24
        bytes[1] = 2
        bytes.replaceSubrange(4..<16, with: [0, 0, 0x80, 0, 0, 1, 0, 0, 192, 0, 2, 1])
        bytes.replaceSubrange(24..<32, with: [1, 2, 3, 4, 5, 6, 7, 8])
        bytes.replaceSubrange(32..<40, with: Self.moment(0.010))
        bytes.replaceSubrange(40..<48, with: Self.moment(0.012))
        change(&bytes)
        return bytes
    }
    private static func moment(_ seconds: Double) -> [UInt8] {
        let number = UInt64(bitPattern: Int64(seconds * 4_294_967_296))
        return (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    @Test("the request is 48 bytes, version 4, mode 3, and tells nothing of ours") func request() {
        let bytes = NTPWire.request(cookie: Self.cookie)
        #expect(bytes.count == 48)
        #expect(bytes[0] == 0b00_100_011)
        #expect(bytes[1..<40].allSatisfy { $0 == 0 })
        #expect(Array(bytes[40...]) == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test("offset and delay are RFC 5905's") func formulas() throws {
        guard case .reply(let reply) = NTPWire.read(reply(), cookie: Self.cookie) else { throw Unexpected() }
        // T1 0, T2 10 ms, T3 12 ms, T4 8 ms: it is 7 ms ahead, and the way there and back took 6 ms.
        let report = try #require(NTPWire.report(reply, sent: 0, elapsed: 0.008))
        #expect(abs(report.offset - 0.007) < 1e-6)
        #expect(abs(report.delay - 0.006) < 1e-6)
        #expect(report.stratum == 2 && report.leap == 0 && report.referenceID == "192.0.2.1")
        #expect(report.rootDelay == 0.5 && report.rootDispersion == 1)
        #expect(NTPWire.report(reply, sent: 0, elapsed: 0.0005) == nil, "longer than we waited")
    }
    private struct Unexpected: Error {}

    @Test("clocks on both sides of the turn of 2036 are compared rightly") func era() {
        // 2036-02-07 06:28:16 UTC is 0 of era 1.
        let before = NTPWire.timestamp(seconds: 2_085_978_495, nanoseconds: 500_000_000)
        let after = NTPWire.timestamp(seconds: 2_085_978_497, nanoseconds: 0)
        #expect(before >> 32 == 0xFFFF_FFFF)
        #expect(after >> 32 == 1)
        #expect(NTPWire.seconds(from: before, to: after) == 1.5)
        #expect(NTPWire.seconds(from: after, to: before) == -1.5)
        #expect(NTPWire.timestamp(seconds: 0, nanoseconds: 0) == 2_208_988_800 << 32)
    }

    @Test("what is not ours, not allowed or a kiss is told apart") func fits() {
        func fit(_ change: (inout [UInt8]) -> Void) -> NTPWire.Fit { NTPWire.read(reply(change), cookie: Self.cookie) }
        #expect(fit { $0[24] ^= 1 } == .stray)
        #expect(fit { $0.removeLast() } == .stray)
        #expect(fit { $0[0] = 0x23 } == .stray, "a request comes back")
        #expect(fit { $0[0] = 0x26 } == .stray, "a control message")
        #expect(NTPWire.read([], cookie: Self.cookie) == .stray)
        guard case .violation = fit({ $0[0] = 0x14 }) else { return #expect(Bool(false)) }
        guard case .violation = fit({ $0[1] = 17 }) else { return #expect(Bool(false)) }
        guard case .violation = fit({ $0.replaceSubrange(40..<48, with: [UInt8](repeating: 0, count: 8)) }) else {
            return #expect(Bool(false))
        }
        let kiss = fit {
            $0[1] = 0
            $0.replaceSubrange(12..<16, with: Array("RATE".utf8))
        }
        #expect(kiss == .kiss("RATE"))
        // Not synchronised: said with stratum 0 and leap 3, with or without letters; no kiss.
        for letters in [[0, 0, 0, 0], Array("INIT".utf8)] as [[UInt8]] {
            guard
                case .reply(let reply) = fit({
                    $0[0] = 0xE4
                    $0[1] = 0
                    $0.replaceSubrange(12..<16, with: letters)
                })
            else { return #expect(Bool(false)) }
            #expect(reply.stratum == 16 && reply.leap == 3)
        }
        // Behind the header: extension fields and a MAC.
        guard case .reply = fit({ $0 += [UInt8](repeating: 7, count: 20) }) else { return #expect(Bool(false)) }
    }

    @Test("reference ids of strangers are letters or numbers, never bytes") func references() throws {
        func text(_ stratum: UInt8, _ bytes: [UInt8]) throws -> String? {
            let fit = NTPWire.read(
                reply {
                    $0[1] = stratum
                    $0.replaceSubrange(12..<16, with: bytes)
                }, cookie: Self.cookie)
            guard case .reply(let reply) = fit else { return nil }
            return NTPWire.report(reply, sent: 0, elapsed: 0.01)?.referenceID
        }
        #expect(try text(1, [0x47, 0x50, 0x53, 0]) == "GPS")
        #expect(try text(1, [0x1B, 0x5B, 0x32, 0x4A]) == "27.91.50.74")
        #expect(try text(3, Array("GPS1".utf8)) == "71.80.83.49")
    }
}

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(2))) struct GreetingsNTPTests {
    private func query(_ endpoint: Endpoint, timeout: Duration = .seconds(5), ahead: Int64 = 0) async throws
        -> NTPReport
    {
        let loops = EndpointLoops()
        let prober =
            ahead == 0
            ? NTPProber(loops)
            : NTPProber(loops) {
                NTPWire.timestamp(
                    seconds: Int64(Date().timeIntervalSince1970) + ahead, nanoseconds: 0)
            }
        let result: Result<NTPReport, any Error>
        do {
            result = .success(try await prober.query(endpoint, subject: "device/time", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    /// chronyd that serves and never touches the clock (`-x`).
    private func chronyd(_ port: UInt16, _ lines: [String]) async throws -> (ChildProcess, TemporaryFolder) {
        let folder = try TemporaryFolder("chrony")
        let user = try await runProcess("id", ["-un"]).text.trimmingCharacters(in: .whitespacesAndNewlines)
        let file = try folder.write(
            (lines + [
                "port \(port)", "allow 127/8", "allow ::1", "cmdport 0", "bindcmdaddress /", "user \(user)",
                "pidfile \(folder.file("pid"))",
            ]).joined(separator: "\n") + "\n", to: "chrony.conf")
        let path = try #require(findExecutable("chronyd"))
        let process = try ChildProcess(path, ["-x", "-d", "-U", "-f", file])
        try await process.waitForUDP(port, request: NTPWire.request(cookie: 42))
        return (process, folder)
    }

    @Test("a real chronyd's time is ours, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func real(_ address: String) async throws {
        let port = try freeUDPPort(on: address)
        let (process, folder) = try await chronyd(port, ["local stratum 8"])
        defer { process.kill() }
        let endpoint = Endpoint(address: try IPAddress(address), port: port)
        let report = try await query(endpoint)
        #expect(report.stratum == 8)
        #expect(report.leap == 0)
        #expect(report.referenceID == "127.127.1.1")
        #expect(abs(report.offset) < 0.5, "the same machine's clock")
        #expect(report.delay >= 0 && report.delay < 5)
        #expect(report.rootDelay == 0)
        // Our clock an hour ahead: then the server is an hour behind.
        let late = try await query(endpoint, ahead: 3_600)
        #expect(abs(late.offset + 3_600) < 5)
        withExtendedLifetime(folder) {}
    }

    @Test("a server that is not synchronised says so, and that is a report") func unsynchronised() async throws {
        let port = try freeUDPPort()
        let (process, folder) = try await chronyd(port, [])
        defer { process.kill() }
        let report = try await query(Endpoint(address: try IPAddress("127.0.0.1"), port: port))
        #expect(report.stratum == 16 && report.leap == 3)
        withExtendedLifetime(folder) {}
    }

    /// A server's packet with the request's bits; moments in seconds after one in 2026.
    private static func answer(
        _ request: [UInt8], stratum: UInt8, _ reference: [UInt8], received: UInt32, left: UInt32
    ) -> [UInt8] {
        func moment(_ seconds: UInt32) -> [UInt8] {
            let number = 0xEE00_0000 + seconds
            return (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } + [0, 0, 0, 1]
        }
        var bytes: [UInt8] = [stratum == 0 ? 0xE4 : 0x24, stratum]
        bytes += [UInt8](repeating: 0, count: 10)
        bytes += reference
        bytes += [UInt8](repeating: 0, count: 8)
        bytes += request[40..<48]
        return bytes + moment(received) + moment(left)
    }

    @Test("forged, late, hostile and missing answers have their names") func hostile() async throws {
        func code(_ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]]) async throws -> RemoteError.Code? {
            let server = try DatagramServer(answer)
            let error = await #expect(throws: RemoteError.self) {
                try await query(server.endpoint, timeout: .milliseconds(500))
            }
            #expect(error?.subject == "device/time")
            withExtendedLifetime(server) {}
            return error?.code
        }
        let kiss: @Sendable ([UInt8]) -> [UInt8] = { request in
            Self.answer(request, stratum: 0, Array("DENY".utf8), received: 0, left: 0)
        }
        #expect(try await code { _ in [] } == .timeout)
        #expect(try await code { [$0] } == .protocolViolation, "our own request")
        #expect(try await code { _ in [Array("no NTP".utf8), []] } == .protocolViolation)
        #expect(try await code { [kiss($0)] } == .remote)
        // A kiss that does not repeat our bits is a stranger's and silences nobody.
        #expect(try await code { [kiss([UInt8](repeating: 1, count: $0.count))] } == .protocolViolation)
        // It left an hour before it came.
        #expect(
            try await code { [Self.answer($0, stratum: 2, Array("HOST".utf8), received: 3_600, left: 0)] }
                == .protocolViolation)
        let closed = Endpoint(address: try IPAddress("127.0.0.1"), port: try freeUDPPort())
        let error = await #expect(throws: RemoteError.self) { try await query(closed) }
        #expect(error?.code == .refused)
        // Forged ones first, then the true one: the true one counts.
        let mixed = try DatagramServer { request in
            let stranger = kiss([UInt8](repeating: 9, count: 48))
            return [[1, 2, 3], stranger, Self.answer(request, stratum: 1, Array("GPS\0".utf8), received: 0, left: 0)]
        }
        #expect(try await query(mixed.endpoint).referenceID == "GPS")
        withExtendedLifetime(mixed) {}
    }

    @Test("a cancelled question ends at once and says so") func cancelled() async throws {
        let server = try DatagramServer { _ in [] }
        let endpoint = server.endpoint
        let task = Task { try await query(endpoint, timeout: .seconds(600)) }
        task.cancel()
        let error = await #expect(throws: RemoteError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        withExtendedLifetime(server) {}
    }
}
