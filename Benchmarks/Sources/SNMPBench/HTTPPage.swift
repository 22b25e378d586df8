import BenchSupport
import Foundation

/// The least HTTP/1.0 that scrapes a server on loopback; what it costs is not measured.
enum HTTPPage {
    /// The body of one page.
    static func get(_ port: UInt16, _ path: String) throws -> String {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard fd >= 0 else { throw BenchFailure("no socket") }
        defer { close(fd) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let question = Array("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        guard connected == 0, write(fd, question, question.count) == question.count else {
            throw BenchFailure("port \(port) does not accept")
        }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(fd, &part, part.count)
            guard count > 0 else { break }
            text += part[..<count]
        }
        let answer = String(decoding: text, as: UTF8.self)
        guard answer.contains(" 200 OK"), let head = answer.range(of: "\r\n\r\n") else {
            throw BenchFailure("\(path) was answered with: \(answer.prefix(200))")
        }
        return String(answer[head.upperBound...])
    }

    /// All pages, by so many clients at once; each body must satisfy `isGood`.
    static func getAll(
        _ port: UInt16, _ paths: [String], clients: Int, isGood: @escaping @Sendable (String) -> Bool
    ) throws {
        let bad = BadPages()
        DispatchQueue.concurrentPerform(iterations: clients) { client in
            for number in stride(from: client, to: paths.count, by: clients) {
                guard let body = try? get(port, paths[number]), isGood(body) else {
                    bad.add(paths[number])
                    continue
                }
            }
        }
        if let first = bad.first { throw BenchFailure("\(first) was not answered with \(bindings) bindings") }
    }
}
