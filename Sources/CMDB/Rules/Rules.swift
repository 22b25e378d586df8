import Notation

/// The rules that look at several records together.
///
/// Each reports only what a loaded record takes part in: recorded ones passed when they were applied.
struct Rules {
    let union: Union
    let report: Report

    /// - Parameter withRecorded: Whether the validation rules of the inventory are held too.
    func check(withRecorded: Bool = true) {
        for kind in [Kind.location, .region, .siteGroup, .tenantGroup] { checkCycles(kind, "parent") }
        checkCycles(.software, "successor")
        checkCycles(.tenant, "parent")
        checkCycles(.tenant, "successor")
        checkDependencyCycles()
        checkSites()
        checkVLANs()
        checkRacks()
        AddressRules(union: union, report: report).check()
        checkRanges()
        checkDates()
        checkCables()
        checkParts()
        checkVLANGroups()
        checkRedundancyGroups()
        checkFlows()
        checkDefinitions()
        if withRecorded { ValidationRules(union: union, report: report).check() }
    }

    /// Following `field` from record to record must end.
    private func checkCycles(_ kind: Kind, _ field: String) {
        let items = union.items(kind)
        guard items.contains(where: { $0.isLoaded && $0.object.fields[field] != nil }) else { return }
        let byKey = Dictionary(items.map { ($0.id.key, $0) }, uniquingKeysWith: { first, _ in first })
        var done: Set<String> = []
        for item in items where item.isLoaded && !done.contains(item.id.key) {
            var path: [String] = []
            var onPath: [String: Int] = [:]
            var next: String? = item.id.key
            while let key = next, !done.contains(key), let here = byKey[key] {
                if let start = onPath[key] {
                    reportCycle(path[start...].compactMap { byKey[$0] }, field)
                    break
                }
                onPath[key] = path.count
                path.append(key)
                next = here.object.text(field)
            }
            done.formUnion(path)
        }
    }

    private func reportCycle(_ cycle: [Union.Item], _ field: String) {
        guard let first = cycle.first(where: \.isLoaded) else { return }
        let names = (cycle + cycle.prefix(1)).map(\.id.key).joined(separator: " -> ")
        report.error(
            union.place(first, field), Subject(first.id), "\(field) leads back to itself: \(names)",
            "break the circle at one of them")
    }

    /// `runs-on` and `depends-on` going in a circle: nothing in it could be started first.
    private func checkDependencyCycles() {
        var edges: [String: [(to: String, item: Union.Item)]] = [:]
        for item in union.items(.dependency) {
            guard let relation = item.object.text("relation"), relation == "runs-on" || relation == "depends-on",
                let from = item.object.text("from"), let to = item.object.text("to")
            else { continue }
            edges[from, default: []].append((to, item))
        }
        enum Color { case open, closed }
        var colors: [String: Color] = [:]
        for start in edges.keys.sorted() where colors[start] == nil {
            var stack: [(node: String, next: Int)] = [(start, 0)]
            colors[start] = .open
            while let top = stack.last {
                let out = edges[top.node] ?? []
                guard top.next < out.count else {
                    colors[top.node] = .closed
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let edge = out[top.next]
                switch colors[edge.to] {
                case .closed: break
                case .open:
                    let circle = stack.map(\.node).drop { $0 != edge.to } + [edge.to]
                    reportDependencyCycle(edge.item, Array(circle))
                case nil:
                    colors[edge.to] = .open
                    stack.append((edge.to, 0))
                }
            }
        }
    }

    private func reportDependencyCycle(_ item: Union.Item, _ circle: [String]) {
        let members = zip(circle, circle.dropFirst())
        let loaded =
            item.isLoaded
            ? item
            : union.loadedItems(.dependency).first { candidate in
                members.contains { candidate.object.text("from") == $0 && candidate.object.text("to") == $1 }
            }
        guard let loaded else { return }
        report.warning(
            union.place(loaded, "to"), Subject(loaded.id),
            "dependencies go in a circle: \(circle.joined(separator: " -> "))",
            "check which of them really needs the other")
    }

    /// What stands inside another must be at the same site.
    private func checkSites() {
        let nestings: [(kind: Kind, field: String, target: Kind)] = [
            (.location, "parent", .location), (.rack, "location", .location), (.device, "location", .location),
            (.device, "rack", .rack), (.device, "cluster", .cluster), (.virtualMachine, "cluster", .cluster),
            (.powerFeed, "rack", .rack),
        ]
        for nesting in nestings {
            for item in union.items(nesting.kind) {
                guard let site = item.object.text("site"),
                    let target = union.target(nesting.field, nesting.target, of: item.object),
                    let other = target.text("site"), other != site
                else { continue }
                reportSite(item, nesting.field, target, site, other)
            }
        }
        for item in union.loadedItems(.device) {
            guard let location = item.object.text("location"),
                let rack = union.target("rack", .rack, of: item.object),
                let other = rack.text("location"), other != location
            else { continue }
            report.error(
                union.place(item, "location"), Subject(item.id),
                "location is \(location), but its rack \(rack.id.key) stands in \(other)", "correct one of the two")
        }
    }

    private func reportSite(_ item: Union.Item, _ field: String, _ target: Object, _ site: String, _ other: String) {
        if item.isLoaded {
            report.error(
                union.place(item, field), Subject(item.id),
                "site is \(site), but \(field) \(target.id.key) is at site \(other)", "correct one of the two")
        } else if let moved = union.items(target.id.kind).first(where: { $0.id == target.id }), moved.isLoaded {
            report.error(
                union.place(moved, "site"), Subject(moved.id),
                "site is \(other), but \(item.id) in it is recorded at site \(site)", "move both, or neither")
        }
    }

    /// One 802.1Q id names one VLAN within a site (and VLAN group).
    private func checkVLANs() {
        struct Place: Hashable {
            let site: String?
            let group: String?
            let vid: Int
        }
        var seen: [Place: Union.Item] = [:]
        for item in union.items(.vlan) {
            guard let vid = item.object.int("vid") else { continue }
            let place = Place(site: item.object.text("site"), group: item.object.text("group"), vid: vid)
            guard let other = seen[place] else {
                seen[place] = item
                continue
            }
            guard item.isLoaded else { continue }
            report.error(
                union.place(item, "vid"), Subject(item.id),
                "vid \(vid) is taken by \(other.id) (\(union.whereabouts(other))) "
                    + (place.site.map { "at site \($0)" } ?? "among VLANs without site"),
                "use another vid, or put them into different groups")
        }
    }
}
