import Glibc
import Synchronization

/// A socket call of the test support failed.
public struct SocketFailure: Error, CustomStringConvertible {
    /// What was tried and the system's reason.
    public let description: String
    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}

private let handedOut = Mutex<Set<UInt32>>([])

/// A TCP port on which nothing listens at `address` (IPv4 or IPv6 literal); never the same twice in one process.
public func freeTCPPort(on address: String = "127.0.0.1") throws -> UInt16 {
    try freePort(address, Int32(SOCK_STREAM.rawValue), tag: 0)
}

/// A UDP port that nobody is bound to at `address` (IPv4 or IPv6 literal); never the same twice in one process.
public func freeUDPPort(on address: String = "127.0.0.1") throws -> UInt16 {
    try freePort(address, Int32(SOCK_DGRAM.rawValue), tag: 1 << 16)
}

private func freePort(_ address: String, _ type: Int32, tag: UInt32) throws -> UInt16 {
    for _ in 0..<64 {
        let fd = try SocketAddress(address, 0).socket(type)
        defer { close(fd) }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &length) }
        }
        guard found == 0 else { throw SocketFailure("getsockname \(address)") }
        // The port stands at the same offset in sockaddr_in and sockaddr_in6.
        let port = withUnsafeBytes(of: &storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
        if handedOut.withLock({ $0.insert(tag | UInt32(port)).inserted }) { return port }
    }
    throw SocketFailure("no free port at \(address)")
}

/// Whether something accepts TCP connections there; waits at most `milliseconds`.
public func acceptsTCP(_ address: String, _ port: UInt16, milliseconds: Int32 = 500) -> Bool {
    guard let target = try? SocketAddress(address, port) else { return false }
    let fd = Glibc.socket(
        target.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    if target.withPointer({ connect(fd, $0, $1) }) == 0 { return true }
    guard errno == EINPROGRESS else { return false }
    var entry = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
    guard poll(&entry, 1, milliseconds) == 1 else { return false }
    var status: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &status, &size) == 0 && status == 0
}

/// Whether a datagram with `request` is answered by any datagram within `milliseconds`.
public func answersUDP(_ address: String, _ port: UInt16, request: [UInt8], milliseconds: Int32 = 500) -> Bool {
    guard let target = try? SocketAddress(address, port) else { return false }
    let fd = Glibc.socket(target.family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    guard target.withPointer({ connect(fd, $0, $1) }) == 0, send(fd, request, request.count, 0) == request.count else {
        return false
    }
    var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) == 1 else { return false }
    var byte: UInt8 = 0
    return recv(fd, &byte, 1, 0) > 0
}

/// A listening TCP socket that accepts (the kernel's backlog does) and never says a word; closed on deinit.
public final class SilentTCPServer: Sendable {
    private let fd: Int32
    /// Where it listens.
    public let port: UInt16

    /// Listens on a free port of `address`.
    public init(on address: String = "127.0.0.1") throws {
        port = try freeTCPPort(on: address)
        fd = try SocketAddress(address, port).socket(Int32(SOCK_STREAM.rawValue))
        guard listen(fd, 16) == 0 else { throw SocketFailure("listen \(address)") }
    }

    deinit { close(fd) }
}

struct SocketAddress {
    private var storage = sockaddr_storage()
    private let length: socklen_t
    let family: Int32
    private let name: String

    init(_ address: String, _ port: UInt16) throws {
        name = "\(address) port \(port)"
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, address, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            family = AF_INET
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            family = AF_INET6
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
        } else {
            errno = EINVAL
            throw SocketFailure("\(address) is no address literal")
        }
    }

    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// A bound socket of `type`, closed on exec.
    func socket(_ type: Int32) throws -> Int32 {
        let fd = Glibc.socket(family, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { throw SocketFailure("socket \(name)") }
        guard withPointer({ bind(fd, $0, $1) }) == 0 else {
            let failure = SocketFailure("bind \(name)")
            close(fd)
            throw failure
        }
        return fd
    }
}
