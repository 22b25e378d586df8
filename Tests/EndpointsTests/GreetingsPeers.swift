import Addressing
import Foundation
import Glibc
import Remote
import TestSupport

/// Answers each datagram on 127.0.0.1 with any number of others; ends with its last reference.
final class DatagramServer: Sendable {
    let endpoint: Endpoint
    private let socket: Int32

    init(_ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]]) throws {
        let port = try freeUDPPort()
        endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: port)
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw PeerFailure() }
        Thread.detachNewThread {
            Self.serve(socket, answer)
            // Here and not in deinit: a number closed there may be another server's by the time this thread uses it.
            close(socket)
        }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }

    private static func serve(_ socket: Int32, _ answer: ([UInt8]) -> [[UInt8]]) {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { return }
            for datagram in answer(Array(buffer[..<count])) {
                _ = withUnsafePointer(to: &peer) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(socket, datagram, datagram.count, 0, $0, length)
                    }
                }
            }
        }
    }
}

struct PeerFailure: Error {}
