import CMDB
import Evidence
import Foundation
import Notation
import Regulation

extension Rules {
    static let networkDesign: [String: Rule] = [
        "NET-DESIGN-09": capability(["vpn"], "mạng riêng ảo", "a VPN") { context in
            let secret = context.system.text("info") == "state_secret"
            let large = context.system.text("role") == "citizen_facing" && (context.system.int("users") ?? 0) >= 10_000
            return context.level >= 5 || (context.level >= 3 && secret) || (context.level == 3 && large)
        },
        "NET-DESIGN-10": guardedZones,
        "NET-DESIGN-11": centralAntiMalware,
        "NET-DESIGN-12": webProtection,
        "NET-DESIGN-14": redundantDevices,
        "NET-DESIGN-16": capability(
            ["anti-malware-gateway", "sandbox"], "lọc mã độc trên mạng", "network anti-malware"
        ) { _ in true },
        "NET-DESIGN-17": capability(["anti-ddos"], "chống từ chối dịch vụ", "anti-DoS") { context in
            context.level >= 5 || context.system.text("role") == "shared_infrastructure"
        },
        "NET-DESIGN-18": capability(["nac", "802-1x"], "quản lý truy cập mạng", "network access control") { context in
            context.level >= 5 || context.system.text("role") == "shared_infrastructure"
        },
        "NET-DESIGN-19": monitored,
        "NET-DESIGN-20": capability(["siem"], "SIEM", "a SIEM") { _ in true },
        "NET-DESIGN-22": capability(["dlp"], "chống thất thoát dữ liệu", "data loss prevention") { context in
            context.system.text("info") == "state_secret"
        },
        "NET-DESIGN-25": capability(["pam"], "quản lý tài khoản đặc quyền", "privileged access management") { _ in true
        },
        "NET-DESIGN-23": internetLinks,
        "NET-DESIGN-26": standbyDistance,
        "NET-DESIGN-27": standbyLinks,
    ]

    /// A machine near the system can do one of `names`. Without one it fails where a product is asked, else a plan
    /// on paper may do and there is no evidence.
    private static func capability(
        _ names: Set<String>, _ vi: String, _ en: String,
        required: @escaping @Sendable (RuleContext) -> Bool
    ) -> Rule {
        { context in
            var verdict = Verdict(
                remedy: Bilingual(vi: "triển khai \(vi) và ghi vào hồ sơ", en: "deploy \(en) and register it"))
            let found = context.scene.capable(names)
            for machine in found {
                verdict.cite(machine, "capabilities")
                verdict.say(.good, machine.id, "hồ sơ ghi có \(vi)", "is registered as offering \(en)")
            }
            if !found.isEmpty {
                verdict.status = .pass
                return verdict
            }
            guard context.scene.capabilitiesKnown else {
                return verdict.ending(
                    .noEvidence, .missing, "hồ sơ chưa ghi khả năng (capabilities) của thiết bị nào",
                    "the inventory lists no capabilities of any machine")
            }
            for machine in context.scene.neighbours where !machine.texts("capabilities").isEmpty {
                verdict.cite(machine, "capabilities")
            }
            return required(context)
                ? verdict.ending(
                    .fail, .bad, "cấp \(context.level) và loại hệ thống này buộc có \(vi), hồ sơ không có",
                    "level \(context.level) and this kind of system ask for \(en), the inventory has none")
                : verdict.ending(
                    .noEvidence, .needsDocument, "không thấy \(vi); cần văn bản phương án tương đương",
                    "no \(en) registered; a plan with an equivalent is needed")
        }
    }

