import Foundation
import Notation
import Remote

/// What reads answers of agents and the data file, for the program `FuzzDecoders` and the tests that repeat its inputs.
@_spi(Fuzzing) public enum DiscoveryFuzzDoor {
    private static let identifier = Identifier()

    /// Identifies a device by rows written as lines `OID|TYPE|VALUE` (`4x` and hexadecimal digits for raw octets, the
    /// numbers of ASN.1's tags for the other types, as snmpsim records them). Lines that are none are left out.
    /// - Returns: how many rows were taken.
    public static func identify(_ bytes: [UInt8]) -> Int {
        let binds = bytes.split(separator: UInt8(ascii: "\n")).prefix(5_000).compactMap(row)
        let device = identifier.identify(binds)
        precondition(device.interfaces.count <= binds.count && device.neighbours.count <= binds.count)
        precondition(device == identifier.identify(binds.reversed()), "the order of rows matters")
        return binds.count
    }

    private static func row(_ line: ArraySlice<UInt8>) -> VarBind? {
        let parts = line.split(separator: UInt8(ascii: "|"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let oid = OID(dotted: String(decoding: parts[0], as: UTF8.self)) else { return nil }
        let text = String(decoding: parts[2], as: UTF8.self)
        let value: SNMPValue? =
            switch String(decoding: parts[1], as: UTF8.self) {
            case "2": Int32(text).map(SNMPValue.integer)
            case "4": .octets(Array(parts[2]))
            case "4x": octets(parts[2]).map(SNMPValue.octets)
            case "5": .null
            case "6": OID(dotted: text).map(SNMPValue.oid)
            case "64x": octets(parts[2]).map(SNMPValue.ipAddress)
            case "65": UInt32(text).map(SNMPValue.counter32)
            case "66": UInt32(text).map(SNMPValue.gauge32)
            case "67": UInt32(text).map(SNMPValue.timeTicks)
            case "70": UInt64(text).map(SNMPValue.counter64)
            default: nil
            }
        return value.map { VarBind(oid, $0) }
    }

    private static func octets(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == digits.count, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }

    /// Reads `bytes` as the data file of identities; false when it is refused, with places inside it.
    public static func rules(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" || $0 == "\u{85}" || $0 == "\u{2028}" } + 1
        do throws(InputErrors) {
            _ = try IdentityRuleReader.read(text, file: "fuzz.yaml")
            return true
        } catch {
            precondition(!error.diagnostics.isEmpty)
            for diagnostic in error.diagnostics {
                precondition(diagnostic.position.line <= lines + 1, "line \(diagnostic.position.line) of \(lines)")
            }
            return false
        }
    }
}
