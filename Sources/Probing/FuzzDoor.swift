import Notation

/// What reads output of machines and files of people, for the program `FuzzDecoders` and the tests that repeat its
/// inputs.
@_spi(Fuzzing) public enum ProbingFuzzDoor {
    /// Reads what follows byte 0 with the parser that byte 0 chooses; false when it gives no value.
    public static func parser(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return false }
        let parser = ParserName.allCases[Int(first) % ParserName.allCases.count]
        do throws(ParseProblem) {
            let value = try parser.parse(String(decoding: bytes.dropFirst(), as: UTF8.self))
            precondition(entries(value) <= 200_000, "\(parser) kept \(entries(value)) values")
            return true
        } catch {
            precondition(!error.message.isEmpty)
            return false
        }
    }

    private static func entries(_ value: JSONValue) -> Int {
        switch value {
        case .array(let items): items.reduce(1) { $0 + entries($1) }
        case .object(let fields): fields.reduce(1) { $0 + entries($1.value) }
        default: 1
        }
    }

    /// Reads `bytes` as one probe definition; false when it is refused, with places inside it.
    public static func definition(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(InputErrors) {
            _ = try ProbeLibrary(files: [(name: "fuzz.yaml", text: text)])
            return true
        } catch {
            precondition(!error.diagnostics.isEmpty)
            return false
        }
    }

    /// Reads up to byte 0 many bytes as a DISPLAY-HINT and shows the rest by it; false when it is none.
    public static func hint(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return false }
        let text = bytes.dropFirst().prefix(Int(first))
        guard let hint = DisplayHint(String(decoding: text, as: UTF8.self)) else { return false }
        let octets = Array(bytes.dropFirst(1 + text.count))
        if let shown = hint.show(octets) { precondition(shown.utf8.count <= 1 << 20, "\(shown.utf8.count) bytes") }
        _ = hint.show(octets.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) })
        return true
    }
}
