import CMDB
import Topology

/// All systems on one sheet.
struct SystemOverview {
    private let drawer: SystemMap.Drawer
    private let systems: [Object]
    private var graph: SupportGraph { drawer.graph }
    private var words: Words { drawer.words }

    private struct Need: Hashable {
        let target: ObjectID
        let effect: Effect
    }

    init(_ drawer: SystemMap.Drawer) {
        self.drawer = drawer
        systems = drawer.graph.snapshot.objects(.system).sorted {
            let (a, b) = ($0.int("security_level") ?? 0, $1.int("security_level") ?? 0)
            return a != b ? a > b : $0.id < $1.id
        }
    }

    mutating func draw() -> GraphPicture {
        var needs: [ObjectID: [Need]] = [:]
        var fans: [ObjectID: Int] = [:]
        for system in systems {
            let found = self.needs(of: system.id)
            needs[system.id] = found
            for target in Set(found.map(\.target)) { fans[target, default: 0] += 1 }
        }
        // What so many need would only be a bundle of arrows: it gets a number instead. Ten numbers at most.
        let many = max(5, systems.count / 3)
        let busy = fans.filter { $0.value >= many }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shared = busy.prefix(10).map(\.key)
        let arrows = systems.flatMap { system in
            (needs[system.id] ?? []).filter { !shared.contains($0.target) }.map { (system.id, $0) }
        }
        let joined = Set(arrows.flatMap { [$0.0, $0.1.target] })
        func marks(_ id: ObjectID) -> String {
            let targets = Set((needs[id] ?? []).map(\.target))
            return shared.indices.filter { targets.contains(shared[$0]) }.map(Self.number).joined(separator: " ")
        }
        var file = DotFile(
            title: words("Sơ đồ phụ thuộc các hệ thống thông tin", "Dependency map of the information systems"),
            subtitle: ([
                words("\(systems.count) hệ thống", "\(systems.count) systems"),
                words("\(arrows.count) quan hệ vẽ bằng mũi tên", "\(arrows.count) relations drawn as arrows"),
                words("\(shared.count) nền tảng chung đánh số", "\(shared.count) shared platforms with a number"),
            ] + Place.dated(drawer.options, words)).joined(separator: " · "))
        file.attributes = ["rankdir=LR", "nodesep=0.2", "ranksep=1.1"]
        file.banners = platforms(shared, fans, marks)
        let alone = systems.map(\.id).filter { !joined.contains($0) && !shared.contains($0) }
        let starts = Set(arrows.map(\.0))
        for id in joined.sorted() where !shared.contains(id) || starts.contains(id) {
            file.node(id.description, drawer.table(id, marks: marks(id)))
        }
        list(alone, marks, &file)
        for (from, need) in arrows {
            file.edge(from.description, need.target.description, EffectStyle.of(need.effect).attributes)
        }
        file.legend =
            drawer.inks.legend(systems.map(\.id)) + drawer.arrowLegend(Set(arrows.map(\.1.effect)))
        return file.picture()
    }

    static func number(_ index: Int) -> String {
        Unicode.Scalar(0x2460 + UInt32(index)).map { String(Character($0)) } ?? "\(index + 1)"
    }

    /// What a system needs outside itself; its own machines, its zones and its site are left to its own map.
    private func needs(of system: ObjectID) -> [Need] {
        let own = Set(graph.snapshot[system].map(graph.snapshot.machines)?.map(\.id) ?? [])
        var seen: Set<Need> = []
        for requirement in graph.requirements(of: system) {
            for edge in requirement.members {
                switch edge.relation {
                case .consistsOf, .usesZone, .standsIn: continue
                default:
                    if edge.to != system, !own.contains(edge.to) {
                        seen.insert(Need(target: edge.to, effect: requirement.effect))
                    }
                }
            }
        }
        return seen.sorted { ($0.target, $0.effect.rawValue) < ($1.target, $1.effect.rawValue) }
    }

