import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let databasePorts: Set<Int64> = [1433, 1521, 3306, 5432]

    static let zones: [String: Rule] = [
        "NET-DESIGN-01": { zone("internal", $0) },
        "NET-DESIGN-02": { zone("perimeter", $0) },
        "NET-DESIGN-03": { context in
            inside(context, zone("dmz", context), types: ["dmz"]) { service in service.text("exposure") == "internet" }
        },
        "NET-DESIGN-04": { zone("internal_server", $0) },
        "NET-DESIGN-05": wireless,
        "NET-DESIGN-06": { context in
            inside(context, zone("db", context), types: ["db"]) { service in
                (service["ports"]?.array ?? []).contains { $0.int.map(databasePorts.contains) ?? false }
            }
        },
        "NET-DESIGN-07": { zone("management", $0) },
        "NET-DESIGN-08": { zone("device_mgmt", $0) },
    ]

    private static func remedy(_ type: String) -> Bilingual {
        Bilingual(
            vi: "lập vùng \(type) với VLAN hoặc dải địa chỉ riêng và ghi vào hồ sơ",
            en: "make a \(type) zone with a VLAN or prefix of its own and register it")
    }

    /// Segments, VLANs and prefixes that say they belong to `zone`.
    static func networks(of zone: Object, _ snapshot: Snapshot) -> [Object] {
        [Kind.segment, .vlan, .prefix].flatMap { snapshot.referrers(of: zone.id, kind: $0, field: "zone") }
    }

    /// A zone of `type` exists around the system and has a network of its own.
    private static func zone(_ type: String, _ context: RuleContext) -> Verdict {
        var verdict = Verdict(remedy: remedy(type))
        guard !context.scene.zones.isEmpty else {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi vùng mạng nào của hệ thống hay của địa điểm đặt nó",
                "the inventory has no zone of the system or of its site")
        }
        let found = context.scene.zones(ofType: type)
        if found.isEmpty {
            for zone in context.scene.zones { verdict.cite(zone, "zone_type") }
            let types = Set(context.scene.zones.compactMap { $0.text("zone_type") }).sorted().joined(separator: ", ")
            return verdict.ending(
                .fail, .bad, "không có vùng loại \(type); đã ghi: \(types)",
                "no zone of type \(type); registered: \(types)")
        }
        var own = 0
        for zone in found {
            verdict.cite(zone, "zone_type")
            let networks = networks(of: zone, context.snapshot)
            for network in networks { verdict.cite(network, "zone") }
            if networks.isEmpty {
                verdict.say(.missing, zone.id, "chưa ghi VLAN hay dải địa chỉ", "no VLAN or prefix is registered")
            } else {
                own += 1
                let names = Set(networks.map(\.displayName)).sorted().prefix(5).joined(separator: ", ")
                verdict.say(.good, zone.id, "có mạng riêng: \(names)", "has networks of its own: \(names)")
            }
        }
        verdict.status = own > 0 ? .pass : .partial
        return verdict
    }

    /// On top of `verdict`: the machines of all services that `wanted` picks stand in a zone of one of `types`.
    private static func inside(
        _ context: RuleContext, _ verdict: Verdict, types: Set<String>, _ wanted: (Object) -> Bool
    ) -> Verdict {
        guard verdict.status == .pass || verdict.status == .partial else { return verdict }
        var verdict = verdict
        for service in context.scene.services where wanted(service) {
            guard let host = context.snapshot.target(of: "parent", in: service) else {
                verdict.say(
                    .missing, service.id, "chưa ghi máy chạy dịch vụ", "the machine that offers it is not registered")
                verdict.status = verdict.status == .fail ? .fail : .partial
                continue
            }
            guard let zone = context.snapshot.target(of: "zone", in: host) else {
                verdict.say(.missing, host.id, "chưa ghi vùng của máy", "its zone is not registered")
                verdict.status = verdict.status == .fail ? .fail : .partial
                continue
            }
            verdict.cite(host, "zone")
            if types.contains(zone.text("zone_type") ?? "") {
                verdict.say(.good, host.id, "ở vùng \(zone.displayName)", "stands in \(zone.displayName)")
            } else {
                verdict.say(
                    .bad, host.id, "chạy \(service.displayName) nhưng ở vùng \(zone.displayName)",
                    "offers \(service.displayName) but stands in \(zone.displayName)")
                verdict.status = .fail
            }
        }
        return verdict
    }

    /// "If any": a missing wireless zone is no proof that there is no wireless network.
    @Sendable private static func wireless(_ context: RuleContext) -> Verdict {
        let snapshot = context.snapshot
        var verdict = Verdict(remedy: remedy("wireless"))
        let segments = snapshot.objects(.segment).filter { segment in
            segment.text("purpose") == "wireless"
                && !context.scene.sites.isDisjoint(with: Snapshot.ids("site", in: segment))
        }
        for segment in segments {
            let zone = snapshot.target(of: "zone", in: segment)
            verdict.cite(segment, "zone")
            if let zone, zone.text("zone_type") != "wireless" {
                verdict.say(
                    .bad, segment.id, "mạng không dây nằm ở vùng \(zone.displayName)",
                    "a wireless network in zone \(zone.displayName)")
                verdict.status = .fail
            }
        }
        if verdict.status == .fail { return verdict }
        if context.scene.zones(ofType: "wireless").isEmpty {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi vùng không dây; nếu không có mạng không dây, ghi miễn trừ",
                "no wireless zone is registered; if there is no wireless network, record a waiver")
        }
        return zone("wireless", context)
    }
}
