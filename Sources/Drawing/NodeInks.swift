import CMDB

/// The colour of any record, and the word that says the same.
struct NodeInks {
    let snapshot: Snapshot
    let colour: ColourBy
    let words: Words
    let levels: Levels
    private let roles: [String: Ink]

    init(_ snapshot: Snapshot, colour: ColourBy, words: Words) {
        self.snapshot = snapshot
        self.colour = colour
        self.words = words
        levels = Levels(snapshot)
        roles = Palette.roles(snapshot)
    }

    /// Ink and word; `order` sorts legends, and is empty where the colour has nothing to say.
    func of(_ id: ObjectID) -> (order: String, ink: Ink, word: String) {
        guard let object = snapshot[id] else { return ("", Palette.nothing, "") }
        switch colour {
        case .level:
            let level = levels.of(id) ?? object.int("security_level")
            return ("\(level ?? 0)", Palette.level(level), words.levelName(level))
        case .status:
            guard let status = object.text("status") else { return ("", Palette.nothing, "") }
            return (status, Palette.status(status), words.status(status))
        case .zone:
            let zone =
                id.kind == .zone
                ? object
                : snapshot.target(of: "zone", in: object) ?? snapshot.targets(of: "zones", in: object).first
            guard let zone else { return ("~", Palette.nothing, words("không rõ vùng", "no zone")) }
            return (zone.id.key, Palette.zoneType(zone.text("zone_type") ?? ""), zone.displayName)
        case .role: return role(object)
        }
    }

    private func role(_ object: Object) -> (order: String, ink: Ink, word: String) {
        if let role = snapshot.target(of: "role", in: object) {
            return (role.id.key, roles[role.id.key] ?? Palette.nothing, role.displayName)
        }
        guard object.id.kind == .system, let role = object.text("role") else {
            return ("~", Palette.nothing, words("không rõ vai trò", "no role"))
        }
        let known = ["internal", "citizen_facing", "shared_infrastructure", "ics", "other"]
        let place = known.firstIndex(of: role) ?? 0
        return ("~" + role, Palette.tints[place + 1], words.systemRole(role))
    }

    /// One legend entry for each colour among `ids`.
    func legend(_ ids: some Sequence<ObjectID>) -> [LegendItem] {
        var items: [String: (Ink, String)] = [:]
        for id in ids {
            let look = of(id)
            if !look.order.isEmpty { items[look.order] = (look.ink, look.word) }
        }
        return items.keys.sorted().prefix(14).compactMap { key in items[key].map { .swatch($0.0, $0.1) } }
    }
}

extension Words {
    func systemRole(_ role: String) -> String {
        switch role {
        case "internal": self("nội bộ", "internal")
        case "citizen_facing": self("phục vụ người dân", "for citizens")
        case "shared_infrastructure": self("hạ tầng dùng chung", "shared infrastructure")
        case "ics": self("điều khiển công nghiệp", "industrial control")
        default: self("khác", "other")
        }
    }
}
