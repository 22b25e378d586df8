import CMDB
import Notation

extension PowerDiagram.Drawer {
    private func ink(_ id: ObjectID) -> Ink {
        if PowerLines.isGrid(id) { return Ink("#43505c") }
        if colour == .level { return Palette.level(levels[id]) }
        return Palette.status(snapshot[id]?.text("status") ?? "")
    }

    /// A box with a plate for its kind and side, its name and its figures.
    func table(_ id: ObjectID) -> String {
        let ink = ink(id)
        let object = snapshot[id]
        let name = object?.displayName ?? lines.gridName(id, words)
        let status = object?.text("status") ?? "active"
        var plate = symbol(id)
        if let side = lines.side(of: id) { plate += " " + side.uppercased() }
        let isSmall = id.kind == .powerFeed
        let rows =
            DrawnText.lines(name, width: isSmall ? 14 : 22).map {
                DotText.bold($0, size: isSmall ? 10 : 11.5, colour: ink.text)
            }
            + figures(id, object).map { DotText.plain($0, size: 9.5, colour: ink.text) }
            + (status == "active" ? [] : [DotText.bold("● " + words.status(status), size: 9.5, colour: ink.text)])
        let level = id.kind == .rack || colour == .level ? levels[id] : nil
        let head =
            DotText.plain(plate, size: 9.5, colour: Palette.dark)
            + (level.map { "&#160;&#160;" + DotText.bold(words.level($0), size: 9.5) } ?? "")
        let border = Palette.isPlanned(status) ? " STYLE=\"DASHED\"" : ""
        let weight = id.kind == .powerPanel && !PowerLines.isGrid(id) ? 3 : 1
        return "<TABLE BORDER=\"\(weight)\" COLOR=\"\(Palette.dark)\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
            + "CELLPADDING=\"3\" BGCOLOR=\"\(ink.fill)\"\(border)>"
            + "<TR><TD ALIGN=\"LEFT\" BGCOLOR=\"#ffffff\">\(head)</TD></TR>"
            + DotText.row(DotText.stack(rows)) + "</TABLE>"
    }

    /// What stands for the kind; letters, so that every font has them.
    private func symbol(_ id: ObjectID) -> String {
        if PowerLines.isGrid(id) { return words("~ LƯỚI ĐIỆN", "~ GRID") }
        switch id.kind {
        case .generator: return words("(G) MÁY PHÁT", "(G) GENERATOR")
        case .ups: return "[=/~] UPS"
        case .powerPanel: return words("▬ TỦ ĐIỆN", "▬ PANEL")
        case .powerFeed: return words("NGUỒN", "FEED")
        case .rack: return words("▤ TỦ", "▤ RACK")
        case .coolingUnit: return words("❄ LẠNH", "❄ COOLING")
        default:
            let role = snapshot[id].flatMap { snapshot.target(of: "role", in: $0) }?.displayName
            return role?.uppercased() ?? words("THIẾT BỊ", "DEVICE")
        }
    }

    private func figures(_ id: ObjectID, _ object: Object?) -> [String] {
        guard let object else { return [] }
        func value(_ field: String, _ unit: String) -> String? {
            object[field]?.number.map { words.number($0) + unit }
        }
        switch id.kind {
        case .generator:
            let auto = object.flag("auto_start") ? words("tự khởi động", "starts by itself") : nil
            return [
                value("capacity_kva", " kVA"), value("fuel_hours", words(" giờ nhiên liệu", " h of fuel")), auto,
            ].compactMap { $0 }
        case .ups:
            return [value("capacity_kva", " kVA"), value("autonomy_minutes", words(" phút ắc quy", " min on battery"))]
                .compactMap { $0 }
        case .powerPanel:
            switch object.text("transfer") {
            case "automatic": return [words("chuyển nguồn tự động (ATS)", "automatic transfer (ATS)")]
            case "manual": return [words("chuyển nguồn bằng tay", "manual transfer")]
            default: return []
            }
        case .powerFeed:
            let volt = object.int("voltage").map { "\($0) V" }
            let ampere = object.int("amperage").map { "\($0) A" }
            let phases = object.text("phase") == "three-phase" ? words("3 pha", "3-phase") : nil
            let first = [volt, ampere, phases].compactMap { $0 }.joined(separator: " · ")
            return [first, RackElevation.capacity(object).map(words.power) ?? ""].filter { !$0.isEmpty }
        case .rack:
            let elevation = RackElevation(object, in: snapshot)
            let power = elevation.power(snapshot)
            let limit = object["max_power_kw"]?.number.map { "/" + words.power($0 * 1000) } ?? ""
            let draw = power.known > 0 ? words.power(power.allocated) + limit : nil
            return [words("\(power.devices) thiết bị", "\(power.devices) devices")] + [draw].compactMap { $0 }
        case .coolingUnit: return [value("capacity_kw", " kW")].compactMap { $0 }
        default:
            return [snapshot.target(of: "device_type", in: object)?.text("model")].compactMap { $0 }
        }
    }

    /// Many alike in one box that says how many and names the first.
    func heap(_ pile: PowerLines.Pile) -> String {
        let kind = pile.members[0].kind
        let names = pile.members.prefix(4).map { snapshot[$0]?.displayName ?? $0.key }
        let lines =
            [DotText.bold("\(pile.members.count) × " + words.kind(kind), size: 12)]
            + names.map { DotText.plain(TextWidth.fit(DrawnText.clean($0), into: 160, size: 9.5), size: 9.5) }
            + (pile.members.count > 4 ? [DotText.plain("… +\(pile.members.count - 4)", size: 9.5)] : [])
        return "<TABLE BORDER=\"2\" COLOR=\"\(Palette.dark)\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\" "
            + "BGCOLOR=\"\(Palette.nothing.fill)\">\(DotText.row(DotText.stack(lines)))</TABLE>"
    }
}
