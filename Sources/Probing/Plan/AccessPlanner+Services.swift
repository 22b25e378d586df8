import Addressing
import CMDB
import Notation
import Remote

/// Pages and DNS questions.
extension AccessPlanner {
    /// The pages of `monitoring.http` by port; a page that cannot be asked is skipped, the others go on.
    func pages(_ skip: (PlanRefusal) -> Void) throws(PlanRefusal) -> [Service] {
        guard let checks = monitoring["http"]?.array, !checks.isEmpty else {
            throw PlanRefusal(.noMonitoring, "monitoring has no http")
        }
        var byPort: [UInt16: [HTTPPage]] = [:]
        var keys: [String: Int] = [:]
        for check in checks {
            do throws(PlanRefusal) {
                let (page, port) = try page(check, &keys)
                byPort[port, default: []].append(page)
            } catch {
                skip(error)
            }
        }
        return byPort.keys.sorted().map { Service(port: $0, pages: byPort[$0] ?? []) }
    }

    private func page(_ check: JSONValue, _ keys: inout [String: Int]) throws(PlanRefusal) -> (HTTPPage, UInt16) {
        let url = check["url"]?.string ?? ""
        let shown = Self.shown(url)
        guard let port = Self.port(of: url) else {
            throw PlanRefusal(
                .badMonitoring, "http: \"\(shown)\" is no http(s)://name[:port]/path without a user in it")
        }
        var statuses: [Int] = []
        for value in check["status"]?.array ?? [] {
            guard let status = value.int, (100...599).contains(status) else {
                throw PlanRefusal(.badMonitoring, "http: \(shown): status is no list of numbers from 100 to 599")
            }
            statuses.append(Int(status))
        }
        var match: Pattern?
        if let text = check["match"]?.string {
            do throws(Pattern.Fault) {
                match = try Pattern(text)
            } catch {
                throw PlanRefusal(
                    .badMonitoring, "http: \(shown): match, column \(error.column): \(error.problem): \(error.remedy)")
            }
        }
        var key = Self.key(of: url)
        let count = keys[key, default: 0] + 1
        keys[key] = count
        if count > 1 { key += "_\(count)" }
        return (HTTPPage(url: url, key: key, statuses: statuses, match: match), port)
    }

    /// A URL for messages: what stands before an `@` may be a password.
    private static func shown(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return CleanText.line(url, limit: 200) }
        return "…" + CleanText.line(url[at...], limit: 200)
    }

    /// The port a URL leads to; nil for anything but `http` and `https`, for a user name in it and for blanks.
    static func port(of url: String) -> UInt16? {
        let lowered = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lowered.hasPrefix($0) }),
            url.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 })
        else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        let fallback: UInt16 = scheme == "https://" ? 443 : 80
        var rest = authority
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"),
                (try? IPv6Address(rest[rest.index(after: rest.startIndex)..<end])) != nil
            else { return nil }
            rest = rest[rest.index(after: end)...]
        } else {
            let host = rest.prefix { $0 != ":" }
            if host.isEmpty { return nil }
            rest = rest.dropFirst(host.count)
        }
        if rest.isEmpty { return fallback }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return port
    }

    /// `https://www.example.vn/health` as `https_www_example_vn_health`: letters and digits of ASCII, at most 80.
    static func key(of url: String) -> String {
        var out = ""
        for byte in url.lowercased().utf8 where out.utf8.count < 80 {
            if (97...122).contains(byte) || (48...57).contains(byte) {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !out.isEmpty, out.last != "_" {
                out += "_"
            }
        }
        while out.last == "_" { out.removeLast() }
        return out
    }

    func checkAsked(_ probe: ProbeDefinition) throws(PlanRefusal) {
        guard case .dns(let collection) = probe.collection else { return }
        let zones = collection.zones != nil && !texts("dns_zones").isEmpty
        let names = collection.names != nil && !texts("dns_names").isEmpty
        if !zones, !names {
            throw PlanRefusal(.noMonitoring, "monitoring has no dns_zones and no dns_names to ask for")
        }
    }

    func dns(_ isIPv6: Bool) throws(PlanRefusal) -> DNSAsk {
        var zones: [DNSAsk.Zone] = []
        for text in texts("dns_zones") {
            guard let name = Self.domain(text) else {
                throw PlanRefusal(
                    .badMonitoring, "dns_zones: \"\(CleanText.line(text, limit: 100))\" is no zone's name")
            }
            if !zones.contains(where: { $0.name == name }) {
                zones.append(DNSAsk.Zone(name: name, peers: peers(name, isIPv6)))
            }
        }
        var names: [DNSAsk.Name] = []
        for text in texts("dns_names") {
            let words = CleanText.words(text)
            guard words.count == 2, let name = Self.domain(words[0]),
                let type = DNSQuestion.RecordType(rawValue: words[1].uppercased())
            else {
                let types = DNSQuestion.RecordType.allCases.map(\.rawValue).joined(separator: ", ")
                throw PlanRefusal(
                    .badMonitoring,
                    "dns_names: \"\(CleanText.line(text, limit: 100))\" must read NAME TYPE, TYPE being one of \(types)"
                )
            }
            let isOwn = zones.contains { $0.name == "." || name == $0.name || name.hasSuffix("." + $0.name) }
            let ask = DNSAsk.Name(question: DNSQuestion(name, type), isOwn: isOwn)
            if !names.contains(ask) { names.append(ask) }
        }
        return DNSAsk(zones: zones, names: names)
    }

    /// Every other machine that serves `zone` and has an address of the family.
    private func peers(_ zone: String, _ isIPv6: Bool) -> [DNSAsk.Zone.Peer] {
        var out: [DNSAsk.Zone.Peer] = []
        for kind in [Kind.device, .virtualMachine] {
            for other in context.snapshot.objects(kind) where other.id != object.id {
                let planner = AccessPlanner(kind: .dns, timeout: timeout, object: other, context: context)
                guard planner.texts("dns_zones").contains(where: { Self.domain($0) == zone }),
                    let address = try? planner.address(isIPv6 ? "primary_ip6" : "primary_ip4"),
                    let port = try? planner.port("dns_port", otherwise: 53)
                else { continue }
                let endpoint = Endpoint(address: address, port: port)
                if context.allowed(endpoint) { out.append(DNSAsk.Zone.Peer(subject: other.id, endpoint: endpoint)) }
            }
        }
        return out.sorted { $0.subject < $1.subject }
    }

    /// A domain name in lower case without its last dot (the root stays a dot); nil for what none can be.
    static func domain(_ text: String) -> String? {
        if text == "." { return text }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let fits = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || [45, 95].contains($0) }
        }
        return fits && name.utf8.count <= 253 ? name.lowercased() : nil
    }
}