    @Sendable private static func guardedZones(_ context: RuleContext) -> Verdict {
        let remedy = Bilingual(
            vi: "đặt tường lửa có chống xâm nhập giữa các vùng, mặc định chặn, ghi guarded_by và default_policy",
            en:
                "put a firewall with intrusion prevention between zones, deny by default, record guarded_by and default_policy"
        )
        return Quantifier.every(
            context.scene.zones, context, noun: Bilingual(vi: "vùng mạng", en: "zones"), remedy: remedy
        ) { zone in
            let snapshot = zone.context.snapshot
            let policy = zone.inventory(zone.object, "default_policy")?.string
            if policy == "allow" { return .fail("mặc định cho qua", "allows by default") }
            let guards = snapshot.targets(of: "guarded_by", in: zone.object)
            zone.inventory(zone.object, "guarded_by")
            for device in guards { zone.inventory(device, "capabilities") }
            let known = guards.filter { !$0.texts("capabilities").isEmpty }
            guard let policy, !known.isEmpty else {
                return .unknown(
                    "chưa ghi đủ default_policy, guarded_by và capabilities",
                    "default_policy, guarded_by and capabilities are not all registered")
            }
            let names = known.map(\.displayName).joined(separator: ", ")
            guard known.contains(where: { $0.texts("capabilities").contains("firewall") }) else {
                return .fail("\(names) không phải tường lửa", "\(names) is no firewall")
            }
            let product = zone.context.level >= 5
            let near = product ? zone.context.scene.capable(["nips"]) : known + zone.context.scene.capable(["nips"])
            let prevention: Set<String> = product ? ["nips"] : ["ips", "nips"]
            return near.contains(where: { !prevention.isDisjoint(with: $0.texts("capabilities")) })
                ? .pass("\(policy), do \(names) bảo vệ", "\(policy), guarded by \(names)")
                : .fail(
                    product ? "chưa có sản phẩm chống xâm nhập mạng (nips)" : "\(names) không có chống xâm nhập",
                    product ? "no network IPS product (nips)" : "\(names) has no intrusion prevention")
        }
    }

    @Sendable private static func centralAntiMalware(_ context: RuleContext) -> Verdict {
        var verdict = machines(remedy: malwareRemedy.vi, malwareRemedy.en, malwareAgent)(context)
        guard context.level >= 3, verdict.status == .pass else { return verdict }
        let central = context.scene.capable(["anti-malware", "edr"])
        for machine in central { verdict.cite(machine, "capabilities") }
        return central.isEmpty
            ? verdict.ending(
                .partial, .missing, "máy nào cũng có, nhưng hồ sơ không có máy quản lý tập trung (anti-malware)",
                "every server has it, but no central management (anti-malware) is registered")
            : verdict.ending(
                .pass, .good, "hồ sơ ghi nơi quản lý tập trung: \(central[0].displayName)",
                "central management is registered: \(central[0].displayName)")
    }

    @Sendable private static func webProtection(_ context: RuleContext) -> Verdict {
        let remedy = Bilingual(
            vi: "đặt tường lửa ứng dụng web trước dịch vụ và ghi trường waf",
            en: "put a WAF before the service and record waf")
        let web = context.scene.services.filter { $0.text("exposure") == "internet" }
        var verdict = Quantifier.every(
            web, context, noun: Bilingual(vi: "dịch vụ web ra Internet", en: "services open to the Internet"),
            remedy: remedy
        ) { service in
            service.inventory(service.object, "waf")
            if let waf = service.context.snapshot.target(of: "waf", in: service.object) {
                return .pass("hồ sơ ghi đứng sau \(waf.displayName)", "registered behind \(waf.displayName)")
            }
            return service.context.system.text("role") == "citizen_facing"
                ? .fail("không có tường lửa ứng dụng web", "no web application firewall")
                : .unknown(
                    "không có tường lửa ứng dụng web; cần văn bản phương án",
                    "no web application firewall; a plan is needed")
        }
        if web.isEmpty, !context.scene.services.isEmpty,
            context.scene.services.allSatisfy({ $0.text("exposure") != nil })
        {
            verdict.status = .notApplicable
            verdict.reasons = []
            for service in context.scene.services { verdict.cite(service, "exposure") }
            verdict.say(.note, nil, "không dịch vụ nào mở ra Internet", "no service is open to the Internet")
        }
        return verdict
    }

