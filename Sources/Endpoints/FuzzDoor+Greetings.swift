@_spi(Fuzzing) extension EndpointsFuzzDoor {
    /// Reads what a mail server says, reply by reply as it comes in.
    public static func mail(_ bytes: [UInt8]) -> Bool {
        replies(bytes) { seen throws(TalkProblem) in try SMTPReply.read(seen)?.taken }
    }

    /// Reads the greeting of a PostgreSQL server (byte 0 even) or of a MySQL server.
    public static func database(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return false }
        return replies(Array(bytes.dropFirst())) { seen throws(TalkProblem) in
            let heard = try first.isMultiple(of: 2) ? DatabaseWire.postgreSQL(seen) : DatabaseWire.mySQL(seen)
            for text in [heard?.0.version, heard?.0.problem].compactMap(\.self) {
                precondition(text.utf8.count <= 4_096 && !text.unicodeScalars.contains { $0.value < 0x20 }, text)
            }
            return heard?.taken
        }
    }

    /// Takes what `read` can read from the front until nothing is left or it waits for more.
    private static func replies(_ bytes: [UInt8], _ read: ([UInt8]) throws(TalkProblem) -> Int?) -> Bool {
        var rest = bytes
        var count = 0
        do throws(TalkProblem) {
            while !rest.isEmpty, let taken = try read(rest) {
                precondition((1...rest.count).contains(taken), "\(taken) of \(rest.count) bytes were taken")
                rest.removeFirst(taken)
                count += 1
            }
        } catch {
            precondition(!error.message.isEmpty)
        }
        return count > 0
    }
}
