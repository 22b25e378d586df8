import Foundation
import Glibc
import TestSupport

/// Accepts on 127.0.0.1 and treats every connection badly; ends with its last reference.
final class HostileTCPServer: Sendable {
    enum Manner: Sendable {
        /// Closes as soon as it has accepted.
        case closes
        /// Resets as soon as it has accepted.
        case resets
        /// Sends these bytes and keeps the connection open.
        case says([UInt8])
        /// Never accepts, and its queue of connections is full: further requests get no answer.
        case full
    }

    let port: UInt16
    private let listener: Int32
    private let fillers: [Int32]

    init(_ manner: Manner) throws {
        port = try freeTCPPort()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = Self.address(port)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = Self.with(&address) { Glibc.bind(listener, $0, $1) }
        if case .full = manner {
            guard bound == 0, listen(listener, 0) == 0 else { throw ServerFailure() }
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            fillers = (0..<4).map { _ in
                let filler = socket(AF_INET, type, 0)
                _ = Self.with(&address) { connect(filler, $0, $1) }
                return filler
            }
            return
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw ServerFailure() }
        fillers = []
        Thread.detachNewThread { Self.serve(listener, manner) }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        // Where a thread serves, it closes: a number closed here may be another server's by the time the thread uses it.
        if !fillers.isEmpty { close(listener) }
        fillers.forEach { _ = close($0) }
    }

    struct ServerFailure: Error {}

    private static func serve(_ listener: Int32, _ manner: Manner) {
        var open: [Int32] = []
        while true {
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { break }
            switch manner {
            case .closes: close(peer)
            case .resets:
                var hard = linger(l_onoff: 1, l_linger: 0)
                setsockopt(peer, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
                close(peer)
            case .says(let bytes):
                var sent = 0
                while sent < bytes.count {
                    let count = bytes.withUnsafeBytes {
                        send(peer, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { break }
                    sent += count
                }
                open.append(peer)
            case .full: close(peer)
            }
        }
        open.forEach { _ = close($0) }
        close(listener)
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func with<R>(_ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