    @Sendable private static func redundantDevices(_ context: RuleContext) -> Verdict {
        let scene = context.scene
        let every = context.level >= 5
        let wanted: Set<String> = ["firewall", "waf", "db-firewall"]
        let main = scene.neighbours.filter { machine in
            switch MachineClass.of(machine) {
            case .network where every: true
            case .storage: context.level >= 3
            default:
                machine.text("role")?.split(separator: "-").contains("core") == true
                    || !wanted.isDisjoint(with: machine.texts("capabilities"))
            }
        }
        let remedy = Bilingual(
            vi: "thêm thiết bị dự phòng và ghi cùng ha_group",
            en: "add a standby device and record one ha_group for both")
        return Quantifier.every(
            main, context, noun: Bilingual(vi: "thiết bị mạng chính", en: "main network devices"), remedy: remedy
        ) { device in
            let snapshot = device.context.snapshot
            let group = device.inventory(device.object, "ha_group")?.string
            let peers = snapshot.objects(device.object.id.kind).filter {
                $0.id != device.object.id && group != nil && $0.text("ha_group") == group
                    && ($0.text("status") ?? "active") == "active"
            }
            for peer in peers { device.inventory(peer, "ha_group") }
            if let peer = peers.first {
                return .pass(
                    "hồ sơ ghi cùng nhóm dự phòng với \(peer.displayName)",
                    "registered in one standby group with \(peer.displayName)")
            }
            let spare = snapshot.objects(.device).first {
                $0.text("status") == "inventory" && $0.text("device_type") == device.object.text("device_type")
            }
            if device.context.level <= 2, let spare {
                device.inventory(spare, "status")
                return .pass("có máy thay thế \(spare.displayName)", "spare \(spare.displayName) in store")
            }
            return .fail("chỉ có một, không có dự phòng đang chạy", "alone, without an active standby")
        }
    }

    @Sendable private static func monitored(_ context: RuleContext) -> Verdict {
        Quantifier.every(
            MachineScope.all.machines(context.scene), context, noun: MachineScope.all.noun,
            remedy: Bilingual(
                vi: "ghi monitoring cho máy và chạy thăm dò định kỳ",
                en: "record monitoring for the machine and probe it regularly")
        ) { machine in
            guard machine.inventory(machine.object, "monitoring") != nil else {
                return .fail("chưa có cách giám sát trong hồ sơ", "has no monitoring target")
            }
            guard let fact = machine.context.facts.newest(machine.object.id) else {
                return .unknown("không có dữ kiện nào còn hạn", "no fact is still valid")
            }
            machine.rest(on: fact)
            return .pass(
                "có dữ kiện còn hạn, mới nhất lúc \(fact.observedAt)",
                "has valid facts, the newest of \(fact.observedAt)")
        }
    }

