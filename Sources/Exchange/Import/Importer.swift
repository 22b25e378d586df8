public import CMDB
public import Notation

/// A foreign file as bytes: this room reads no disk.
public struct ImportSource: Hashable, Sendable {
    /// As the user named it, or below the folder the user named; stands in every message.
    public let path: String
    /// Its content.
    public let bytes: [UInt8]

    /// Creates a source.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The last component of the path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// What follows the last dot, in lower case.
    var suffix: String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }
    /// The name without what follows its last dot.
    var stem: String { suffix.isEmpty ? name : String(name.dropLast(suffix.count + 1)) }

    /// The bytes as text.
    func text() throws(InputErrors) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        throw InputErrors(
            Diagnostic(
                SourcePosition(file: path), problem: "not UTF-8", remedy: "save the file as UTF-8 (CSV UTF-8 in Excel)")
        )
    }
}

/// The formats that can be read.
public enum ImportFormat: String, Hashable, Sendable, CaseIterable {
    case netboxCSV = "netbox-csv"
    case netboxJSON = "netbox-json"
    case netboxYAML = "netbox-yaml"
    case deviceTypes = "device-types"
    case ansible
    case csv
    case xlsx
}

/// How to read.
public struct ImportOptions: Sendable {
    /// Nil: told from each file.
    public var format: ImportFormat?
    /// Nil: told from names and headings.
    public var kind: Kind?
    /// The mapping file of `csv`.
    public var mapping: ImportSource?
    /// Whose new records are; recorded ones keep their origin.
    public var origin: String
    /// Unknown columns become a warning instead of an error.
    public var ignoresUnknown: Bool
    /// Whether an empty cell takes the recorded value away, as in NetBox; otherwise it stays.
    public var blanksClear: Bool

    /// Creates options.
    public init(
        format: ImportFormat? = nil, kind: Kind? = nil, mapping: ImportSource? = nil, origin: String = "import",
        ignoresUnknown: Bool = false, blanksClear: Bool = true
    ) {
        self.format = format
        self.kind = kind
        self.mapping = mapping
        self.origin = origin
        self.ignoresUnknown = ignoresUnknown
        self.blanksClear = blanksClear
    }
}

/// What was read: records for ``CMDB/InventoryLoader``, complete with what is recorded and was not touched.
public struct ImportedRecords: Sendable {
    /// In the order of the sources.
    public let records: [InventoryRecord]
    /// What is wrong; then the records are only good for finding more that is wrong.
    public let errors: [Diagnostic]
    /// What was understood, but has no place, or is probably not meant.
    public let warnings: [Diagnostic]
    /// How each source was read: `devices.csv: netbox-csv, 12 device`.
    public let readings: [String]
}

/// Reads the files of other tools.
public enum Importer {
    /// Reads `sources` as one input: records of one file may refer to those of another.
    ///
    /// Records are matched with `snapshot` by natural key (CONVENTIONS 4.1), never by numbers of a database; fields
    /// that the source does not have keep their recorded values. A source without any record is an error.
    public static func read(
        _ sources: [ImportSource], options: ImportOptions, onto snapshot: Snapshot, origins: [ObjectID: String] = [:]
    ) -> ImportedRecords {
        var reader = SourceReader(options: options, snapshot: snapshot)
        reader.read(sources)
        var binder = Binder(snapshot)
        binder.bind(reader.pendings)
        let records = binder.records.map { pending in
            let owner = pending.recorded.flatMap { origins[$0.id] } ?? options.origin
            return pending.record(origin: owner, blanksClear: options.blanksClear)
        }
        return ImportedRecords(
            records: records, errors: reader.errors + binder.report.errors,
            warnings: (reader.warnings + binder.report.warnings).sorted(), readings: reader.readings)
    }

    /// Reads `sources` and takes them through the rules of the inventory.
    /// - Throws: ``Notation/InputErrors`` with all that is wrong, found by the reader or by the rules.
    public static func load(
        _ sources: [ImportSource], options: ImportOptions, onto snapshot: Snapshot, origins: [ObjectID: String] = [:]
    ) throws(InputErrors) -> (read: ImportedRecords, loaded: LoadedInventory) {
        let read = read(sources, options: options, onto: snapshot, origins: origins)
        var problems = read.errors
        do {
            let loaded = try InventoryLoader.load([], records: read.records, onto: snapshot)
            if problems.isEmpty { return (read, loaded) }
        } catch let found as InputErrors {
            // A field that is missing because its column could not be read needs no word of its own.
            problems += found.diagnostics.filter { problems.isEmpty || !$0.problem.hasSuffix("is missing") }
        } catch {
            // No record at all: the reader has said so for each source.
            if problems.isEmpty {
                problems.append(
                    Diagnostic(
                        SourcePosition(file: sources.first?.path ?? "input"), problem: "no record in it",
                        remedy: "name files that hold records"))
            }
        }
        throw InputErrors(Array(Set(problems)))
    }
}
