import Foundation
import Glibc
import Synchronization
import TestSupport

/// A TCP server that hears a request out and then behaves as it is told; ends with its last reference.
final class ScriptedServer: Sendable {
    /// What it does once the request (up to an empty line) is there.
    enum Manner: Sendable {
        case silence
        /// Sends this and closes.
        case says(String)
        /// Sends the first, then one byte at a time for ever.
        case drips(String, milliseconds: UInt32)
        /// Sends the first, then the second for ever as fast as it is taken.
        case floods(String, String)
        /// Sends this, waits a moment and resets the connection.
        case resets(String)
    }

    /// Shared with the threads, which may outlive the server by a moment.
    private final class State: Sendable {
        let isOver = Atomic<Bool>(false)
        let requests = Mutex<[String]>([])
    }

    let port: UInt16
    private let listener: Int32
    private let state = State()

    /// What has been asked so far.
    var requests: [String] { state.requests.withLock { $0 } }

    struct ServerFailure: Error {}

    init(on address: String = "127.0.0.1", _ manner: Manner) throws {
        port = try freeTCPPort(on: address)
        let isV6 = address.contains(":")
        let listener = socket(isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        let bound: Int32
        if isV6 {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            inet_pton(AF_INET6, address, &name.sin6_addr)
            bound = Self.bind(listener, &name)
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            inet_pton(AF_INET, address, &name.sin_addr)
            bound = Self.bind(listener, &name)
        }
        guard bound == 0, listen(listener, 64) == 0 else { throw ServerFailure() }
        let state = state
        Thread.detachNewThread {
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                Thread.detachNewThread {
                    Self.hear(peer, state)
                    Self.act(peer, manner, state)
                    close(peer)
                }
            }
        }
    }

    deinit {
        state.isOver.store(true, ordering: .relaxed)
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func bind<Name>(_ fd: Int32, _ name: inout Name) -> Int32 {
        let size = socklen_t(MemoryLayout<Name>.size)
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(fd, $0, size) }
        }
    }

    private static func hear(_ peer: Int32, _ state: State) {
        var heard: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while !String(decoding: heard, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(peer, &part, part.count, 0)
            if count <= 0 { break }
            heard += part[..<count]
        }
        state.requests.withLock { $0.append(String(decoding: heard, as: UTF8.self)) }
    }

    private static func act(_ peer: Int32, _ manner: Manner, _ state: State) {
        switch manner {
        case .silence: while isWanted(peer, state) { usleep(5_000) }
        case .says(let text): _ = say(peer, text)
        case .drips(let first, let pause):
            guard say(peer, first) else { return }
            while isWanted(peer, state), say(peer, "x") { usleep(pause * 1_000) }
        case .floods(let first, let more):
            guard say(peer, first) else { return }
            while !state.isOver.load(ordering: .relaxed), say(peer, more) {}
        case .resets(let text):
            _ = say(peer, text)
            // What the peer has not read when the reset comes is lost to it.
            usleep(50_000)
            var hard = linger(l_onoff: 1, l_linger: 0)
            setsockopt(peer, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
        }
    }

    private static func say(_ peer: Int32, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(peer, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Whether the peer is still there and the test goes on.
    private static func isWanted(_ peer: Int32, _ state: State) -> Bool {
        var byte: UInt8 = 0
        let count = recv(peer, &byte, 1, Int32(MSG_DONTWAIT))
        return !state.isOver.load(ordering: .relaxed) && (count > 0 || (count < 0 && errno == EAGAIN))
    }
}
