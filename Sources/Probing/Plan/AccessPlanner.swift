import Addressing
public import CMDB
import Notation
public import Remote

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

    fileprivate struct Refusal: Error {
        let reason: ProbeSkip.Reason
        let detail: String
        init(_ reason: ProbeSkip.Reason, _ detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    private var monitoring: [String: JSONValue] { object["monitoring"]?.object ?? [:] }
    private func text(_ name: String) -> String? { monitoring[name]?.string }

    func plan(_ probe: ProbeDefinition) -> Planned {
        var planned = Planned()
        func skip(_ refusal: Refusal) {
            planned.skipped.append(
                ProbeSkip(probe: probe.name, target: object.id, reason: refusal.reason, detail: refusal.detail))
        }
        do throws(Refusal) {
            let ports = try ports()
            let address = try address()
            for port in ports {
                let endpoint = Endpoint(address: address, port: port)
                guard context.allowed(endpoint) else {
                    skip(Refusal(.refusedByGuard, "\(endpoint) is outside of what this run may talk to"))
                    continue
                }
                do throws(Refusal) {
                    let access = try access(endpoint)
                    planned.pairs.append(
                        ProbePair(probe: probe, target: object, endpoint: endpoint, access: access))
                } catch {
                    skip(error)
                }
            }
        } catch {
            skip(error)
        }
        return planned
    }

    fileprivate func ports() throws(Refusal) -> [UInt16] {
        func number(_ value: JSONValue?, _ name: String, _ fallback: UInt16) throws(Refusal) -> UInt16 {
            guard let value else { return fallback }
            if let port = value.int.flatMap({ UInt16(exactly: $0) }), port > 0 { return port }
            throw Refusal(.badMonitoring, "\(name) is no port number from 1 to 65535")
        }
        func list(_ name: String) throws(Refusal) -> [UInt16] {
            guard let values = monitoring[name]?.array, !values.isEmpty else {
                throw Refusal(.noMonitoring, "monitoring has no \(name)")
            }
            var out: Set<UInt16> = []
            for value in values { out.insert(try number(value, name, 0)) }
            return out.sorted()
        }
        func needs(_ prefix: String) throws(Refusal) {
            guard monitoring.keys.contains(where: { $0.hasPrefix(prefix) }) else {
                throw Refusal(.noMonitoring, "monitoring has no \(prefix)… fields")
            }
        }
        switch kind {
        case .snmp:
            try needs("snmp_")
            return [try number(monitoring["snmp_port"], "snmp_port", 161)]
        case .ssh:
            try needs("ssh_")
            return [try number(monitoring["ssh_port"], "ssh_port", 22)]
        case .tls: return try list("tls_ports")
        case .tcp: return try list("tcp_ports")
        }
    }

    fileprivate func address() throws(Refusal) -> IPAddress {
        for name in ["primary_ip4", "primary_ip6", "oob_ip"] {
            guard let text = object.text(name) else { continue }
            if let address = try? IPAddress(text) { return address }
            throw Refusal(.noAddress, "\(name) \"\(CleanText.line(text, limit: 64))\" is no address")
        }
        throw Refusal(.noAddress, "none of primary_ip4, primary_ip6, oob_ip is set: add one to the inventory")
    }

    private func access(_ endpoint: Endpoint) throws(Refusal) -> ProbeAccess {
        switch kind {
        case .snmp:
            return .snmp(
                SNMPTarget(
                    subject: object.id.description, endpoint: endpoint, credential: try snmp(),
                    timeout: timeout, retries: 2, maxRepetitions: 20))
        case .ssh: return .ssh(try shell(endpoint))
        case .tls: return .tls(serverName: text("tls_name"))
        case .tcp: return .tcp
        }
    }

    private func secret(_ field: String) throws(Refusal) -> Secret? {
        guard let reference = text(field) else { return nil }
        let scheme = "secret://"
        guard reference.hasPrefix(scheme), reference.utf8.count > scheme.utf8.count else {
            throw Refusal(.badMonitoring, "\(field) must be a reference such as secret://\(object.id.key)")
        }
        let name = String(reference.dropFirst(scheme.count))
        let found: Secret?
        do {
            found = try context.secrets.secret(name)
        } catch {
            throw Refusal(.noCredential, "the secret store could not be read for \(reference)")
        }
        guard let found else {
            throw Refusal(.noCredential, "\(reference) is not in the secret store: hatang secret set \(name)")
        }
        return found
    }

    private func snmp() throws(Refusal) -> SNMPCredential {
        let version = text("snmp_version") ?? (text("snmp_community") != nil && text("snmp_user") == nil ? "v2c" : "v3")
        if version == "v2c" {
            guard let community = try secret("snmp_community") else {
                throw Refusal(.noCredential, "snmp_version v2c needs snmp_community: secret://…")
            }
            return .v2c(community: community)
        }
        guard let user = text("snmp_user") else {
            throw Refusal(.noCredential, "SNMPv3 needs snmp_user")
        }
        let authSecret = try secret("snmp_auth_secret")
        let privSecret = try secret("snmp_priv_secret")
        if authSecret == nil, privSecret != nil || text("snmp_auth") != nil {
            throw Refusal(.noCredential, "snmp_auth_secret is missing: privacy needs authentication (RFC 3414)")
        }
        if privSecret == nil, text("snmp_priv") != nil {
            throw Refusal(.noCredential, "snmp_priv is set and snmp_priv_secret is missing")
        }
        guard let authProtocol = USMAuthProtocol(rawValue: text("snmp_auth") ?? "sha256"),
            let privProtocol = USMPrivProtocol(rawValue: text("snmp_priv") ?? "aes128")
        else { throw Refusal(.badMonitoring, "snmp_auth or snmp_priv names no known protocol") }
        return .v3(
            USMCredential(
                user: user, auth: authSecret.map { .init(proto: authProtocol, passphrase: $0) },
                priv: privSecret.map { .init(proto: privProtocol, passphrase: $0) }))
    }

    fileprivate func shell(_ endpoint: Endpoint) throws(Refusal) -> ShellTarget {
        guard let user = text("ssh_user") ?? context.defaultSSHUser else {
            throw Refusal(.noCredential, "ssh_user is missing")
        }
        let credential: ShellCredential
        if let key = try secret("ssh_key") {
            credential = .privateKey(key, passphrase: nil)
        } else if let password = try secret("ssh_password") {
            credential = .password(password)
        } else {
            throw Refusal(.noCredential, "neither ssh_key nor ssh_password is set: write secret://… of one")
        }
        var keys: [HostKey] = []
        for value in monitoring["ssh_host_keys"]?.array ?? [] {
            let words = CleanText.words(value.string ?? "")
            guard words.count >= 2, words[1].hasPrefix("SHA256:") else {
                throw Refusal(.badMonitoring, "ssh_host_keys must read TYPE SHA256:… as ssh-keygen -lf prints them")
            }
            keys.append(HostKey(type: words[0], fingerprint: words[1]))
        }
        do {
            for key in try context.hostKeys.recordedHostKeys(of: object.id, at: endpoint) where !keys.contains(key) {
                keys.append(key)
            }
        } catch {
            throw Refusal(.noCredential, "the recorded host keys could not be read")
        }
        return ShellTarget(
            subject: object.id.description, endpoint: endpoint, user: user, credential: credential, hostKeys: keys,
            connectTimeout: min(timeout, .seconds(15)))
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
        do throws(Refusal) {
            let port = try ports().first ?? 22
            let endpoint = Endpoint(address: try address(), port: port)
            guard context.allowed(endpoint) else {
                throw Refusal(.refusedByGuard, "\(endpoint) is outside of what this run may talk to")
            }
            return .success(try shell(endpoint))
        } catch {
            return .failure(RemoteError(.local, subject: object.id.description, message: error.detail))
        }
    }
}
