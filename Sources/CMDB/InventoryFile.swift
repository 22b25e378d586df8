public import Notation

/// One inventory file as text: this room reads no disk.
public struct InventoryFile: Hashable, Sendable {
    /// As the user named it; stands in every diagnostic.
    public let path: String
    /// The YAML text.
    public let text: String
    /// Whose objects these are: the last path component of the folder given to `apply`. `--prune` deletes only
    /// what the same origin brought.
    public let origin: String

    /// Creates a file; without `origin` the name of the folder it lies in counts.
    public init(path: String, text: String, origin: String? = nil) {
        self.path = path
        self.text = text
        let folders = path.split(separator: "/").dropLast()
        self.origin = origin ?? folders.last.map(String.init) ?? "inventory"
    }
}

extension InventoryFile {
    /// Tells files apart: the path without empty and `.` components. Only text is looked at, so that links and `..`
    /// keep their meaning.
    struct Place: Hashable {
        let path: String
        let text: String
    }

    var place: Place {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return Place(path: (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/"), text: text)
    }
}

/// A record with where it came from; both stay beside the record, not in its fields.
public struct LoadedObject: Hashable, Sendable {
    /// The record, canonical and complete.
    public let object: Object
    /// The origin of its file.
    public let origin: String
    /// Where its mapping begins.
    public let position: SourcePosition

    /// Creates a loaded record.
    public init(object: Object, origin: String, position: SourcePosition) {
        self.object = object
        self.origin = origin
        self.position = position
    }
}

/// What a set of files says, after every check passed.
public struct LoadedInventory: Sendable {
    /// Sorted by id.
    public let objects: [LoadedObject]
    /// What is allowed but probably not meant, sorted by place.
    public let warnings: [Diagnostic]
    /// How many records of each kind.
    public let counts: [Kind: Int]
    /// The paths that were read.
    public let files: [String]
    /// The origins of the files, sorted.
    public let origins: [String]
    /// Recorded components of loaded devices that no file lists, but their types have: they are no leftovers.
    public let kept: Set<ObjectID>

    /// Sorts `objects` and counts them.
    public init(
        objects: [LoadedObject], warnings: [Diagnostic] = [], files: [String], origins: [String],
        kept: Set<ObjectID> = []
    ) {
        self.kept = kept
        let isSorted = zip(objects, objects.dropFirst()).allSatisfy { $0.object.id < $1.object.id }
        self.objects = isSorted ? objects : objects.sorted { $0.object.id < $1.object.id }
        self.warnings = warnings.sorted()
        counts = objects.reduce(into: [:]) { $0[$1.object.id.kind, default: 0] += 1 }
        self.files = files
        self.origins = Set(origins).sorted()
    }
}

extension LoadedInventory {
    /// The loaded record called `id`; a search in the sorted list.
    public subscript(_ id: ObjectID) -> LoadedObject? {
        var (low, high) = (0, objects.count)
        while low < high {
            let middle = (low + high) / 2
            if objects[middle].object.id < id { low = middle + 1 } else { high = middle }
        }
        return low < objects.count && objects[low].object.id == id ? objects[low] : nil
    }
}

/// There was nothing to load: no file, or files without a single record. Empty input is never a success.
public struct EmptyInventory: Error, Hashable, Sendable, CustomStringConvertible {
    /// The files that were read; empty when there were none.
    public let files: [String]

    /// Names the files that held nothing.
    public init(files: [String]) { self.files = files }

    /// What to do about it.
    public var description: String {
        if files.isEmpty { return "no inventory files: name a folder that holds .yaml files" }
        return "\(files.count) inventory file(s) without a single object (\(files.prefix(3).joined(separator: ", "))"
            + "\(files.count > 3 ? ", …" : "")): write lists such as devices: or systems:"
    }
}
