import Addressing
import Foundation
import Glibc
import Remote
import TestSupport

/// A real knotd on 127.0.0.1 and ::1 with zones of its own; an authority, and a secondary of another one.
final class KnotServer: Sendable {
    /// One zone as its configuration and file have it.
    struct Zone: Sendable {
        let name: String
        /// Records in zone file form; nil for a secondary.
        var records: String?
        var isSigned = false
        /// Port of the primary it is transferred from.
        var primary: UInt16?
    }

    let folder: TemporaryFolder
    let port: UInt16
    let process: ChildProcess

    init(_ zones: [Zone]) async throws {
        guard let path = findExecutable("knotd") else {
            throw ProcessFailureHere(description: "knotd is not installed; install the package 'knot'")
        }
        folder = try TemporaryFolder("knot")
        port = try freePortOfBoth()
        for name in ["run", "db", "zones"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for zone in zones { if let records = zone.records { try folder.write(records, to: "zones/\(zone.name).zone") } }
        try folder.write(Self.configuration(zones, folder, port), to: "knot.conf")
        process = try ChildProcess(path, ["-c", folder.file("knot.conf")])
        try await process.waitForTCP(port)
        for zone in zones where zone.primary == nil { try await process.waitForOutput("[\(zone.name).] loaded") }
    }

    private static func configuration(_ zones: [Zone], _ folder: TemporaryFolder, _ port: UInt16) -> String {
        var text = """
            server:
              rundir: \(folder.file("run"))
              listen: [127.0.0.1@\(port), ::1@\(port)]
              background-workers: 1
              udp-workers: 1
              tcp-workers: 2
            log:
              - target: stdout
                any: info
            database:
              storage: \(folder.file("db"))
              journal-db-max-size: 16M
              kasp-db-max-size: 16M
              timer-db-max-size: 1M
            acl:
              - id: lab
                address: [127.0.0.1, ::1]
                action: transfer
            policy:
              - id: lab
                algorithm: ecdsap256sha256
                single-type-signing: on
            template:
              - id: default
                storage: \(folder.file("zones"))
                acl: lab

            """
        for zone in zones {
            if let primary = zone.primary {
                text += "remote:\n  - id: p-\(zone.name)\n    address: 127.0.0.1@\(primary)\n"
            }
        }
        text += "zone:\n"
        for zone in zones {
            text += "  - domain: \(zone.name)\n    file: \(zone.name).zone\n"
            if zone.isSigned { text += "    dnssec-signing: on\n    dnssec-policy: lab\n" }
            if zone.primary != nil { text += "    master: p-\(zone.name)\n" }
        }
        return text
    }

    /// Gives the zone new records and waits until they are served.
    func reload(_ zone: String, _ records: String, serial: UInt32) async throws {
        try folder.write(records, to: "zones/\(zone).zone")
        try await control("zone-reload", zone)
        try await process.waitForOutput("-> \(serial)")
    }

    /// knotc(8).
    func control(_ words: String...) async throws {
        let result = try await runProcess(
            findExecutable("knotc") ?? "knotc", ["-c", folder.file("knot.conf"), "-b"] + words)
        guard result.status == 0 else { throw ProcessFailureHere(description: result.text + result.errorText) }
    }

    /// The zone's keys as trust anchors, DS with SHA-256.
    func anchors(_ zone: String) async throws -> [String] {
        let result = try await runProcess(
            findExecutable("keymgr") ?? "keymgr", ["-c", folder.file("knot.conf"), "\(zone).", "ds"])
        return result.text.split(separator: "\n").map(String.init).filter { $0.contains(" 13 2 ") }
            .map { $0.replacing(" DS ", with: " IN DS ") }
    }

    /// The zone as knotd has signed it.
    func signedText(_ zone: String) async throws -> String {
        try await process.waitForOutput("[\(zone).] zone file updated")
        return try folder.read("zones/\(zone).zone")
    }

    func endpoint(_ address: String = "127.0.0.1") throws -> Endpoint {
        Endpoint(address: try IPAddress(address), port: port)
    }
}

/// A real recursive unbound on 127.0.0.1 and ::1 that finds some zones at given ports and everything else nowhere.
final class Recursor: Sendable {
    let folder: TemporaryFolder
    let port: UInt16
    let process: ChildProcess

