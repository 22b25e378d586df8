public import CMDB
import Notation

/// Which side of a rack one looks at.
public enum RackFace: String, Sendable, CaseIterable {
    case front, rear
}

/// Elevations of racks, one A4 sheet each, ready to be printed for a walk through the hall.
public enum RackSheets {
    /// Draws one rack.
    /// - Parameter faces: Which sides; with one side the other half of the sheet lists the devices.
    /// - Throws: `unknown`, `colour`.
    public static func draw(
        _ snapshot: Snapshot, rack: String, faces: [RackFace] = RackFace.allCases,
        options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> Sheet {
        let id = ObjectID(.rack, rack)
        guard let object = snapshot[id] else { throw .unknown(id) }
        return try sheets(snapshot, [object], faces, options)[0]
    }

    /// Draws every rack of a site, or of all sites, in order of site and name.
    /// - Throws: `unknown` for a site that is not there, `nothing` when it has no rack, `colour`.
    public static func draw(
        _ snapshot: Snapshot, site: String?, faces: [RackFace] = RackFace.allCases,
        options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> [Sheet] {
        let place = try Place.find(site, in: snapshot)
        let all = snapshot.objects(.rack)
        let racks = all.filter { place == nil || Snapshot.ids("site", in: $0).first == place?.id }
        guard !racks.isEmpty else {
            throw .nothing(
                "there are 0 racks\(place.map { " at \($0.id)" } ?? "") of \(all.count): write them under `racks:` and apply"
            )
        }
        let ordered = racks.sorted { a, b in
            let (x, y) = (Snapshot.ids("site", in: a).first?.key ?? "", Snapshot.ids("site", in: b).first?.key ?? "")
            return x != y ? x < y : a.id < b.id
        }
        return try sheets(snapshot, ordered, faces, options)
    }

    private static func sheets(
        _ snapshot: Snapshot, _ racks: [Object], _ faces: [RackFace], _ options: PictureOptions
    ) throws(DrawingError) -> [Sheet] {
        let colour = try options.colouring([.role, .status, .level, .zone])
        let drawn = RackFace.allCases.filter { faces.isEmpty || faces.contains($0) }
        let inks = NodeInks(snapshot, colour: colour, words: Words(language: options.language))
        return racks.enumerated().map { index, rack in
            var sheet = RackSheet(
                elevation: RackElevation(rack, in: snapshot), snapshot: snapshot, faces: drawn, inks: inks,
                options: options, page: (index + 1, racks.count))
            return sheet.draw()
        }
    }
}

extension JSONValue {
    /// A number, whole or not.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
