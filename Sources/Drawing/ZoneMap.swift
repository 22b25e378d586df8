public import CMDB

/// The map of network zones: what is in each, which firewalls stand at its border, which flows may cross.
///
/// Zones behind the same firewalls share a frame, so that an arrow that crosses the frame passes the firewalls.
public enum ZoneMap {
    /// Draws the zones of one site, or of all.
    /// - Throws: `unknown` for a site that is not there, `nothing` when there is no zone, `colour`.
    public static func draw(
        _ snapshot: Snapshot, site: String? = nil, options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> GraphPicture {
        let colour = try options.colouring([.level, .zone])
        let place = try Place.find(site, in: snapshot)
        let zones = snapshot.objects(.zone).filter { place == nil || Snapshot.ids("site", in: $0).first == place?.id }
        guard !zones.isEmpty else {
            throw .nothing(
                "there are 0 zones\(place.map { " at \($0.id)" } ?? "") of \(snapshot.objects(.zone).count): "
                    + "write them under `zones:` and apply")
        }
        var map = Drawer(snapshot: snapshot, zones: zones, colour: colour, options: options)
        return map.draw(place)
    }

    struct Drawer {
        let snapshot: Snapshot
        let zones: [Object]
        let colour: ColourBy
        let options: PictureOptions
        let words: Words
        let flows: [Object]
        let segments: [ObjectID: [Object]]
        var cut = 0
        /// More segments than this in one zone are counted, not listed.
        let segmentLimit: Int

        init(snapshot: Snapshot, zones: [Object], colour: ColourBy, options: PictureOptions) {
            self.snapshot = snapshot
            self.zones = zones
            self.colour = colour
            self.options = options
            words = Words(language: options.language)
            let known = Set(zones.map(\.id))
            flows = snapshot.objects(.flow).filter {
                Set(Snapshot.ids("source_zone", in: $0) + Snapshot.ids("destination_zone", in: $0)).isSubset(of: known)
            }
            func vid(_ segment: Object) -> Int {
                snapshot.target(of: "vlan", in: segment)?.int("vid") ?? .max
            }
            segments = Dictionary(
                uniqueKeysWithValues: zones.map {
                    let inside = snapshot.referrers(of: $0.id, kind: .segment, field: "zone")
                    return ($0.id, inside.sorted { (vid($0), $0.id) < (vid($1), $1.id) })
                })
            segmentLimit = max(3, options.limit / max(1, zones.count))
        }

        mutating func draw(_ place: Object?) -> GraphPicture {
            let sets = Dictionary(grouping: zones) { Set(Snapshot.ids("guarded_by", in: $0)).sorted() }
            let guards = Set(sets.keys.joined())
            let total = segments.values.reduce(0) { $0 + $1.count }
            var file = DotFile(
                title: words("Bản đồ vùng mạng", "Zone map") + (place.map { " – " + $0.displayName } ?? ""),
                subtitle: ([
                    words("\(zones.count) vùng", "\(zones.count) zones"),
                    words("\(total) phân đoạn", "\(total) segments"),
                    words("\(guards.count) tường lửa", "\(guards.count) firewalls"),
                    words("\(flows.count) luồng", "\(flows.count) flows"),
                ] + Place.dated(options, words)).joined(separator: " · "))
            file.attributes = ["rankdir=TB", "nodesep=0.45", "ranksep=0.75", "compound=true"]
            var frames: [ObjectID: String] = [:]
            for (index, set) in sets.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
                let inside = (sets[set] ?? []).sorted { $0.id < $1.id }
                if !set.isEmpty { for zone in inside { frames[zone.id] = "cluster_guard\(index)" } }
                frame(set, index, &file) { map, file in
                    for zone in inside { file.node(zone.id.description, map.table(zone)) }
                }
            }
            externals(frames, &file)
            arrows(&file)
            legend(&file)
            if cut > 0 {
                file.notes.append(
                    words(
                        "\(cut) phân đoạn chỉ được đếm, không liệt kê (quá \(segmentLimit) mỗi vùng)",
                        "\(cut) segments are counted, not listed (more than \(segmentLimit) in a zone)"))
            }
            return file.picture()
        }

        /// The frame of one set of firewalls; zones without any stand free.
        private mutating func frame(
            _ guards: [ObjectID], _ index: Int, _ file: inout DotFile, _ body: (inout Drawer, inout DotFile) -> Void
        ) {
            guard !guards.isEmpty else {
                body(&self, &file)
                return
            }
            let names = guards.map { snapshot[$0]?.displayName ?? $0.key }
            let title = DotText.bold(
                "▦ " + words("Tường lửa: ", "Firewalls: ") + names.joined(separator: " + "), size: 12,
                colour: Palette.guardLine)
            var map = self
            file.cluster(
                "guard\(index)",
                [
                    "label=<\(title)>", "labelloc=t", "labeljust=l", "style=\"filled\"", "penwidth=2.5",
                    "color=\"\(Palette.guardLine)\"", "fillcolor=\"\(Palette.guardPaper)\"", "margin=18",
                ]
            ) { file in body(&map, &file) }
            self = map
        }

        private mutating func table(_ zone: Object) -> String {
            let type = zone.text("zone_type") ?? ""
            let level = zone.int("security_level")
            let ink = colour == .level ? Palette.level(level) : Palette.zoneType(type)
            let name = DotText.stack(
                DrawnText.lines(zone.displayName, width: 26).map { DotText.bold($0, size: 13, colour: ink.text) })
            let policy =
                switch zone.text("default_policy") {
                case "deny": words("mặc định chặn", "default deny")
                case "allow": words("mặc định cho qua", "default allow")
                default: words("chưa có chính sách", "no policy")
                }
            let head =
                "<TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\" BGCOLOR=\"\(ink.fill)\" COLSPAN=\"2\">\(name)</TD>"
                + "<TD ALIGN=\"RIGHT\" BGCOLOR=\"\(ink.fill)\">\(DotText.bold(words.level(level), size: 13, colour: ink.text))</TD></TR>"
            let caption =
                "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"3\">"
                + DotText.plain(words.zoneType(type) + " · " + policy, size: 10, colour: Palette.grey) + "</TD></TR>"
            let all = segments[zone.id] ?? []
            let shown = all.count > segmentLimit ? Array(all.prefix(segmentLimit - 1)) : all
            var rows = shown.map(row)
            if all.count > shown.count {
                cut += all.count - shown.count
                rows.append(
                    wide(words("… và \(all.count - shown.count) phân đoạn nữa", "… \(all.count - shown.count) more")))
            }
            if all.isEmpty { rows.append(wide(words("chưa có phân đoạn", "no segment"))) }
            rows.append(wide(machines(zone)))
            return "<TABLE BORDER=\"1\" COLOR=\"\(Palette.line)\" BGCOLOR=\"#ffffff\" CELLBORDER=\"0\" "
                + "CELLSPACING=\"0\" CELLPADDING=\"4\">\(head)\(caption)<HR/>\(rows.joined())</TABLE>"
        }

        private func wide(_ text: String) -> String {
            "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"3\">\(DotText.plain(text, size: 10, colour: Palette.grey))</TD></TR>"
        }

        private func row(_ segment: Object) -> String {
            let vlan = snapshot.target(of: "vlan", in: segment)?.int("vid").map { "VLAN \($0)" } ?? "–"
            let networks = [segment.text("ipv4_prefix"), segment.text("ipv6_prefix")].compactMap { $0 }
            let name = DrawnText.lines(segment.displayName, width: 26).map { DotText.plain($0, size: 11) }
            let numbers = (networks.isEmpty ? ["–"] : networks).map { DotText.plain($0, size: 10) }
            let status = segment.text("status") ?? "active"
            let state = status == "active" ? [] : [DotText.plain("(\(words.status(status)))", size: 10)]
            return "<TR><TD ALIGN=\"LEFT\">\(DotText.plain(vlan, size: 10, colour: Palette.grey))</TD>"
                + "<TD ALIGN=\"LEFT\" BALIGN=\"LEFT\">\(DotText.stack(name + state))</TD>"
                + "<TD ALIGN=\"LEFT\" BALIGN=\"LEFT\">\(DotText.stack(numbers))</TD></TR>"
        }

        private func machines(_ zone: Object) -> String {
            let devices = snapshot.referrers(of: zone.id, kind: .device, field: "zone").count
            let virtual = snapshot.referrers(of: zone.id, kind: .virtualMachine, field: "zone").count
            return words("\(devices) thiết bị · \(virtual) máy ảo", "\(devices) devices · \(virtual) virtual machines")
        }
    }
}

/// Sites as pictures ask for them.
enum Place {
    static func find(_ site: String?, in snapshot: Snapshot) throws(DrawingError) -> Object? {
        guard let site else { return nil }
        let id = ObjectID(.site, site)
        guard let object = snapshot[id] else { throw .unknown(id) }
        return object
    }

    static func dated(_ options: PictureOptions, _ words: Words) -> [String] {
        options.asOf.isEmpty ? [] : [words("dữ liệu ngày ", "data of ") + words.day(options.asOf)]
    }
}