    init(_ stubs: [String: UInt16], validating anchors: [String] = []) async throws {
        guard let path = findExecutable("unbound") else {
            throw ProcessFailureHere(description: "unbound is not installed; install the package 'unbound'")
        }
        folder = try TemporaryFolder("recursor")
        port = try freePortOfBoth()
        var text = """
            server:
              interface: 127.0.0.1
              interface: ::1
              port: \(port)
              username: ""
              chroot: ""
              directory: "\(folder.path)"
              pidfile: ""
              use-syslog: no
              num-threads: 1
              do-not-query-localhost: no
              module-config: "\(anchors.isEmpty ? "iterator" : "validator iterator")"
              local-zone: "test." nodefault

            """
        for anchor in anchors { text += "  trust-anchor: \"\(anchor)\"\n" }
        text += "remote-control:\n  control-enable: no\n"
        for (zone, port) in stubs {
            text += "stub-zone:\n  name: \"\(zone)\"\n  stub-addr: 127.0.0.1@\(port)\n"
        }
        try folder.write(text, to: "unbound.conf")
        process = try ChildProcess(path, ["-d", "-p", "-c", folder.file("unbound.conf")])
        try await process.waitForTCP(port)
    }

    func endpoint(_ address: String = "127.0.0.1") throws -> Endpoint {
        Endpoint(address: try IPAddress(address), port: port)
    }
}

struct ProcessFailureHere: Error, CustomStringConvertible { let description: String }

/// A port that is free for TCP and UDP, on 127.0.0.1 and ::1.
func freePortOfBoth() throws -> UInt16 {
    for _ in 0..<50 {
        let port = try freeTCPPort()
        if (try? FakeNameServer(port: port)) != nil { return port }
    }
    throw ProcessFailureHere(description: "no port is free for both")
}

/// A name server that says what it is told to say; ends with its last reference.
final class FakeNameServer: Sendable {
    /// Datagrams or, over TCP, pieces of the stream to send for a query; empty: silence.
    typealias Script = @Sendable (_ query: [UInt8]) -> [[UInt8]]

    let port: UInt16
    private let sockets: [Int32]
    private let idle: [Int32]

    init(port wanted: UInt16? = nil, udp: Script? = nil, tcp: Script? = nil) throws {
        var made: (UInt16, [Int32])?
        for _ in 0..<50 {
            let port = try wanted ?? freeTCPPort()
            if let sockets = Self.bind(port) {
                made = (port, sockets)
                break
            }
            if wanted != nil { break }
        }
        guard let made else { throw ProcessFailureHere(description: "no port is free for both") }
        (port, sockets) = made
        let (datagrams, stream) = (made.1[0], made.1[1])
        // Who serves a socket closes it: a number closed elsewhere may be another server's by the time it is used.
        idle = (udp == nil ? [datagrams] : []) + (tcp == nil ? [stream] : [])
        if let udp {
            Thread.detachNewThread {
                Self.serveDatagrams(datagrams, udp)
                close(datagrams)
            }
        }
        if let tcp {
            Thread.detachNewThread {
                Self.serveStream(stream, tcp)
                close(stream)
            }
        }
    }

    deinit {
        sockets.filter { !idle.contains($0) }.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) }
        idle.forEach { _ = close($0) }
    }

    func endpoint() throws -> Endpoint { Endpoint(address: try IPAddress("127.0.0.1"), port: port) }

    private static func bind(_ port: UInt16) -> [Int32]? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var out: [Int32] = []
        for type in [SOCK_DGRAM, SOCK_STREAM] {
            let fd = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
            out.append(fd)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound != 0 || (type == SOCK_STREAM && listen(fd, 8) != 0) {
                out.forEach { _ = close($0) }
                return nil
            }
        }
        return out
    }

    private static func serveDatagrams(_ socket: Int32, _ script: Script) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &buffer, buffer.count, 0, $0, &length)
                }
            }
            // shutdown(2) wakes a datagram socket with 0 bytes.
            guard count > 0 else { return }
            for datagram in script(Array(buffer[..<count])) {
                _ = withUnsafePointer(to: &peer) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(socket, datagram, datagram.count, 0, $0, length)
                    }
                }
            }
        }
    }

    private static func serveStream(_ listener: Int32, _ script: Script) {
        while true {
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(peer, &buffer, buffer.count, 0)
            if count > 2 {
                for piece in script(Array(buffer[2..<count])) {
                    var sent = 0
                    while sent < piece.count {
                        let more = piece.withUnsafeBytes {
                            send(peer, $0.baseAddress.map { $0 + sent }, piece.count - sent, Int32(MSG_NOSIGNAL))
                        }
                        if more <= 0 { break }
                        sent += more
                    }
                }
            }
            close(peer)
        }
    }
}
