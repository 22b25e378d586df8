public import CMDB
import Notation

/// The one-line diagram of a site's power: grid and generators above, then panels, UPS, feeds, and racks below.
public enum PowerDiagram {
    /// Draws the power of one site, or of all, each in a frame of its own.
    /// - Throws: `unknown` for a site that is not there, `nothing` when no power is recorded, `colour`.
    public static func draw(
        _ snapshot: Snapshot, site: String? = nil, options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> GraphPicture {
        let colour = try options.colouring([.status, .level])
        let place = try Place.find(site, in: snapshot)
        let lines = PowerLines(snapshot, site: place?.id)
        guard !lines.nodes.isEmpty else {
            throw .nothing(
                "there is no power recorded\(place.map { " at \($0.id)" } ?? ""): 0 panels, UPS, generators and feeds; write them under `power_panels:`, `ups:`, `generators:`, `power_feeds:` and apply"
            )
        }
        var drawer = Drawer(snapshot: snapshot, lines: lines, colour: colour, options: options)
        return drawer.draw(place)
    }

    struct Drawer {
        let snapshot: Snapshot
        let lines: PowerLines
        let colour: ColourBy
        let options: PictureOptions
        let words: Words
        let levels: [ObjectID: Int]

        init(snapshot: Snapshot, lines: PowerLines, colour: ColourBy, options: PictureOptions) {
            self.snapshot = snapshot
            self.lines = lines
            self.colour = colour
            self.options = options
            words = Words(language: options.language)
            levels = lines.levels(Levels(snapshot))
        }

        mutating func draw(_ place: Object?) -> GraphPicture {
            func count(_ kind: Kind) -> Int { lines.nodes.filter { $0.kind == kind && !PowerLines.isGrid($0) }.count }
            let counts = [Kind.generator, .ups, .device, .powerPanel, .powerFeed, .rack, .coolingUnit].compactMap {
                kind in
                count(kind) == 0 ? nil : "\(count(kind)) \(words.kind(kind).lowercased(kind, words))"
            }
            var file = DotFile(
                title: words("Sơ đồ điện một sợi", "One-line power diagram")
                    + (place.map { " – " + $0.displayName } ?? ""),
                subtitle: (counts + Place.dated(options, words)).joined(separator: " · "))
            // Graphviz routes many right-angled lines slowly and badly.
            let routing = lines.lines.count <= 120 ? "splines=ortho" : "splines=polyline"
            file.attributes = [
                "rankdir=TB", "nodesep=0.3", "ranksep=0.55", "newrank=true", "ordering=out", routing,
            ]
            let heaps = lines.heaps(limit: options.limit)
            let bySite = Dictionary(grouping: lines.nodes) { lines.site(of: $0) }
            for site in bySite.keys.sorted(by: { ($0?.key ?? "") < ($1?.key ?? "") }) {
                let inside = (bySite[site] ?? []).filter { heaps.standIn[$0] == nil }
                let piles = heaps.piles.filter { lines.site(of: $0.members[0]) == site }
                func fill(_ file: inout DotFile) {
                    for id in inside { file.node(id.description, table(id)) }
                    for pile in piles { file.node(pile.id, heap(pile)) }
                }
                if bySite.count > 1, let site {
                    let name = DotText.bold(snapshot[site]?.displayName ?? site.key, size: 13)
                    file.cluster(
                        "site/\(site.key)",
                        ["label=<\(name)>", "labeljust=l", "color=\"\(Palette.line)\"", "margin=16"], fill)
                } else {
                    fill(&file)
                }
            }
            let bottom = lines.nodes.filter { $0.kind == .rack || $0.kind == .coolingUnit }.map {
                heaps.standIn[$0] ?? $0.description
            }
            let names = Set(bottom).sorted().map(DotText.quoted)
            if !names.isEmpty { file.add("{ rank=sink; \(names.joined(separator: "; ")); }") }
            edges(heaps, &file)
            if !heaps.piles.isEmpty {
                let hidden = heaps.standIn.count
                file.notes.append(
                    words(
                        "\(hidden) nguồn cấp và tủ được gộp thành \(heaps.piles.count) ô (quá \(options.limit) ô)",
                        "\(hidden) feeds and racks are drawn as \(heaps.piles.count) heaps (more than \(options.limit) boxes)"
                    ))
            }
            let dark = lines.nodes.filter { $0.kind == .rack && lines.above[$0] == nil }
            if !dark.isEmpty {
                let names = dark.prefix(6).map { snapshot[$0]?.displayName ?? $0.key }.joined(separator: ", ")
                file.notes.append(
                    words("\(dark.count) tủ chưa ghi nguồn cấp: ", "\(dark.count) racks without a recorded feed: ")
                        + names + (dark.count > 6 ? ", …" : ""))
            }
            legend(&file)
            return file.picture()
        }

        private func edges(_ heaps: PowerLines.Heaps, _ file: inout DotFile) {
            var drawn: Set<String> = []
            for line in lines.lines {
                let from = heaps.standIn[line.from] ?? line.from.description
                let to = heaps.standIn[line.to] ?? line.to.description
                guard from != to, drawn.insert(from + "\u{1F}" + to).inserted else { continue }
                let side = lines.side(of: line.to) ?? lines.side(of: line.from)
                let colour = side == "a" ? Palette.sideA : side == "b" ? Palette.sideB : Palette.dark
                let isReserve = line.from.kind == .generator
                file.edge(
                    from, to,
                    [
                        "dir=none", "penwidth=2", "color=\"\(colour)\"", "style=\(isReserve ? "dashed" : "solid")",
                    ])
            }
        }

        private func legend(_ file: inout DotFile) {
            if colour == .status {
                let states = Set(lines.nodes.compactMap { snapshot[$0]?.text("status") }).sorted()
                file.legend += states.map { .swatch(Palette.status($0), words.status($0)) }
            } else {
                let shown = Set(levels.values).sorted()
                file.legend += shown.map { .swatch(Palette.level($0), words.levelName($0)) }
            }
            let sides = Set(lines.nodes.compactMap { lines.side(of: $0) })
            if sides.contains("a") {
                file.legend.append(.line("━━", colour: Palette.sideA, words("nhánh A", "side A")))
            }
            if sides.contains("b") {
                file.legend.append(.line("━━", colour: Palette.sideB, words("nhánh B", "side B")))
            }
            if lines.lines.contains(where: { $0.from.kind == .generator }) {
                file.legend.append(
                    .line("╍╍", colour: Palette.dark, words("máy phát dự phòng", "generator in reserve")))
            }
        }
    }
}

extension String {
    /// In the middle of a line; abbreviations stay as they are.
    fileprivate func lowercased(_ kind: Kind, _ words: Words) -> String {
        kind == .ups && words.language == .en ? self : lowercased()
    }
}
