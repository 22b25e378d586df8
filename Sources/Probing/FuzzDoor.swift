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

    /// Reads `bytes` as snmp_exporter's snmp.yml and translates its modules; what is written reads again.
    public static func exporter(_ bytes: [UInt8]) -> Bool {
        guard let file = try? ExporterFile(String(decoding: bytes, as: UTF8.self), file: "fuzz.yml") else {
            return false
        }
        for module in file.moduleNames.prefix(4) {
            let made = try? ExporterTranslation(file, module: module, name: "fuzz", appliesTo: "device[status=active]")
            guard let made else { continue }
            do throws(InputErrors) {
                _ = try ProbeLibrary(files: [(name: "fuzz.yaml", text: made.text)])
            } catch {
                preconditionFailure("what was imported does not read: \(error.diagnostics)")
            }
        }
        return true
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
