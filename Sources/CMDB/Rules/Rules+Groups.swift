import Notation

extension Rules {
    /// Ids of a VLAN group lie within it, once each; so do names.
    func checkVLANGroups() {
        for item in union.loadedItems(.vlanGroup) {
            guard let low = item.object.int("min_vid"), let high = item.object.int("max_vid"), low > high else {
                continue
            }
            report.error(
                union.place(item, "max_vid"), Subject(item.id), "max_vid \(high) is less than min_vid \(low)",
                "swap the two")
        }
        var seen: [[String]: Union.Item] = [:]
        for item in union.items(.vlan) {
            guard let group = union.target("group", .vlanGroup, of: item.object), let vid = item.object.int("vid")
            else { continue }
            let (low, high) = (group.int("min_vid") ?? 1, group.int("max_vid") ?? 4094)
            if vid < low || vid > high {
                let blamed = item.isLoaded ? item : union.loadedItems(.vlanGroup).first { $0.id == group.id }
                if let blamed {
                    report.error(
                        union.place(blamed, item.isLoaded ? "vid" : "max_vid"), Subject(blamed.id),
                        "vid \(vid) of \(item.id) lies outside \(low)-\(high) of group \(group.id.key)",
                        "use another id, or widen the group")
                }
            }
            for field in ["vid", "name"] {
                guard let value = item.object.fields[field]?.canonical,
                    let other = seen.updateValue(item, forKey: [group.id.key, field, value]),
                    // One site has its VLANs told apart already.
                    field == "name" || other.object.text("site") != item.object.text("site"),
                    let (here, there) = self.blamed(item, other)
                else { continue }
                report.error(
                    union.place(here, field), Subject(here.id),
                    "\(field) \(value) is taken in group \(group.id.key) by \(there.id) (\(union.whereabouts(there)))",
                    "use another \(field), or another group")
            }
        }
    }

    /// No group asks for more of its members than it has.
    func checkRedundancyGroups() {
        let groups = union.items(.redundancyGroup)
        guard !groups.isEmpty else { return }
        var edges: [String: Set<String>] = [:]
        for item in union.items(.dependency) {
            guard let group = item.object.text("redundancy_group"), let to = item.object.text("to") else { continue }
            edges[group, default: []].insert(to)
        }
        for item in groups where item.isLoaded {
            let group = item.object
            let members = edges[group.id.key, default: []].union(group.texts("members")).count
            func fail(_ field: String, _ problem: String, _ remedy: String) {
                report.error(union.place(item, field), Subject(item.id), problem, remedy)
            }
            if group.text("mode") == "k-of-n" {
                guard let required = group.int("required") else {
                    fail("mode", "k-of-n without required", "add required: with how many must live")
                    continue
                }
                if members > 0, required > members {
                    fail("required", "\(required) of \(members) members must live", "lower required, or add members")
                }
            } else if let required = group.int("required"), required != 1 {
                fail("required", "any-of with required \(required)", "write mode: k-of-n, or leave required out")
            }
            if members == 0 {
                report.warning(
                    union.place(item, "members"), Subject(item.id), "it has no member",
                    "add members:, or name it as redundancy_group: of dependencies")
            }
        }
    }

    /// What a firewall can be told: ports belong to TCP, UDP and SCTP, and no two rules contradict.
    func checkFlows() {
        var seen: [[String]: Union.Item] = [:]
        for item in union.items(.flow) {
            let flow = item.object
            let transport = flow.text("protocol") ?? "any"
            if item.isLoaded, flow.fields["ports"] != nil, transport == "any" || transport == "icmp" {
                report.error(
                    union.place(item, "ports"), Subject(item.id), "ports with protocol \(transport)",
                    "write protocol: tcp, udp or sctp, or leave ports out")
            }
            let key = [
                flow.text("source_zone") ?? "", flow.text("destination_zone") ?? "", transport,
                flow.fields["ports"]?.canonical ?? "",
            ]
            guard let other = seen[key] else {
                seen[key] = item
                continue
            }
            guard let (here, there) = blamed(item, other) else { continue }
            let isSame = here.object.text("action") == there.object.text("action")
            let problem = "\(there.id) (\(union.whereabouts(there))) \(isSame ? "says the same" : "says the opposite")"
            if isSame {
                report.warning(union.place(here, "action"), Subject(here.id), problem, "keep one of them")
            } else {
                report.error(union.place(here, "action"), Subject(here.id), problem, "keep one of them")
            }
        }
    }
}
