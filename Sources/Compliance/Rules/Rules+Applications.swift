import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let applications: [String: Rule] = [
        "APP-ACC-01": { context in
            endpoints(context, remedy: tlsRemedy) { endpoint, ports in
                combine(ports.map { certificate(&endpoint, $0) })
            }
        },
        "APP-COM-01": { context in
            endpoints(context, remedy: tlsRemedy) { endpoint, ports in
                if let plain = plainService(of: &endpoint) {
                    return .fail("\(plain) truyền dạng rõ", "\(plain) is in clear text")
                }
                return combine(ports.map { versions(&endpoint, $0) })
            }
        },
        "APP-AUTH-06": { context in
            endpoints(context, remedy: tlsRemedy) { endpoint, ports in
                let encrypted = combine(ports.map { versions(&endpoint, $0) })
                guard case .pass = encrypted else { return encrypted }
                if let plain = plainService(of: &endpoint) {
                    return .fail("\(plain) nhận đăng nhập dạng rõ", "\(plain) takes logins in clear text")
                }
                return plainHTTP(&endpoint)
            }
        },
    ]

    static let tlsRemedy = Bilingual(
        vi: "chỉ bật TLS 1.2 và 1.3, dùng chứng thư hợp lệ còn hạn, đóng hoặc chuyển hướng HTTP",
        en: "offer TLS 1.2 and 1.3 only, with a valid certificate; close or redirect HTTP")

    /// Ports of `machine` that should speak TLS: by its monitoring, by its services, by what a probe found.
    private static func tlsPorts(_ machine: Object, _ context: RuleContext) -> [Int] {
        var ports = Set((machine["monitoring"]?["tls_ports"]?.array ?? []).compactMap { $0.int.map { Int($0) } })
        for service in services(of: machine, context) {
            let own = (service["ports"]?.array ?? []).compactMap { $0.int.map { Int($0) } }
            if service.text("url")?.hasPrefix("https:") == true, own.count == 1 { ports.formUnion(own) }
            ports.formUnion(own.filter { $0 == 443 || $0 == 8443 })
        }
        return ports.union(context.facts.ports(machine.id, "tls.endpoint")).sorted()
    }

    private static func services(of machine: Object, _ context: RuleContext) -> [Object] {
        context.snapshot.referrers(of: machine.id, kind: .service, field: "parent").filter { service in
            context.scene.services.contains { $0.id == service.id }
        }
    }

    /// A service of the system on this machine that is registered with an `http://` address.
    private static func plainService(of endpoint: inout ItemView) -> String? {
        for service in services(of: endpoint.object, endpoint.context)
        where service.text("url")?.hasPrefix("http:") == true {
            endpoint.inventory(service, "url")
            return service.displayName
        }
        return nil
    }

    private static func endpoints(
        _ context: RuleContext, remedy: Bilingual, _ judge: (inout ItemView, [Int]) -> Answer
    ) -> Verdict {
        let machines = context.scene.machines.filter { machine in
            !tlsPorts(machine, context).isEmpty
                || services(of: machine, context).contains { $0.text("url")?.hasPrefix("http:") == true }
        }
        return Quantifier.every(
            machines, context,
            noun: Bilingual(vi: "máy có dịch vụ web hoặc TLS", en: "machines with web or TLS services"),
            remedy: remedy
        ) { view in
            let ports = tlsPorts(view.object, context)
            return judge(&view, ports)
        }
    }

    /// The worst of several answers, with all their texts.
    private static func combine(_ answers: [Answer]) -> Answer {
        var good: [Bilingual] = []
        var bad: [Bilingual] = []
        var unknown: [Bilingual] = []
        var blind = answers.isEmpty
        for answer in answers {
            switch answer {
            case .pass(let text): good.append(text)
            case .fail(let text): bad.append(text)
            case .unknown(let text):
                blind = true
                if let text { unknown.append(text) }
            }
        }
        func joined(_ texts: [Bilingual]) -> Bilingual {
            Bilingual(
                vi: texts.map(\.vi).joined(separator: "; "), en: texts.map(\.en).joined(separator: "; "))
        }
        if !bad.isEmpty { return .fail(joined(bad)) }
        if blind { return .unknown(unknown.isEmpty ? nil : joined(unknown)) }
        return .pass(joined(good))
    }

    /// `1.0` of `TLSv1.0`, `TLS 1.0`, `tls1`; SSL versions keep their letters.
    static func versionNumber(_ text: String) -> String {
        let lower = text.lowercased()
        guard lower.hasPrefix("tls") else { return lower }
        let digits = lower.filter { $0.isNumber || $0 == "." }
        switch digits {
        case "1": return "1.0"
        case "10", "11", "12", "13": return "1.\(digits.dropFirst())"
        default: return digits
        }
    }

    private static func versions(_ endpoint: inout ItemView, _ port: Int) -> Answer {
        guard let accepted = endpoint.value("tls.endpoint", part: "accepted", port: port) else { return .unknown(nil) }
        let names = (accepted.array ?? []).compactMap(\.string)
        if names.isEmpty { return .fail("cổng \(port): không có TLS", "port \(port): no TLS") }
        let old = names.filter { !["1.2", "1.3"].contains(versionNumber($0)) }.joined(separator: ", ")
        return old.isEmpty
            ? .pass("cổng \(port): \(names.joined(separator: ", "))", "port \(port): \(names.joined(separator: ", "))")
            : .fail("cổng \(port) còn nhận \(old)", "port \(port) still accepts \(old)")
    }

    private static func certificate(_ endpoint: inout ItemView, _ port: Int) -> Answer {
        guard case .pass(let text) = versions(&endpoint, port) else { return versions(&endpoint, port) }
        guard let days = endpoint.value("tls.endpoint", part: "days_left", port: port) else { return .unknown(nil) }
        if endpoint.optional("tls.endpoint", part: "self_signed", port: port)?.bool == true {
            return .fail("cổng \(port): chứng thư tự ký", "port \(port): self-signed certificate")
        }
        if let problem = endpoint.optional("tls.endpoint", part: "problem", port: port)?.string {
            return .fail("cổng \(port): \(problem)", "port \(port): \(problem)")
        }
        guard let left = days.int else {
            return .unknown(
                "cổng \(port): không biết hạn chứng thư", "port \(port): expiry of the certificate not known")
        }
        return left > 0
            ? .pass("\(text.vi), chứng thư còn \(left) ngày", "\(text.en), certificate expires in \(left) days")
            : .fail("cổng \(port): chứng thư hết hạn", "port \(port): the certificate has expired")
    }

    private static func plainHTTP(_ endpoint: inout ItemView) -> Answer {
        let open: Bool?
        if let sockets = endpoint.optional("sockets.listening")?.array {
            open = sockets.compactMap(Listener.init).contains { $0.isTCP && !$0.isLocal && $0.port == 80 }
        } else {
            open = endpoint.optional("tcp.port", part: "open", port: 80)?.bool
        }
        switch open {
        case false: return .pass("chỉ nhận qua TLS, cổng 80 đóng", "TLS only, port 80 closed")
        case true:
            return .unknown(
                "cổng 80 mở, chưa thử chuyển hướng và HSTS", "port 80 is open, redirect and HSTS were not tried")
        case nil: return .unknown("chưa biết cổng 80 đóng hay mở", "port 80 was not tried")
        }
    }
}
