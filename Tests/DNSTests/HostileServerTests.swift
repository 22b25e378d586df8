import DNS
import Foundation
import Remote
import Synchronization
import TestSupport
import Testing

@Suite(.tags(.medium), .timeLimit(.minutes(3))) struct HostileServerTests {
    private func ask(
        _ server: FakeNameServer, _ question: DNSQuestion = DNSQuestion("www.lab.test", .a),
        timeout: Duration = .milliseconds(800)
    ) async throws -> DNSReport {
        let resolver = Resolver()
        let result: Result<DNSReport, any Error>
        do {
            result = .success(
                try await resolver.ask(question, at: try server.endpoint(), subject: "device/ns", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await resolver.shutdown()
        return try result.get()
    }

    private func code(_ server: FakeNameServer, timeout: Duration = .milliseconds(800)) async -> RemoteError.Code? {
        let error = await #expect(throws: RemoteError.self) { try await ask(server, timeout: timeout) }
        #expect(error?.subject == "device/ns")
        return error?.code
    }

    private static func address(_ query: [UInt8]) -> [UInt8]? {
        try? Reply(to: query)?.a("www.lab.test", 192, 0, 2, 1).bytes
    }
    /// With its two bytes of length.
    private static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    }
    private static func truncated(_ query: [UInt8]) -> [[UInt8]] {
        (Reply(to: query, flags: 0x8600)?.bytes).map { [$0] } ?? []
    }

    @Test("forged answers are passed over and the true one is taken") func forged() async throws {
        let server = try FakeNameServer(udp: { query in
            guard let good = Self.address(query), let evil = try? Reply(to: query)?.a("www.lab.test", 6, 6, 6, 6).bytes
            else { return [] }
            // Wrong id; another question; a query instead of an answer; no DNS at all.
            let other = [evil[0] ^ 0x55] + evil.dropFirst()
            let renamed = evil.map { $0 == UInt8(ascii: "l") ? UInt8(ascii: "k") : $0 }
            let asking = Array(evil[..<2]) + [evil[2] & 0x7F] + evil[3...]
            return [other, renamed, asking, [], [1], Array("no DNS".utf8), good]
        })
        let report = try await ask(server)
        #expect(report.records == ["192.0.2.1"])
    }

    @Test("only forged answers: the deadline is kept, and it is no silence") func onlyForged() async throws {
        let server = try FakeNameServer(udp: { query in
            Self.address(query).map { [[$0[0] ^ 1] + $0.dropFirst()] } ?? []
        })
        #expect(await code(server) == .protocolViolation)
        let flood = try FakeNameServer(udp: { query in [[UInt8]](repeating: [1, 2, 3], count: 2_000) })
        #expect(await code(flood, timeout: .seconds(30)) == .protocolViolation)
    }

    @Test("silence costs the deadline; a closed port is refused; an answer that comes late is not waited for")
    func silence() async throws {
        #expect(await code(try FakeNameServer(udp: { _ in [] })) == .timeout)
        let slow = try FakeNameServer(udp: { query in
            Thread.sleep(forTimeInterval: 2)
            return Self.address(query).map { [$0] } ?? []
        })
        #expect(await code(slow, timeout: .milliseconds(400)) == .timeout)
        let error = await #expect(throws: RemoteError.self) {
            let resolver = Resolver()
            let port = try freeUDPPort()
            _ = try await resolver.ask(
                DNSQuestion("a.test", .a), at: Endpoint(address: try slow.endpoint().address, port: port), subject: "x",
                timeout: .seconds(10))
        }
        #expect(error?.code == .refused)
    }

    @Test("a lost datagram is sent again") func lost() async throws {
        let count = Mutex(0)
        let server = try FakeNameServer(udp: { query in
            let first = count.withLock { count in
                count += 1
                return count == 1
            }
            return first ? [] : Self.address(query).map { [$0] } ?? []
        })
        #expect(try await ask(server, timeout: .seconds(4)).records == ["192.0.2.1"])
    }

    @Test("a server from before EDNS is asked again without it") func noEDNS() async throws {
        let server = try FakeNameServer(udp: { query in
            // The count of additional records.
            if query[11] == 1 { return [Array(query[..<2]) + [0x84, 1, 0, 0, 0, 0, 0, 0, 0, 0]] }
            return Self.address(query).map { [$0] } ?? []
        })
        #expect(try await ask(server).records == ["192.0.2.1"])
    }

    @Test("64 KB over TCP are read; names in them that circle are refused") func large() async throws {
        let server = try FakeNameServer(
            udp: Self.truncated,
            tcp: { query in
                guard var reply = Reply(to: query) else { return [] }
                for number in 0..<1_440 {
                    let next = try? reply.a("www.lab.test", 10, 1, UInt8(number / 250), UInt8(number % 250))
                    reply = next ?? reply
                }
                return [Self.framed(reply.bytes)]
            })
        #expect(try await ask(server, timeout: .seconds(20)).records.count == 1_440)
        let circle = try FakeNameServer(
            udp: { query in
                // A CNAME whose target is a pointer to itself: header 12, question 18, owner 2, fixed 10, then data at 42.
                guard let reply = Reply(to: query)?.bytes else { return [] }
                var message = reply
                message[7] = 1
                return [message + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0, 42]]
            })
        #expect(await code(circle) == .protocolViolation)
    }

    @Test("what may go wrong over TCP has its name") func stream() async throws {
        func server(_ tcp: @escaping FakeNameServer.Script) throws -> FakeNameServer {
            try FakeNameServer(udp: Self.truncated, tcp: tcp)
        }
        // In pieces is fine.
        let pieces = try server { query in
            Self.address(query).map { Self.framed($0).map { [$0] } } ?? []
        }
        #expect(try await ask(pieces).records == ["192.0.2.1"])
        #expect(await code(try server { _ in [[0xFF, 0xFF, 1, 2, 3]] }) == .closed)
        #expect(await code(try server { _ in [] }) == .closed)
        #expect(await code(try server { _ in [[0, 3, 1, 2, 3]] }) == .protocolViolation)
        #expect(await code(try server { query in [Self.framed(Self.truncated(query)[0])] }) == .protocolViolation)
        #expect(
            await code(
                try server { query in
                    Self.address(query).map { [Self.framed([$0[0] ^ 1] + $0.dropFirst())] } ?? []
                }) == .protocolViolation)
        // Nobody accepts: the listener is there, so that only the deadline ends it.
        #expect(await code(try FakeNameServer(udp: Self.truncated), timeout: .milliseconds(500)) == .timeout)
    }

    @Test("NOERROR without records, NXDOMAIN, SERVFAIL and strange codes are reports") func codes() async throws {
        for (flags, name) in [
            (0x8400, "NOERROR"), (0x8403, "NXDOMAIN"), (0x8002, "SERVFAIL"), (0x8005, "REFUSED"), (0x800C, "RCODE12"),
        ]
            as [(UInt16, String)]
        {
            let server = try FakeNameServer(udp: { query in Reply(to: query, flags: flags).map { [$0.bytes] } ?? [] })
            let report = try await ask(server)
            #expect(report.rcode == name && report.records == [] && report.serial == nil)
            #expect(report.authoritative == (flags & 0x0400 != 0))
        }
    }

    @Test("a name that is none is refused before anything is sent") func name() async throws {
        let server = try FakeNameServer(udp: { _ in [] })
        let error = await #expect(throws: RemoteError.self) { try await ask(server, DNSQuestion("a..b", .a)) }
        #expect(error?.code == .unsupported)
    }
}
