import Addressing
public import CMDB
import Notation
public import Remote

/// Why one pair cannot be planned.
struct PlanRefusal: Error {
    let reason: ProbeSkip.Reason
    let detail: String
    init(_ reason: ProbeSkip.Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

/// Works out from one object's `monitoring` how a protocol reaches it.
struct AccessPlanner {
    let kind: ProbeDefinition.Kind
    let timeout: Duration
    let object: Object
    let context: ProbePlan.Context

    struct Planned {
        var pairs: [ProbePair] = []
        var skipped: [ProbeSkip] = []
    }

    /// An address to ask, and whether another one has the plain names of facts.
    struct Door {
        let address: IPAddress
        var isSecond = false
    }

    var monitoring: [String: JSONValue] { object["monitoring"]?.object ?? [:] }
    func text(_ name: String) -> String? { monitoring[name]?.string }
    func texts(_ name: String) -> [String] { monitoring[name]?.array?.compactMap(\.string) ?? [] }

    func plan(_ probe: ProbeDefinition) -> Planned {
        var planned = Planned()
        func skip(_ refusal: PlanRefusal) {
            planned.skipped.append(
                ProbeSkip(probe: probe.name, target: object.id, reason: refusal.reason, detail: refusal.detail))
        }
        do throws(PlanRefusal) {
            if kind == .dns { try checkAsked(probe) }
            let services = try services(skip)
            for door in try doors(skip) {
                for service in services {
                    let endpoint = Endpoint(address: door.address, port: service.port)
                    guard context.allowed(endpoint) else {
                        skip(PlanRefusal(.refusedByGuard, "\(endpoint) is outside of what this run may talk to"))
                        continue
                    }
                    do throws(PlanRefusal) {
                        let access = try access(endpoint, service)
                        planned.pairs.append(
                            ProbePair(
                                probe: probe, target: object, endpoint: endpoint, access: access,
                                isSecondFamily: door.isSecond))
                    } catch {
                        skip(error)
                    }
                }
            }
        } catch {
            skip(error)
        }
        return planned
    }

    /// A port, and for HTTP what is asked there.
    struct Service {
        let port: UInt16
        var pages: [HTTPPage] = []
    }

    func port(_ name: String, otherwise fallback: UInt16) throws(PlanRefusal) -> UInt16 {
        try number(monitoring[name], name, fallback)
    }

    private func number(_ value: JSONValue?, _ name: String, _ fallback: UInt16) throws(PlanRefusal) -> UInt16 {
        guard let value else { return fallback }
        if let port = value.int.flatMap({ UInt16(exactly: $0) }), port > 0 { return port }
        throw PlanRefusal(.badMonitoring, "\(name) is no port number from 1 to 65535")
    }

    private func services(_ skip: (PlanRefusal) -> Void) throws(PlanRefusal) -> [Service] {
        func list(_ name: String) throws(PlanRefusal) -> [Service] {
            guard let values = monitoring[name]?.array, !values.isEmpty else {
                throw PlanRefusal(.noMonitoring, "monitoring has no \(name)")
            }
            var out: Set<UInt16> = []
            for value in values { out.insert(try number(value, name, 0)) }
            return out.sorted().map { Service(port: $0) }
        }
        func needs(_ names: String...) throws(PlanRefusal) {
            guard monitoring.keys.contains(where: { key in names.contains { key.hasPrefix($0) } }) else {
                throw PlanRefusal(.noMonitoring, "monitoring has no \(names.joined(separator: "…, "))… fields")
            }
        }
        switch kind {
        case .snmp:
            try needs("snmp_")
            return [Service(port: try port("snmp_port", otherwise: 161))]
        case .ssh:
            try needs("ssh_")
            return [Service(port: try port("ssh_port", otherwise: 22))]
        case .icmp:
            guard monitoring["icmp"]?.bool == true else {
                throw PlanRefusal(.noMonitoring, "monitoring does not say icmp: true")
            }
            return [Service(port: 0)]
        case .tls: return try list("tls_ports")
        case .tcp: return try list("tcp_ports")
        case .http: return try pages(skip)
        case .dns:
            try needs("dns_zones", "dns_names")
            return [Service(port: try port("dns_port", otherwise: 53))]
        case .ntp:
            try needs("ntp_port")
            return [Service(port: try port("ntp_port", otherwise: 123))]
        case .smtp: return try list("smtp_ports")
        case .postgresql: return try list("postgresql_ports")
        case .mysql: return try list("mysql_ports")
        }
    }

    /// SNMP and SSH ask about the machine and need one way in; all others are asked over each family, because each is a
    /// service of its own that may fail alone.
    private var asksEachFamily: Bool { kind != .snmp && kind != .ssh }

    /// Addresses by family; `families` of the monitoring narrows them.
    private func doors(_ skip: (PlanRefusal) -> Void) throws(PlanRefusal) -> [Door] {
        let wanted = texts("families")
        var doors: [Door] = []
        for (name, family) in [("primary_ip4", "v4"), ("primary_ip6", "v6")] {
            if !wanted.isEmpty, !wanted.contains(family) { continue }
            guard let address = try address(name) else {
                if asksEachFamily, wanted.contains(family) {
                    skip(PlanRefusal(.noAddress, "families asks for \(family) and \(name) is not set"))
                }
                continue
            }
            doors.append(Door(address: address, isSecond: !doors.isEmpty))
            if !asksEachFamily { break }
        }
        if doors.isEmpty, let address = try address("oob_ip"),
            wanted.isEmpty || wanted.contains(address.isIPv6 ? "v6" : "v4")
        {
            doors.append(Door(address: address))
        }
        if doors.isEmpty, wanted.isEmpty || !asksEachFamily {
            let narrowed = wanted.isEmpty ? "" : " over \(wanted.joined(separator: ", "))"
            throw PlanRefusal(
                .noAddress, "none of primary_ip4, primary_ip6, oob_ip is set\(narrowed): add one to the inventory")
        }
        return doors
    }

    func address(_ name: String) throws(PlanRefusal) -> IPAddress? {
        guard let text = object.text(name) else { return nil }
        if let address = try? IPAddress(text) { return address }
        throw PlanRefusal(.noAddress, "\(name) \"\(CleanText.line(text, limit: 64))\" is no address")
    }

    /// The one way in for SNMP and SSH.
    func address() throws(PlanRefusal) -> IPAddress {
        guard let door = try doors({ _ in }).first else {
            throw PlanRefusal(.noAddress, "none of primary_ip4, primary_ip6, oob_ip is set: add one to the inventory")
        }
        return door.address
    }

    private func access(_ endpoint: Endpoint, _ service: Service) throws(PlanRefusal) -> ProbeAccess {
        switch kind {
        case .snmp:
            let repetitions = monitoring["snmp_max_repetitions"]?.int.flatMap { Int(exactly: $0) } ?? 50
            return .snmp(
                SNMPTarget(
                    subject: object.id.description, endpoint: endpoint, credential: try snmp(),
                    timeout: timeout, retries: 2, maxRepetitions: min(1_000, max(1, repetitions))))
        case .ssh: return .ssh(try shell(endpoint))
        case .icmp: return .icmp
        case .tls: return .tls(serverName: text("tls_name"))
        case .tcp: return .tcp
        case .http: return .http(service.pages)
        case .dns: return .dns(try dns(endpoint.address.isIPv6))
        case .ntp: return .ntp
        case .smtp: return .smtp(serverName: text("smtp_name"))
        case .postgresql: return .database(.postgresql)
        case .mysql: return .database(.mysql)
        }
    }
}

extension ProbePlan.Context {
    /// How to enter `object` over SSH, by the same rules and guards as probes; the error says what is missing.
    public func shellTarget(for object: Object, timeout: Duration = .seconds(10)) -> Result<ShellTarget, RemoteError> {
        AccessPlanner(kind: .ssh, timeout: timeout, object: object, context: self).shellTarget()
    }
}

extension AccessPlanner {
    func shellTarget() -> Result<ShellTarget, RemoteError> {
        do throws(PlanRefusal) {
            return .success(try reachedShell([]))
        } catch {
            return .failure(RemoteError(.local, subject: object.id.description, message: error.detail))
        }
    }
}
