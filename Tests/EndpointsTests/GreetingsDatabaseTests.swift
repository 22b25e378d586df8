import Addressing
import Foundation
import Remote
import TestSupport
import Testing

@testable import Endpoints

@Suite(.tags(.small)) struct GreetingsDatabaseWireTests {
    @Test("PostgreSQL's three answers are read, whole or in pieces") func postgreSQL() throws {
        #expect(try DatabaseWire.postgreSQL([]) == nil)
        #expect(try DatabaseWire.postgreSQL(Array("S".utf8))?.0 == .init(offersTLS: true))
        #expect(try DatabaseWire.postgreSQL(Array("N".utf8))?.0 == .init(offersTLS: false))
        let fields: [UInt8] = Array("SFATAL\0C53300\0Msorry, too many\u{1B}[2J clients\0\0".utf8)
        let error = [UInt8(ascii: "E"), 0, 0, 0, UInt8(fields.count + 4)] + fields
        #expect(try DatabaseWire.postgreSQL(error)?.0.problem == "53300: sorry, too many[2J clients")
        for length in 1..<error.count {
            #expect(try DatabaseWire.postgreSQL(Array(error[..<length])) == nil, "\(length)")
        }
        let old = Array("Ecould not fork new process\0".utf8)
        #expect(try DatabaseWire.postgreSQL(old)?.0.problem == "could not fork new process")
        for bad in [
            Array("SS".utf8), Array("N\0".utf8), Array("HTTP/1.1 400".utf8), [UInt8(ascii: "E"), 0, 0, 0, 5, 0],
        ] {
            #expect(throws: TalkProblem.self, "\(bad)") { try DatabaseWire.postgreSQL(bad) }
        }
    }

    /// As MariaDB 10.11 sends it.
    private static let handshake: [UInt8] =
        [10] + Array("5.5.5-10.11.6-MariaDB\0".utf8) + [9, 0, 0, 0] + Array("saltsalt\0".utf8) + [
            0xFE, 0xFF, 0x2D, 2, 0,
        ]
    private static func packet(_ body: [UInt8], number: UInt8 = 0) -> [UInt8] {
        [UInt8(body.count & 0xFF), UInt8(body.count >> 8 & 0xFF), 0, number] + body
    }

    @Test("MySQL's greeting and its errors are read, whole or in pieces") func mySQL() throws {
        let whole = Self.packet(Self.handshake)
        #expect(try DatabaseWire.mySQL(whole)?.0 == .init(version: "10.11.6-MariaDB", offersTLS: true))
        for length in 0..<whole.count { #expect(try DatabaseWire.mySQL(Array(whole[..<length])) == nil, "\(length)") }
        var plain = Self.handshake
        plain[Self.handshake.count - 4] = 0xF7
        #expect(try DatabaseWire.mySQL(Self.packet(plain))?.0.offersTLS == false)
        let busy = Self.packet([0xFF, 0x10, 0x04] + Array("Too many connections".utf8))
        #expect(try DatabaseWire.mySQL(busy)?.0.problem == "1040: Too many connections")
        let state = Self.packet([0xFF, 0x6A, 0x04] + Array("#HY000Host '10.0.0.1' is not allowed\n".utf8))
        #expect(try DatabaseWire.mySQL(state)?.0.problem == "1130: Host '10.0.0.1' is not allowed")
        for bad in [
            Self.packet(Self.handshake, number: 1), Self.packet([9, 0x34, 0]), Self.packet([10, 0x35, 0, 1, 2]),
            Self.packet([10] + [UInt8](repeating: 0x61, count: 100)), Self.packet([0xFF, 1]), [0, 0, 0, 0],
            Array("SSH-2.0-OpenSSH".utf8), [0xFF, 0xFF, 0xFF, 0, 10],
        ] {
            #expect(throws: TalkProblem.self, "\(bad)") { try DatabaseWire.mySQL(bad) }
        }
    }
}

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct GreetingsDatabaseTests {
    private func greet(
        _ engine: DatabaseGreeting.Engine, _ address: String, _ port: UInt16, timeout: Duration = .seconds(10)
    ) async throws -> DatabaseGreeting {
        let loops = EndpointLoops()
        let result: Result<DatabaseGreeting, any Error>
        do {
            let endpoint = Endpoint(address: try IPAddress(address), port: port)
            result = .success(
                try await DatabaseGreetingProber(loops).greet(
                    endpoint, as: engine, subject: "device/db", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    @Test("a real PostgreSQL is alive, with and without TLS, over IPv4 and IPv6; stopped, it is refused")
    func postgreSQL() async throws {
        let plain = try await PostgreSQLServer()
        for address in ["127.0.0.1", "::1"] {
            let greeting = try await greet(.postgresql, address, plain.port)
            #expect(greeting.engine == .postgresql && !greeting.offersTLS && greeting.problem == nil)
            #expect(greeting.version == nil)
            #expect(greeting.duration > .zero)
        }
        plain.process.kill()
        let error = await #expect(throws: RemoteError.self) { try await greet(.postgresql, "127.0.0.1", plain.port) }
        #expect(error?.code == .refused)
        let openssl = try OpenSSL()
        try await openssl.selfSigned("db", key: ["rsa:2048"])
        let keys = try TemporaryFolder("keys")
        let certificate = try keys.write(try openssl.pem("db"), to: "db.pem", mode: 0o644)
        let key = try keys.write(try openssl.folder.read("db.key"), to: "db.key")
        if try await runProcess("id", ["-u"]).text.hasPrefix("0") {
            _ = try await runProcess("chown", ["-R", "postgres:", keys.path])
        }
        let secure = try await PostgreSQLServer(settings: [
            "ssl=on", "ssl_cert_file=\(certificate)", "ssl_key_file=\(key)",
        ])
        #expect(try await greet(.postgresql, "127.0.0.1", secure.port).offersTLS)
        withExtendedLifetime(keys) {}
    }

    @Test("a real MariaDB tells its version; one that is full says so") func mariaDB() async throws {
        let server = try await MariaDBServer(options: ["--max-connections=10", "--extra-max-connections=1"])
        let greeting = try await greet(.mysql, "127.0.0.1", server.port)
        let version = try await server.sql("select version()")
        #expect(greeting.version == version)
        #expect(greeting.problem == nil)
        // Eleven that stay: ten places and the superuser's.
        var held: [ChildProcess] = []
        for _ in 0..<11 {
            held.append(
                try ChildProcess(
                    "mariadb",
                    ["--no-defaults", "-u", "root", "-S", server.socket, "-e", "select sleep(120)"]))
        }
        try await server.process.wait(until: "is full", within: .seconds(30)) {
            try await greet(.mysql, "127.0.0.1", server.port).problem?.hasPrefix("1040: ") == true
        }
        held.forEach { $0.kill() }
    }

    @Test(
        "peers of other protocols, silent and closing ones have their names",
        arguments: [DatabaseGreeting.Engine.postgresql, .mysql])
    func hostile(_ engine: DatabaseGreeting.Engine) async throws {
        func code(_ manner: HostileTCPServer.Manner) async throws -> RemoteError.Code? {
            let server = try HostileTCPServer(manner)
            let error = await #expect(throws: RemoteError.self) {
                try await greet(engine, "127.0.0.1", server.port, timeout: .seconds(20))
            }
            withExtendedLifetime(server) {}
            return error?.code
        }
        #expect(try await code(.closes) == .closed)
        #expect(try await code(.resets) == .closed)
        #expect(try await code(.says(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8))) == .protocolViolation)
        #expect(try await code(.says((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 37) })) == .protocolViolation)
        let silent = try SilentTCPServer()
        let error = await #expect(throws: RemoteError.self) {
            try await greet(engine, "127.0.0.1", silent.port, timeout: .milliseconds(500))
        }
        #expect(error?.code == .timeout && error?.subject == "device/db")
    }
}
