public import Notation

/// A record that another reader has found in a table, a workbook or a foreign file, in our words and with places.
///
/// ``InventoryLoader`` takes it through the same rules as a record of a YAML file.
public struct InventoryRecord: Sendable {
    /// What it is.
    public let kind: Kind
    /// Fields by our names; each value knows where it stands.
    public let map: YAMLMap
    /// Whose it is, as of an ``InventoryFile``.
    public let origin: String

    /// Creates a record.
    public init(kind: Kind, map: YAMLMap, origin: String) {
        self.kind = kind
        self.map = map
        self.origin = origin
    }
}

extension InventoryLoader {
    /// The natural key that a record of `kind` with these fields has; nil when they do not suffice.
    public static func naturalKey(of map: YAMLMap, kind: Kind) -> String? {
        KeyMaker(map: map, kind: kind, given: [:]).key
    }

    /// The device-type record that the root of a file of the public device-type library stands for, the makers it
    /// names, and a warning for each key that is left out; nil for any other mapping.
    public static func deviceType(
        _ root: YAMLMap
    ) -> (record: YAMLMap, makers: [String], warnings: [Diagnostic])? {
        guard DeviceTypeFile.isOne(root) else { return nil }
        let parts = DeviceTypeFile.read(root)
        let warnings = parts.unknown.map { entry in
            let (problem, remedy) = DeviceTypeFile.warning(entry)
            return Diagnostic(entry.keyPosition, problem: problem, remedy: remedy, severity: .warning)
        }
        return (parts.record, DeviceTypeFile.makers(root, origin: "").map(\.name), warnings)
    }
}
