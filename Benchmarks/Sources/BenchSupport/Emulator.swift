import Foundation

/// A running `snmp-emulator`; it ends with this object, and with this process however that ends.
public final class Emulator {
    /// Its UDP port at every address of 127.0.0.0/8.
    public let port: UInt16
    private let child: pid_t
    private let link: Int32
    private let silentPercent: Int

    /// Starts it and waits until it answers.
    /// - Parameter silentPercent: so many of each hundred devices never answer.
    public init(port: UInt16, silentPercent: Int = 0) throws {
        var pipe: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pipe) == 0 else {
            throw BenchFailure("no socket pair")
        }
        self.port = port
        self.silentPercent = silentPercent
        let said = temporaryFile("emulator-\(port)")
        defer { unlink(said) }
        child = try start(
            [sibling("snmp-emulator"), String(port), String(silentPercent)], input: pipe[0], output: said)
        close(pipe[0])
        link = pipe[1]
        while (try? String(contentsOfFile: said, encoding: .utf8)) != "ready\n" {
            guard waitpid(child, nil, WNOHANG) == 0 else {
                throw BenchFailure("snmp-emulator did not start; it needs CAP_NET_RAW and UDP port \(port)")
            }
            usleep(2_000)
        }
    }

    deinit {
        close(link)
        _ = try? cpuOfFinished(child, "snmp-emulator")
    }

    /// User and system time that it has taken, in nanoseconds.
    public func cpu() throws -> UInt64 { try cpuOfRunning(child) }

    /// The address of device `number`: 127.1.0.1, 127.1.0.2 …
    public static func address(_ number: Int) -> String { "127.1.\(number / 250).\(number % 250 + 1)" }

    /// Whether device `number` is one of those that never answer.
    public func isSilent(_ number: Int) -> Bool { number * 37 % 100 < silentPercent }
}
