import CMDB
import Notation

extension ZoneMap.Drawer {
    /// The Internet, the state network and other lines, at the zones in which they end.
    ///
    /// - Parameter frames: The frame that each guarded zone stands in; a line ends at the frame.
    func externals(_ frames: [ObjectID: String], _ file: inout DotFile) {
        let known = Set(zones.map(\.id))
        var lines: [String: [(circuit: Object, zone: ObjectID)]] = [:]
        for circuit in snapshot.objects(.circuit) {
            guard let device = snapshot.target(of: "terminates_on", in: circuit),
                let zone = Snapshot.ids("zone", in: device).first, known.contains(zone)
            else { continue }
            lines[circuit.text("type") ?? "", default: []].append((circuit, zone))
        }
        for type in lines.keys.sorted() {
            let ends = lines[type] ?? []
            let id = "external/\(type)"
            let title = DotText.bold(Self.network(type, words), size: 13, colour: "#ffffff")
            let rows = ends.prefix(8).map { end in
                let rate = end.circuit.int("commit_rate").map { " · " + Self.rate($0, words) } ?? ""
                let provider = snapshot.target(of: "provider", in: end.circuit)?.displayName ?? ""
                return DotText.row(
                    DotText.plain(
                        (end.circuit.text("cid") ?? "") + " · " + provider + rate, size: 10, colour: "#ffffff")
                )
            }
            let more =
                ends.count > 8 ? [DotText.row(DotText.plain("… +\(ends.count - 8)", size: 10, colour: "#ffffff"))] : []
            file.node(
                id,
                "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\" STYLE=\"ROUNDED\" "
                    + "BGCOLOR=\"#43505c\">\(DotText.row(title))\((rows + more).joined())</TABLE>")
            for zone in Set(ends.map(\.zone)).sorted() {
                let end = frames[zone].map { ["lhead=\(DotText.quoted($0))"] } ?? []
                file.edge(id, zone.description, ["dir=none", "penwidth=3", "color=\"#43505c\"", "weight=4"] + end)
            }
        }
    }

    private static func network(_ type: String, _ words: Words) -> String {
        switch type {
        case "internet": "Internet"
        case "tslcd-1": words("Mạng TSLCD cấp I", "State network, level I")
        case "tslcd-2": words("Mạng TSLCD cấp II", "State network, level II")
        case "leased-line": words("Kênh thuê riêng", "Leased lines")
        case "mpls": "MPLS"
        case "dark-fiber": words("Sợi quang riêng", "Dark fibre")
        default: type
        }
    }

    /// kbit/s as people say it.
    private static func rate(_ kilobits: Int, _ words: Words) -> String {
        if kilobits >= 1_000_000 { return words.number(Double(kilobits) / 1_000_000) + " Gbit/s" }
        if kilobits >= 1_000 { return words.number(Double(kilobits) / 1_000) + " Mbit/s" }
        return words.number(Double(kilobits)) + " kbit/s"
    }

    private struct Pair: Hashable {
        let from: ObjectID
        let to: ObjectID
        let action: String
    }

    /// One arrow for each pair of zones and action, with what it carries.
    func arrows(_ file: inout DotFile) {
        var pairs: [Pair: [Object]] = [:]
        for flow in flows {
            guard let from = Snapshot.ids("source_zone", in: flow).first,
                let to = Snapshot.ids("destination_zone", in: flow).first
            else { continue }
            pairs[Pair(from: from, to: to, action: flow.text("action") ?? "allow"), default: []].append(flow)
        }
        let order = pairs.keys.sorted {
            ($0.from, $0.to, $0.action) < ($1.from, $1.to, $1.action)
        }
        for pair in order {
            let isAllowed = pair.action == "allow"
            let colour = isAllowed ? Palette.allow : Palette.deny
            var texts: [String] = []
            for text in (pairs[pair] ?? []).map(label) where !texts.contains(text) { texts.append(text) }
            let shown = texts.count > 5 ? Array(texts.prefix(4)) + ["… +\(texts.count - 4)"] : texts
            let table =
                "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\" BGCOLOR=\"#ffffff\">"
                + shown.map { DotText.row(DotText.plain((isAllowed ? "" : "✕ ") + $0, size: 9.5, colour: colour)) }
                .joined() + "</TABLE>"
            file.edge(
                pair.from.description, pair.to.description,
                [
                    "label=<\(table)>", "color=\"\(colour)\"", "penwidth=\(isAllowed ? 1.6 : 1.4)",
                    "style=\(isAllowed ? "solid" : "dashed")", "arrowhead=\(isAllowed ? "normal" : "tee")",
                ])
        }
    }

    /// `tcp 443, 8443`; with the day by which it ends.
    private func label(_ flow: Object) -> String {
        let transport = flow.text("protocol") ?? "any"
        let ports = flow["ports"]?.array?.compactMap(\.int).sorted() ?? []
        var text = transport == "any" ? words("mọi giao thức", "any protocol") : transport
        if !ports.isEmpty {
            let shown = ports.prefix(6).map(String.init).joined(separator: ", ")
            text += " " + shown + (ports.count > 6 ? ", … +\(ports.count - 6)" : "")
        }
        if let end = flow.text("expires") { text += words(" (đến ", " (until ") + words.day(end) + ")" }
        return text
    }

    func legend(_ file: inout DotFile) {
        if colour == .level {
            let levels = Set(zones.compactMap { $0.int("security_level") }).sorted()
            file.legend += levels.map { .swatch(Palette.level($0), words.levelName($0)) }
            if zones.contains(where: { $0.int("security_level") == nil }) {
                file.legend.append(.swatch(Palette.level(nil), words.levelName(nil)))
            }
        } else {
            let types = Set(zones.compactMap { $0.text("zone_type") }).sorted()
            file.legend += types.map { .swatch(Palette.zoneType($0), words.zoneType($0)) }
        }
        file.legend.append(
            .line(
                "▣", colour: Palette.guardLine, words("khung: sau các tường lửa này", "frame: behind these firewalls")))
        if flows.contains(where: { $0.text("action") != "deny" }) {
            file.legend.append(.line("━━▶", colour: Palette.allow, words("luồng được phép", "allowed flow")))
        }
        if flows.contains(where: { $0.text("action") == "deny" }) {
            file.legend.append(.line("╍╍┫", colour: Palette.deny, words("luồng bị chặn (✕)", "denied flow (✕)")))
        }
        if file.statements.contains(where: { $0.contains("\"external/") }) {
            file.legend.append(.line("━━━", colour: "#43505c", words("đường truyền ra ngoài", "line to the outside")))
        }
    }
}
