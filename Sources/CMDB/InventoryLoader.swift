import Notation

/// Reads inventory files: YAML texts in, checked canonical records out.
public enum InventoryLoader {
    /// Reads `files` and checks them together with what is recorded already.
    ///
    /// Every rule is held over the union of `snapshot` and the files, and every error of every file is reported at
    /// once. Costs about linear in the number of objects.
    /// - Parameters:
    ///   - files: Texts with their paths; their order does not matter, but where the same file was named twice, such
    ///     as by a folder and by a folder in it, the first naming and its origin count.
    ///   - records: Records that other readers have parsed; they come after those of the files.
    ///   - snapshot: The recorded state.
    ///   - origins: The recorded origin of each object. One that another origin manages cannot be loaded.
    ///   - prune: Whether recorded objects of the same origins that the files no longer hold will be deleted; the
    ///     rules then look at the inventory without them.
    /// - Throws: ``Notation/InputErrors`` with all errors, or ``EmptyInventory`` when there was not one object.
    public static func load(
        _ files: [InventoryFile], records: [InventoryRecord] = [], onto snapshot: Snapshot,
        origins: [ObjectID: String] = [:], prune: Bool = false
    ) throws -> LoadedInventory {
        var places: Set<InventoryFile.Place> = []
        let files = files.filter { places.insert($0.place).inserted }
        let report = Report()
        var drafts: [Draft] = []
        var makers: [DeviceTypeFile.Maker] = []
        var shapes = RowShapes()
        for file in files {
            var reader = FileReader(origin: file.origin, report: report)
            reader.shapes = shapes
            reader.read(file)
            drafts += reader.drafts
            makers += reader.makers
            shapes = reader.shapes
        }
        for record in records {
            var reader = FileReader(origin: record.origin, report: report)
            reader.read(record)
            drafts += reader.drafts
        }
        drafts += DeviceTypeFile.drafts(of: makers, beside: drafts, snapshot: snapshot, origins: origins)
        if drafts.isEmpty, report.errors.isEmpty { throw EmptyInventory(files: files.map(\.path)) }
        var index = index(drafts, origins, report)
        let loadedOrigins = Set(files.map(\.origin) + records.map(\.origin))
        var kept: Set<ObjectID> = []
        do {
            var stamping = Stamping(drafts: drafts, index: index, snapshot: snapshot)
            if stamping.isNeeded {
                drafts = []
                stamping.run()
                (drafts, index) = (stamping.drafts, stamping.index)
                let absent = leftovers(snapshot, origins, loadedOrigins) { index[$0] == nil }
                kept = Set(absent.filter { stamping.implies($0) })
            }
        }
        let gone =
            prune ? leftovers(snapshot, origins, loadedOrigins) { index[$0] == nil && !kept.contains($0) } : []
        var resolver = ReferenceResolver(
            drafts: drafts, index: index, snapshot: snapshot, gone: Set(gone), report: report,
            isComplete: !report.hasUnreadableFile)
        // One owner at a time: what is changed in place is not copied.
        drafts = []
        drafts = resolver.resolved()
        Primaries.fill(&drafts, index, report)
        CustomFields(drafts, index, snapshot, Set(gone), report).apply(to: &drafts)
        let union = Union(drafts: drafts, index: index, snapshot: snapshot, gone: Set(gone), origins: origins)
        Rules(union: union, report: report).check()
        if !report.errors.isEmpty { throw InputErrors(report.errors) }
        return LoadedInventory(
            objects: drafts.map {
                LoadedObject(object: Object(id: $0.id, fields: $0.fields), origin: $0.origin, position: $0.position)
            },
            warnings: report.warnings, files: files.map(\.path), origins: Array(loadedOrigins), kept: kept)
    }

    /// Recorded objects of `loaded` origins for which `isAbsent` holds.
    static func leftovers(
        _ snapshot: Snapshot, _ origins: [ObjectID: String], _ loaded: Set<String>, _ isAbsent: (ObjectID) -> Bool
    ) -> [ObjectID] {
        if origins.isEmpty { return [] }
        return snapshot.all.map(\.id).filter { id in origins[id].map(loaded.contains) ?? false && isAbsent(id) }
    }

    /// The drafts by id; the first of equal ids counts, the others are errors that name it.
    private static func index(
        _ drafts: [Draft], _ origins: [ObjectID: String], _ report: Report
    ) -> [ObjectID: Int] {
        var index: [ObjectID: Int] = [:]
        index.reserveCapacity(drafts.count)
        for (i, draft) in drafts.enumerated() {
            if let first = index[draft.id] {
                report.error(
                    draft.position, Subject(draft.id),
                    "this \(draft.id.kind.rawValue) stands twice, "
                        + "also at \(drafts[first].position.short)",
                    KindTable.of(draft.id.kind).fields["slug"] == nil
                        ? "keep one of them" : "keep one of them, or give one another slug:")
                continue
            }
            index[draft.id] = i
            if let other = origins[draft.id], other != draft.origin {
                report.error(
                    draft.position, Subject(draft.id),
                    "origin \(other) manages it already, this is origin \(draft.origin)",
                    "keep it in the files of one of the two")
            }
        }
        return index
    }
}

/// Carries `primary: true` and `oob: true` of addresses over to the machines.
enum Primaries {
    static func fill(_ drafts: inout [Draft], _ index: [ObjectID: Int], _ report: Report) {
        var claims: [Int: [String: Int]] = [:]
        for (i, draft) in drafts.enumerated() where draft.id.kind == .ipAddress && index[draft.id] == i {
            for (mark, oob) in [("is_primary", false), ("is_oob", true)] where draft.fields[mark]?.bool == true {
                guard let machine = machine(of: draft, drafts, index), let host = host(draft) else { continue }
                let field = oob ? "oob_ip" : host.contains(":") ? "primary_ip6" : "primary_ip4"
                if let other = claims[machine]?[field] {
                    report.error(
                        draft.place(mark), Subject(draft.id),
                        "\(drafts[machine].id) has another \(field) at \(drafts[other].position.short)",
                        "mark one address only")
                    continue
                }
                claims[machine, default: [:]][field] = i
                let present = drafts[machine].fields[field]?.string
                if present == nil {
                    drafts[machine].fields[field] = .string(host)
                } else if let present, present != host, !oob {
                    report.error(
                        draft.place(mark), Subject(draft.id),
                        "it is marked primary, but \(drafts[machine].id) has \(field) \(present)",
                        "leave one of the two out")
                }
            }
        }
    }

    private static func machine(of draft: Draft, _ drafts: [Draft], _ index: [ObjectID: Int]) -> Int? {
        guard let interface = draft.fields["assigned_object"]?.string,
            let i = index[ObjectID(.interface, interface)],
            let machine = drafts[i].fields["device"]?.string.flatMap({ ObjectID($0) })
        else { return nil }
        return index[machine]
    }

    private static func host(_ draft: Draft) -> String? {
        draft.fields["address"]?.string?.split(separator: "/").first.map(String.init)
    }
}
