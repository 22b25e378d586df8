import Glibc
import Synchronization

/// A scripted UDP peer on loopback: a closure says what goes back for each datagram, and from which socket.
///
/// It runs on a thread of its own and ends on deinit.
public final class SNMPPeer: Sendable {
    /// One datagram to send; `fromElsewhere` sends it from another port of the same address.
    public struct Reply: Sendable {
        /// The datagram.
        public let bytes: [UInt8]
        /// Whether it leaves from another socket than the one that was asked.
        public let fromElsewhere: Bool
        /// Creates a reply.
        public init(_ bytes: [UInt8], fromElsewhere: Bool = false) {
            self.bytes = bytes
            self.fromElsewhere = fromElsewhere
        }
    }

    /// Where it listens.
    public let address: String
    /// Its UDP port.
    public let port: UInt16
    private let state: State

    /// Starts listening. The script gets each datagram and its number, from 0; no reply is silence.
    public init(on address: String = "127.0.0.1", script: @escaping @Sendable ([UInt8], Int) -> [Reply]) throws {
        self.address = address
        port = try freeUDPPort(on: address)
        let main = try SocketAddress(address, port).socket(Int32(SOCK_DGRAM.rawValue))
        let other = try SocketAddress(address, try freeUDPPort(on: address)).socket(Int32(SOCK_DGRAM.rawValue))
        // The thread keeps only the descriptors: a peer that nobody holds any more wakes it and ends it.
        let state = State()
        self.state = state
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work { Self.serve(main, other, state, script) })
        pthread_create(
            &thread, nil,
            { raw in
                raw.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private final class State: Sendable {
        let received = Mutex<[[UInt8]]>([])
        let isStopped = Mutex(false)
    }

    /// What has arrived so far.
    public var received: [[UInt8]] { state.received.withLock { $0 } }

    private static func serve(
        _ main: Int32, _ other: Int32, _ state: State, _ script: @Sendable ([UInt8], Int) -> [Reply]
    ) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        defer {
            close(main)
            close(other)
        }
        while !state.isStopped.withLock({ $0 }) {
            // Closing a descriptor does not wake a reader: look whether anybody still wants us now and then.
            var entry = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 50) == 1 else { continue }
            var from = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &from) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(main, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { continue }
            let datagram = Array(buffer[..<count])
            let number = state.received.withLock {
                $0.append(datagram)
                return $0.count - 1
            }
            for reply in script(datagram, number) {
                withUnsafePointer(to: from) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = sendto(
                            reply.fromElsewhere ? other : main, reply.bytes, reply.bytes.count, 0, $0, length)
                    }
                }
            }
        }
    }

    deinit { state.isStopped.withLock { $0 = true } }
}
