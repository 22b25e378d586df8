import CMDB
public import Topology

/// Maps of information systems: what one stands on and who stands on it, or how all of them hang together.
public enum SystemMap {
    /// Draws one system: whom it serves on the left, what it needs on the right, `depth` steps far.
    /// - Throws: `unknown`, `colour`.
    public static func draw(
        _ graph: SupportGraph, system: String, depth: Int = 2, options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> GraphPicture {
        let colour = try options.colouring([.level, .status, .zone, .role])
        let id = ObjectID(.system, system)
        guard let object = graph.snapshot[id] else { throw .unknown(id) }
        let walk = SystemWalk(graph, root: id, depth: max(1, depth), limit: options.limit)
        let drawer = Drawer(graph: graph, colour: colour, options: options)
        return drawer.draw(object, walk, asked: max(1, depth))
    }

    /// Draws all systems. What very many need is drawn once with a number that stands on every system that needs it.
    /// - Throws: `nothing` when there is no system, `colour`.
    public static func draw(
        _ graph: SupportGraph, options: PictureOptions = PictureOptions()
    ) throws(DrawingError) -> GraphPicture {
        let colour = try options.colouring([.level, .status, .zone, .role])
        guard !graph.snapshot.objects(.system).isEmpty else {
            throw .nothing("there are 0 systems: write them under `systems:` and apply")
        }
        var drawer = SystemOverview(Drawer(graph: graph, colour: colour, options: options))
        return drawer.draw()
    }

    /// Boxes and legends that both maps share.
    struct Drawer {
        let graph: SupportGraph
        let options: PictureOptions
        let words: Words
        let inks: NodeInks

        init(graph: SupportGraph, colour: ColourBy, options: PictureOptions) {
            self.graph = graph
            self.options = options
            words = Words(language: options.language)
            inks = NodeInks(graph.snapshot, colour: colour, words: words)
        }

        func draw(_ system: Object, _ walk: SystemWalk, asked: Int) -> GraphPicture {
            let level = system.int("security_level")
            var file = DotFile(
                title: words("Sơ đồ phụ thuộc – ", "Dependency map – ") + system.displayName,
                subtitle: ([
                    words.levelName(level),
                    words(
                        "\(walk.boxes.count) ô, \(walk.arrows.count) mũi tên",
                        "\(walk.boxes.count) boxes, \(walk.arrows.count) arrows"),
                    words("sâu \(walk.depth) bước", "\(walk.depth) steps deep"),
                ] + Place.dated(options, words)).joined(separator: " · "))
            file.attributes = ["rankdir=LR", "nodesep=0.16", "ranksep=0.9"]
            for box in walk.boxes {
                file.node(
                    box.id, box.isHeap ? heap(box.members) : table(box.members[0], isRoot: box.members[0] == walk.root))
            }
            for hub in walk.hubs { file.mark(hub.id, hubLabel(hub)) }
            for arrow in walk.arrows { file.edge(arrow.from, arrow.to, EffectStyle.of(arrow.effect).attributes) }
            if walk.depth < asked {
                file.notes.append(
                    words(
                        "chỉ vẽ sâu \(walk.depth) bước thay vì \(asked) (quá \(options.limit) ô)",
                        "drawn \(walk.depth) steps deep instead of \(asked) (more than \(options.limit) boxes)"))
            }
            let hidden = walk.boxes.reduce(0) { $0 + $1.members.count - Self.named($1.members).count }
            if hidden > 0 {
                file.notes.append(
                    words(
                        "\(hidden) bản ghi chỉ được đếm trong ô gộp, không ghi tên (--limit, --depth)",
                        "\(hidden) records are only counted in a heap, not named (--limit, --depth)"))
            }
            file.legend = inks.legend(walk.boxes.flatMap(\.members)) + arrowLegend(Set(walk.arrows.map(\.effect)))
            if !walk.hubs.isEmpty {
                file.legend.append(
                    .line(
                        "(k/n)", colour: Palette.dark,
                        words("cần k trong n; ? là chưa ghi rõ", "k of n are needed; ? is not on record")))
            }
            return file.picture()
        }

        func arrowLegend(_ effects: Set<Effect>) -> [LegendItem] {
            Effect.allCases.filter(effects.contains).map {
                let style = EffectStyle.of($0)
                return .line(style.sample, colour: style.colour, words(style.vi, style.en))
            }
        }

        private func hubLabel(_ hub: SystemWalk.Hub) -> String {
            DotText.bold("\(hub.need)/\(hub.of)" + (hub.isAssumed ? "?" : ""), size: 9.5)
        }

        /// Kind and marks above, the name below, on the colour of the record.
        func table(_ id: ObjectID, isRoot: Bool = false, marks: String = "") -> String {
            let look = inks.of(id)
            let ink = look.ink
            let object = graph.snapshot[id]
            let status = object?.text("status") ?? "active"
            let level = inks.levels.of(id) ?? object?.int("security_level")
            var head = DotText.plain(kind(id), size: 9, colour: ink.text)
            if let level { head += "&#160;&#160;" + DotText.bold(words.level(level), size: 9, colour: ink.text) }
            if !marks.isEmpty { head += "&#160;&#160;" + DotText.bold(marks, size: 12, colour: ink.text) }
            let size = isRoot ? 15.0 : id.kind == .system ? 11.5 : 10.5
            var lines = DrawnText.lines(graph.displayName(id), width: isRoot ? 22 : 30).map {
                DotText.bold($0, size: size, colour: ink.text)
            }
            if status != "active" { lines.append(DotText.bold("● " + words.status(status), size: 9, colour: ink.text)) }
            if inks.colour == .zone || inks.colour == .role, !look.word.isEmpty {
                lines.append(DotText.plain(look.word, size: 9, colour: ink.text))
            }
            if id.kind == .redundancyGroup, let need = graph.requirements(of: id).first {
                let text = words(
                    "cần \(need.need) trong \(need.members.count)", "\(need.need) of \(need.members.count) needed")
                lines.append(DotText.plain(text, size: 9, colour: ink.text))
            }
            let border = isRoot ? 3 : 1
            let shape =
                [.system, .redundancyGroup].contains(id.kind) ? " STYLE=\"ROUNDED\(dash(status))\"" : dashed(status)
            return "<TABLE BORDER=\"\(border)\" COLOR=\"\(Palette.dark)\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
                + "CELLPADDING=\"3\" BGCOLOR=\"\(ink.fill)\"\(shape)>"
                + DotText.row(head) + DotText.row(DotText.stack(lines)) + "</TABLE>"
        }

        private func dash(_ status: String) -> String { Palette.isPlanned(status) ? ",DASHED" : "" }
        private func dashed(_ status: String) -> String { Palette.isPlanned(status) ? " STYLE=\"DASHED\"" : "" }

        private func kind(_ id: ObjectID) -> String {
            if graph.isVirtual(id), id.kind == .powerPanel { return words("Lưới điện", "Grid") }
            return words.kind(id.kind)
        }

        /// Those whose names stand in a heap: all of eight, six of more.
        static func named(_ members: [ObjectID]) -> ArraySlice<ObjectID> { members.prefix(members.count > 8 ? 6 : 8) }

        /// Many alike in one box that says how many and names some.
        func heap(_ members: [ObjectID]) -> String {
            let ink = inks.of(members[0]).ink
            let kinds = words.kind(members[0].kind)
            let names = Self.named(members)
            var lines = [DotText.bold("\(members.count) × \(kinds)", size: 11.5, colour: ink.text)]
            lines += names.map {
                let name = TextWidth.fit(DrawnText.clean(graph.displayName($0)), into: 190, size: 9.5)
                return DotText.plain(name, size: 9.5, colour: ink.text)
            }
            if names.count < members.count {
                lines.append(DotText.plain("… +\(members.count - names.count)", size: 9.5, colour: ink.text))
            }
            let level = members.compactMap { inks.levels.of($0) }.max()
            if let level { lines.append(DotText.bold(words.level(level), size: 9, colour: ink.text)) }
            return "<TABLE BORDER=\"3\" COLOR=\"\(Palette.line)\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\" "
                + "BGCOLOR=\"\(ink.fill)\">\(DotText.row(DotText.stack(lines)))</TABLE>"
        }
    }
}
