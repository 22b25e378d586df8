import Foundation
import Glibc
import Synchronization

@testable import Endpoints

/// A network of its own, loopback only, for the one thread that opens its sockets in it: network_namespaces(7).
///
/// Sockets stay in the network they were opened in, so that tests reach it through those handed out.
final class NetworkRoom: Sendable {
    /// Whether this machine lets us make one.
    static var isPossible: Bool { geteuid() == 0 && function("unshare") != nil }

    private let settings: [String: String]
    private let withoutPrivileges: Bool
    private let entered = Mutex<Bool>(false)
    private let socket = Mutex<Int32>(-1)
    private let socketV6 = Mutex<Int32>(-1)

    struct Failure: Error { let text: String }

    /// - Parameters:
    ///   - settings: sysctl(8) names with `/`, below `net`.
    ///   - withoutPrivileges: the thread gives up all capabilities once it is in.
    init(_ settings: [String: String], withoutPrivileges: Bool = false) {
        self.settings = settings
        self.withoutPrivileges = withoutPrivileges
    }

    deinit {
        for raw in [observer, observerV6] where raw >= 0 { close(raw) }
    }

    /// For ``ICMPProber/init(opening:)``.
    func open(_ family: ICMPFamily) throws -> ICMPSocket {
        try entered.withLock { entered in
            if entered { return }
            try enter()
            entered = true
        }
        return try ICMPSocket.open(family)
    }

    /// A raw ICMP socket in there; sees all requests, and may say anything.
    var observer: Int32 { socket.withLock { $0 } }

    /// As ``observer``, for ICMPv6; the kernel sums up what it sends.
    var observerV6: Int32 { socketV6.withLock { $0 } }

    /// The next echo request on its way to ::1, from the ICMPv6 header on.
    func nextRequestV6() async throws -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(20)
        var bytes = [UInt8](repeating: 0, count: 2_048)
        while ContinuousClock.now < deadline {
            let count = observerV6 < 0 ? -1 : recv(observerV6, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count >= 8, bytes[0] == 128 { return Array(bytes[..<count]) }
            if count < 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        throw Failure(text: "no request within 20 s")
    }

    /// Sends an ICMPv6 message from ::1 to ::1.
    func sayV6(_ message: [UInt8]) throws {
        // sockaddr_in6: family, port, flow, address, scope.
        let family = withUnsafeBytes(of: UInt16(AF_INET6)) { Array($0) }
        let name = family + [UInt8](repeating: 0, count: 21) + [1, 0, 0, 0, 0]
        let sent = name.withUnsafeBytes {
            sendto(
                observerV6, message, message.count, 0, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t($0.count))
        }
        guard sent == message.count else { throw Failure(text: "sendto errno \(errno)") }
    }

    /// The next echo request on its way to 127.0.0.0/8, from the ICMP header on.
    func nextRequest() async throws -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(20)
        var bytes = [UInt8](repeating: 0, count: 2_048)
        while ContinuousClock.now < deadline {
            let count = observer < 0 ? -1 : recv(observer, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count >= 28, bytes[20] == 8 { return Array(bytes[20..<count]) }
            if count < 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        throw Failure(text: "no request within 20 s")
    }

    /// Sends an ICMP message (its sum is worked out here) from `source` to 127.0.0.1, both below 127.0.0.0/8.
    func say(_ message: [UInt8], from source: [UInt8]) throws {
        var message = message
        (message[2], message[3]) = (0, 0)
        let sum = EchoPacket.checksum(message.span)
        (message[2], message[3]) = (UInt8(sum >> 8), UInt8(truncatingIfNeeded: sum))
        let fd = observer
        var yes: Int32 = 1
        guard setsockopt(fd, 0, 3, &yes, 4) == 0 else { throw Failure(text: "IP_HDRINCL") }
        let packet = Self.header(source, [127, 0, 0, 1], message.count) + message
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let sent = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(fd, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == packet.count else { throw Failure(text: "sendto errno \(errno)") }
    }

    /// An IPv4 header for ICMP; the kernel fills in sum and identification.
    static func header(_ source: [UInt8], _ target: [UInt8], _ length: Int) -> [UInt8] {
        let total = 20 + length
        return [0x45, 0, UInt8(total >> 8), UInt8(truncatingIfNeeded: total), 0, 0, 0, 0, 64, 1, 0, 0] + source + target
    }

    private func enter() throws {
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let symbol = Self.function("unshare") else { throw Failure(text: "no unshare(2)") }
        guard unsafeBitCast(symbol, to: Unshare.self)(0x4000_0000) == 0 else { throw Failure(text: "unshare \(errno)") }
        try raiseLoopback()
        for (name, value) in settings {
            let file = Glibc.open("/proc/sys/net/\(name)", O_WRONLY)
            guard file >= 0, write(file, value, value.utf8.count) == value.utf8.count else {
                throw Failure(text: "\(name): errno \(errno)")
            }
            close(file)
        }
        let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = Glibc.socket(AF_INET, type, Int32(IPPROTO_ICMP))
        guard raw >= 0 else { throw Failure(text: "raw socket \(errno)") }
        socket.withLock { $0 = raw }
        let rawV6 = Glibc.socket(AF_INET6, type, 58)
        guard rawV6 >= 0 else { throw Failure(text: "raw socket \(errno)") }
        socketV6.withLock { $0 = rawV6 }
        if withoutPrivileges { try giveUpPrivileges() }
    }

    /// `ip link set lo up`.
    private func raiseLoopback() throws {
        let fd = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(fd) }
        var request = [UInt8](repeating: 0, count: 40)
        request.replaceSubrange(0..<2, with: Array("lo".utf8))
        guard ioctl(fd, 0x8913, &request) == 0 else { throw Failure(text: "SIOCGIFFLAGS \(errno)") }
        request[16] |= 1
        guard ioctl(fd, 0x8914, &request) == 0 else { throw Failure(text: "SIOCSIFFLAGS \(errno)") }
    }

    /// Of this thread alone: capset(2).
    private func giveUpPrivileges() throws {
        typealias Capset = @convention(c) (UnsafeMutablePointer<UInt32>, UnsafePointer<UInt32>) -> Int32
        guard let symbol = Self.function("capset") else { throw Failure(text: "no capset(2)") }
        var header: [UInt32] = [0x2008_0522, 0]
        let none = [UInt32](repeating: 0, count: 6)
        guard unsafeBitCast(symbol, to: Capset.self)(&header, none) == 0 else { throw Failure(text: "capset \(errno)") }
    }

    private static func function(_ name: String) -> UnsafeMutableRawPointer? { dlsym(dlopen(nil, RTLD_NOW), name) }
}