    @Sendable private static func internetLinks(_ context: RuleContext) -> Verdict {
        let least = context.int("uplinks_min") ?? 2
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "thuê thêm đường Internet của nhà cung cấp khác", en: "add an Internet line of another provider"))
        let lines = context.snapshot.objects(.circuit).filter {
            $0.text("type") == "internet" && !context.scene.sites.isDisjoint(with: Snapshot.ids("site", in: $0))
        }
        for line in lines {
            verdict.cite(line, "provider")
            verdict.cite(line, "status")
        }
        guard !lines.isEmpty else {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi đường Internet nào", "no Internet line is registered")
        }
        let active = lines.filter { ($0.text("status") ?? "active") == "active" }
        let providers = Set(active.compactMap { $0.text("provider") })
        let names = providers.sorted().joined(separator: ", ")
        return providers.count >= least
            ? verdict.ending(
                .pass, .good, "hồ sơ ghi \(active.count) đường: \(names)", "\(active.count) lines registered: \(names)")
            : verdict.ending(
                .fail, .bad, "\(active.count) đường đang chạy, \(providers.count) nhà cung cấp; cần \(least)",
                "\(active.count) active lines of \(providers.count) providers; \(least) are asked")
    }

    /// Kilometres over the surface of the earth (haversine, radius 6,371 km).
    static func kilometres(_ a: Object, _ b: Object) -> Double? {
        guard let lat1 = a["latitude"]?.number, let lon1 = a["longitude"]?.number, let lat2 = b["latitude"]?.number,
            let lon2 = b["longitude"]?.number
        else { return nil }
        let rad = Double.pi / 180
        let (dLat, dLon) = ((lat2 - lat1) * rad / 2, (lon2 - lon1) * rad / 2)
        let h = sin(dLat) * sin(dLat) + cos(lat1 * rad) * cos(lat2 * rad) * sin(dLon) * sin(dLon)
        return 2 * 6_371 * asin(min(1, h.squareRoot()))
    }

    @Sendable private static func standbyDistance(_ context: RuleContext) -> Verdict {
        let least = context.int("dr_distance_km_min") ?? 30
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "đặt hệ thống dự phòng cách ít nhất \(least) km",
                en: "put the standby system at least \(least) km away"))
        guard let main = context.snapshot.target(of: "site", in: context.system),
            let standby = context.snapshot.target(of: "standby_site", in: context.system)
        else {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi địa điểm chính và địa điểm dự phòng",
                "main site and standby site are not both registered")
        }
        verdict.cite(context.system, "standby_site")
        if main.id == standby.id {
            return verdict.ending(.fail, .bad, "dự phòng ở cùng địa điểm", "the standby is at the same site")
        }
        for site in [main, standby] {
            verdict.cite(site, "latitude")
            verdict.cite(site, "longitude")
        }
        guard let distance = kilometres(main, standby) else {
            return verdict.ending(
                .noEvidence, .missing, "chưa ghi tọa độ hai địa điểm", "coordinates of both sites are needed")
        }
        let km = Int(distance)
        if (standby.text("status") ?? "active") != "active" {
            return verdict.ending(.fail, .bad, "địa điểm dự phòng chưa hoạt động", "the standby site is not active")
        }
        return distance >= Double(least)
            ? verdict.ending(
                .pass, .good, "cách \(km) km theo tọa độ đã ghi", "\(km) km apart by registered coordinates")
            : verdict.ending(.fail, .bad, "chỉ cách \(km) km", "only \(km) km apart")
    }

    /// Active circuits between two sites, either way round.
    static func circuits(_ a: ObjectID, _ b: ObjectID, _ snapshot: Snapshot) -> [Object] {
        snapshot.objects(.circuit).filter { circuit in
            let ends = Set(Snapshot.ids("site", in: circuit) + Snapshot.ids("far_site", in: circuit))
            return ends == [a, b] && (circuit.text("status") ?? "active") == "active"
        }
    }

    static func links(
        _ context: RuleContext, from a: ObjectID?, to b: ObjectID?, least: Int, _ verdict: Verdict
    ) -> Verdict {
        var verdict = verdict
        guard let a, let b, a != b else {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi hai địa điểm khác nhau", "two different sites are not registered"
            )
        }
        let lines = circuits(a, b, context.snapshot)
        for line in lines { verdict.cite(line, "far_site") }
        let names = lines.map(\.id.key).joined(separator: ", ")
        switch lines.count {
        case 0:
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi đường nối \(a.key) và \(b.key)",
                "no line between \(a.key) and \(b.key) is registered")
        case ..<least:
            return verdict.ending(.fail, .bad, "chỉ có \(names)", "only \(names)")
        default:
            return verdict.ending(
                .pass, .good, "hồ sơ ghi \(lines.count) đường: \(names)", "\(lines.count) lines registered: \(names)")
        }
    }

    @Sendable private static func standbyLinks(_ context: RuleContext) -> Verdict {
        links(
            context, from: Snapshot.ids("site", in: context.system).first,
            to: Snapshot.ids("standby_site", in: context.system).first, least: 2,
            Verdict(
                remedy: Bilingual(
                    vi: "có ít nhất hai đường nối tới địa điểm dự phòng",
                    en: "have at least two lines to the standby site")))
    }
}
