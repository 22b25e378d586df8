import CMDB
import Notation
import Remote

extension AccessPlanner {
    private func secret(_ field: String) throws(PlanRefusal) -> Secret? {
        guard let reference = text(field) else { return nil }
        let scheme = "secret://"
        guard reference.hasPrefix(scheme), reference.utf8.count > scheme.utf8.count else {
            throw PlanRefusal(.badMonitoring, "\(field) must be a reference such as secret://\(object.id.key)")
        }
        let name = String(reference.dropFirst(scheme.count))
        let found: Secret?
        do {
            found = try context.secrets.secret(name)
        } catch {
            throw PlanRefusal(.noCredential, "the secret store could not be read for \(reference)")
        }
        guard let found else {
            throw PlanRefusal(.noCredential, "\(reference) is not in the secret store: hatang secret set \(name)")
        }
        return found
    }

    func snmp() throws(PlanRefusal) -> SNMPCredential {
        let version = text("snmp_version") ?? (text("snmp_community") != nil && text("snmp_user") == nil ? "v2c" : "v3")
        if version == "v1" || version == "v2c" {
            guard let community = try secret("snmp_community") else {
                throw PlanRefusal(.noCredential, "snmp_version \(version) needs snmp_community: secret://…")
            }
            if text("snmp_context") != nil {
                throw PlanRefusal(.badMonitoring, "snmp_context is for v3; \(version) has no contexts: remove it")
            }
            return version == "v1" ? .v1(community: community) : .v2c(community: community)
        }
        guard let user = text("snmp_user") else {
            throw PlanRefusal(.noCredential, "SNMPv3 needs snmp_user")
        }
        let authSecret = try secret("snmp_auth_secret")
        let privSecret = try secret("snmp_priv_secret")
        if authSecret == nil, privSecret != nil || text("snmp_auth") != nil {
            throw PlanRefusal(.noCredential, "snmp_auth_secret is missing: privacy needs authentication (RFC 3414)")
        }
        if privSecret == nil, text("snmp_priv") != nil {
            throw PlanRefusal(.noCredential, "snmp_priv is set and snmp_priv_secret is missing")
        }
        guard let authProtocol = USMAuthProtocol(rawValue: text("snmp_auth") ?? "sha256"),
            let privProtocol = USMPrivProtocol(rawValue: text("snmp_priv") ?? "aes128")
        else { throw PlanRefusal(.badMonitoring, "snmp_auth or snmp_priv names no known protocol") }
        return .v3(
            USMCredential(
                user: user, auth: authSecret.map { .init(proto: authProtocol, passphrase: $0) },
                priv: privSecret.map { .init(proto: privProtocol, passphrase: $0) },
                context: text("snmp_context") ?? ""))
    }

    func shell(_ endpoint: Endpoint, passing: [ObjectID] = []) throws(PlanRefusal) -> ShellTarget {
        guard let user = text("ssh_user") ?? context.defaultSSHUser else {
            throw PlanRefusal(.noCredential, "ssh_user is missing")
        }
        let credential: ShellCredential
        if let key = try secret("ssh_key") {
            credential = .privateKey(key, passphrase: nil)
        } else if let password = try secret("ssh_password") {
            credential = .password(password)
        } else {
            throw PlanRefusal(.noCredential, "neither ssh_key nor ssh_password is set: write secret://… of one")
        }
        let client: ShellClientChoice
        switch text("ssh_client") {
        case nil: client = .automatic
        case let name?:
            guard let choice = ShellClientChoice(rawValue: name) else {
                throw PlanRefusal(.badMonitoring, "ssh_client must be libssh or openssh")
            }
            client = choice
        }
        return ShellTarget(
            subject: object.id.description, endpoint: endpoint, user: user, credential: credential,
            hostKeys: try hostKeys(endpoint), connectTimeout: min(timeout, .seconds(15)),
            legacyAlgorithms: texts("ssh_legacy_algorithms"), jumps: try jumps(passing), client: client)
    }

    private func hostKeys(_ endpoint: Endpoint) throws(PlanRefusal) -> [HostKey] {
        var keys: [HostKey] = []
        for value in monitoring["ssh_host_keys"]?.array ?? [] {
            let words = CleanText.words(value.string ?? "")
            guard words.count >= 2, words[1].hasPrefix("SHA256:") else {
                throw PlanRefusal(.badMonitoring, "ssh_host_keys must read TYPE SHA256:… as ssh-keygen -lf prints them")
            }
            keys.append(HostKey(type: words[0], fingerprint: words[1]))
        }
        do {
            for key in try context.hostKeys.recordedHostKeys(of: object.id, at: endpoint) where !keys.contains(key) {
                keys.append(key)
            }
        } catch {
            throw PlanRefusal(.noCredential, "the recorded host keys could not be read")
        }
        return keys
    }

    /// This machine's SSH server, with the guard's consent.
    /// - Parameter passing: machines that are entered through this one, the last asked first.
    func reachedShell(_ passing: [ObjectID]) throws(PlanRefusal) -> ShellTarget {
        let endpoint = Endpoint(address: try address(), port: try port("ssh_port", otherwise: 22))
        guard context.allowed(endpoint) else {
            throw PlanRefusal(.refusedByGuard, "\(endpoint) is outside of what this run may talk to")
        }
        return try shell(endpoint, passing: passing)
    }

    /// The machines to pass through, the first one reached directly.
    private func jumps(_ passing: [ObjectID]) throws(PlanRefusal) -> [ShellTarget] {
        guard let reference = text("ssh_jump") else { return [] }
        let chain = passing + [object.id]
        guard let machine = Self.machine(reference, context.snapshot) else {
            throw PlanRefusal(
                .badMonitoring, "ssh_jump \"\(CleanText.line(reference, limit: 64))\" is no device or virtual machine")
        }
        if chain.contains(machine.id) {
            let names = (chain + [machine.id]).map(\.description).joined(separator: " → ")
            throw PlanRefusal(.badMonitoring, "ssh_jump goes in a circle: \(names)")
        }
        let jump: ShellTarget
        do throws(PlanRefusal) {
            jump = try AccessPlanner(kind: .ssh, timeout: timeout, object: machine, context: context)
                .reachedShell(chain)
        } catch {
            if error.detail.hasPrefix("ssh_jump") { throw error }
            throw PlanRefusal(error.reason, "ssh_jump \(machine.id): \(error.detail)")
        }
        let bare = ShellTarget(
            subject: jump.subject, endpoint: jump.endpoint, user: jump.user, credential: jump.credential,
            hostKeys: jump.hostKeys, connectTimeout: jump.connectTimeout, legacyAlgorithms: jump.legacyAlgorithms,
            jumps: [], client: jump.client)
        return jump.jumps + [bare]
    }

    /// `device/bastion`, `virtual-machine/bastion`, or the slug alone of one of them.
    static func machine(_ reference: String, _ snapshot: Snapshot) -> Object? {
        if let id = ObjectID(reference) {
            return id.kind == .device || id.kind == .virtualMachine ? snapshot[id] : nil
        }
        return snapshot[ObjectID(.device, reference)] ?? snapshot[ObjectID(.virtualMachine, reference)]
    }
}