    /// The numbered platforms, in rows of four above the picture.
    private func platforms(
        _ shared: [ObjectID], _ fans: [ObjectID: Int], _ marks: (ObjectID) -> String
    ) -> [String] {
        guard !shared.isEmpty else { return [] }
        let title = words(
            "Nền tảng chung – số đứng trên mỗi hệ thống cần nó",
            "Shared platforms: the number stands on every system that needs one")
        var rows = ["<TABLE BORDER=\"0\">\(DotText.row(DotText.bold(title, size: 12)))</TABLE>"]
        for start in stride(from: 0, to: shared.count, by: 4) {
            let cells = (start..<min(start + 4, shared.count)).map {
                platform($0, shared[$0], fans[shared[$0]] ?? 0, marks(shared[$0]))
            }
            rows.append(
                "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\" CELLPADDING=\"4\"><TR>"
                    + cells.joined() + DotFile.fillers + "</TR></TABLE>")
        }
        return rows
    }

    private func platform(_ index: Int, _ id: ObjectID, _ fan: Int, _ marks: String) -> String {
        let ink = drawer.inks.of(id).ink
        let level = drawer.inks.levels.of(id) ?? graph.snapshot[id]?.int("security_level")
        let mark = level.map { words.level($0) + " · " } ?? ""
        let count = words("\(fan) hệ thống", "\(fan) systems")
        let name = DrawnText.lines(graph.displayName(id), width: 30).map {
            DotText.bold($0, size: 11, colour: ink.text)
        }
        let own = marks.isEmpty ? "" : words(" · cần ", " · needs ") + marks
        let last = DotText.plain("\(words.kind(id.kind)) · \(mark)\(count)\(own)", size: 9, colour: ink.text)
        return "<TD>\(DotText.bold(Self.number(index), size: 16))</TD>"
            + "<TD ALIGN=\"LEFT\" BALIGN=\"LEFT\" BGCOLOR=\"\(ink.fill)\" BORDER=\"1\" COLOR=\"\(Palette.line)\">"
            + DotText.stack(name + [last]) + "</TD>"
    }

    /// Systems without an arrow, in as many columns as they need.
    private func list(_ alone: [ObjectID], _ marks: (ObjectID) -> String, _ file: inout DotFile) {
        guard !alone.isEmpty else { return }
        let columns = alone.count > 24 ? 3 : alone.count > 8 ? 2 : 1
        let height = (alone.count + columns - 1) / columns
        var rows = ""
        for row in 0..<height {
            rows += "<TR>"
            for column in 0..<columns {
                let index = column * height + row
                guard index < alone.count else {
                    rows += "<TD></TD>"
                    continue
                }
                rows += cell(alone[index], marks(alone[index]))
            }
            rows += "</TR>"
        }
        let title = words(
            "Không nối với hệ thống nào khác ngoài nền tảng chung", "Joined to nothing but shared platforms")
        file.node(
            "alone",
            "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\" CELLPADDING=\"4\">"
                + "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"\(columns)\">\(DotText.bold(title, size: 13))</TD></TR>\(rows)</TABLE>"
        )
    }

    private func cell(_ id: ObjectID, _ marks: String) -> String {
        let look = drawer.inks.of(id)
        let ink = look.ink
        let level = words.level(graph.snapshot[id]?.int("security_level"))
        let name = DrawnText.lines(graph.displayName(id), width: 34).map {
            DotText.bold($0, size: 11, colour: ink.text)
        }
        let status = graph.snapshot[id]?.text("status") ?? "active"
        var more = [level]
        if status != "active" { more.append(words.status(status)) }
        if drawer.inks.colour == .zone || drawer.inks.colour == .role { more.append(look.word) }
        let last =
            DotText.plain(more.joined(separator: " · "), size: 9, colour: ink.text)
            + (marks.isEmpty ? "" : "&#160;&#160;" + DotText.bold(marks, size: 12, colour: ink.text))
        return "<TD ALIGN=\"LEFT\" BALIGN=\"LEFT\" BGCOLOR=\"\(ink.fill)\" BORDER=\"1\" COLOR=\"\(Palette.line)\">"
            + DotText.stack(name + [last]) + "</TD>"
    }
}
