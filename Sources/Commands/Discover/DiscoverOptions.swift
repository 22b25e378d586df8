import Addressing
import ArgumentParser
import CMDB
import Discovery
import Foundation
import Notation
import Remote
import Storage

/// How agents and servers are asked in a discovery.
struct DiscoverCredentials: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "SNMPv2c community: secret://NAME, env:NAME or file:PATH; may be repeated, the first that is taken counts.",
            discussion:
                "A community written out is taken too, and anybody on this machine can read it in the process list."
        ))
    var community: [String] = []
    @Flag(name: .customLong("v1"), help: "Ask with SNMPv1 too, after v2c, with the same communities.") var version1 =
        false
    @Option(help: "SNMPv3 user.") var snmpUser: String?
    @Option(help: "Its authentication: md5, sha1, sha224, sha256, sha384, sha512.") var snmpAuth = "sha256"
    @Option(help: "Its pass phrase: secret://NAME, env:NAME or file:PATH.") var snmpAuthSecret: String?
    @Option(help: "Its privacy: des, aes128, aes192, aes256.") var snmpPriv = "aes128"
    @Option(help: "Its privacy pass phrase: secret://NAME, env:NAME or file:PATH.") var snmpPrivSecret: String?
    @Option(name: [.customLong("port"), .customLong("snmp-port")], help: "UDP port of agents.") var port: UInt16 = 161
    @Option(help: "Log in over SSH as this user where the host key is recorded.") var sshUser: String?
    @Option(help: "Its private key: secret://NAME or file:PATH.") var sshKey: String?
    @Option(help: "TCP port of SSH servers.") var sshPort: UInt16 = 22

    func validate() throws {
        if USMAuthProtocol(rawValue: snmpAuth) == nil {
            throw ValidationError("--snmp-auth \(snmpAuth): one of \(USMAuthProtocol.allCases.map(\.rawValue))")
        }
        if USMPrivProtocol(rawValue: snmpPriv) == nil {
            throw ValidationError("--snmp-priv \(snmpPriv): one of \(USMPrivProtocol.allCases.map(\.rawValue))")
        }
        if snmpUser == nil, snmpAuthSecret != nil || snmpPrivSecret != nil {
            throw ValidationError("--snmp-auth-secret and --snmp-priv-secret need --snmp-user")
        }
        if snmpPrivSecret != nil, snmpAuthSecret == nil {
            throw ValidationError(
                "--snmp-priv-secret needs --snmp-auth-secret: privacy needs authentication (RFC 3414)")
        }
        if (sshUser == nil) != (sshKey == nil) { throw ValidationError("--ssh-user and --ssh-key go together") }
        if port == 0 || sshPort == 0 { throw ValidationError("port 0 is no port") }
    }

    /// A secret by reference; only a community may stand written out.
    private func read(_ text: String, _ option: String, literal: Bool, _ store: SecretStore, _ session: Session) throws
        -> Secret
    {
        if text.hasPrefix("secret://") {
            let name = String(text.dropFirst("secret://".count))
            guard let secret = try StoredSecrets(secrets: store).secret(name) else {
                throw CommandFailure(
                    .badInput, "\(option) \(text) is not in the secret store: hatang secret set \(name)")
            }
            return secret
        }
        if text.hasPrefix("env:") {
            let name = String(text.dropFirst(4))
            guard let value = session.environment[name], !value.isEmpty else {
                throw CommandFailure(.badInput, "\(option) \(text): the environment has no \(name), or it is empty")
            }
            return Secret(value)
        }
        if text.hasPrefix("file:") {
            let path = String(text.dropFirst(5))
            guard var bytes = FileManager.default.contents(atPath: path).map({ [UInt8]($0) }), !bytes.isEmpty else {
                throw CommandFailure(.badInput, "\(option): \(path) cannot be read, or it is empty")
            }
            if bytes.last == 10, bytes.count(where: { $0 == 10 }) == 1 { bytes.removeLast() }
            return Secret(bytes)
        }
        guard literal, !text.isEmpty else {
            throw CommandFailure(
                .usage, "\(option) takes secret://NAME, env:NAME or file:PATH, never the secret itself")
        }
        return Secret(text)
    }

    /// What to try, v3 before v2c before v1, and how probes would reach a machine that takes it.
    func resolve(_ store: SecretStore, _ session: Session) throws -> [(
        SweepCredential, monitoring: [String: JSONValue]
    )] {
        var out: [(SweepCredential, [String: JSONValue])] = []
        if let user = snmpUser, let auth = USMAuthProtocol(rawValue: snmpAuth),
            let priv = USMPrivProtocol(rawValue: snmpPriv)
        {
            let authSecret = try snmpAuthSecret.map {
                try read($0, "--snmp-auth-secret", literal: false, store, session)
            }
            let privSecret = try snmpPrivSecret.map {
                try read($0, "--snmp-priv-secret", literal: false, store, session)
            }
            let credential = USMCredential(
                user: user, auth: authSecret.map { .init(proto: auth, passphrase: $0) },
                priv: privSecret.map { .init(proto: priv, passphrase: $0) })
            var monitoring: [String: JSONValue] = ["snmp_version": "v3", "snmp_user": .string(user)]
            if let text = snmpAuthSecret {
                monitoring["snmp_auth"] = .string(snmpAuth)
                monitoring["snmp_auth_secret"] = Self.reference(text)
            }
            if let text = snmpPrivSecret {
                monitoring["snmp_priv"] = .string(snmpPriv)
                monitoring["snmp_priv_secret"] = Self.reference(text)
            }
            let complete = [snmpAuthSecret, snmpPrivSecret].allSatisfy { $0?.hasPrefix("secret://") ?? true }
            out.append((SweepCredential(label: "v3 \(user)", .v3(credential)), complete ? monitoring : [:]))
        }
        for version in version1 ? ["v2c", "v1"] : ["v2c"] {
            for (place, text) in community.enumerated() {
                let secret = try read(text, "--community", literal: true, store, session)
                let credential: SNMPCredential = version == "v1" ? .v1(community: secret) : .v2c(community: secret)
                let monitoring: [String: JSONValue] =
                    text.hasPrefix("secret://")
                    ? ["snmp_version": .string(version), "snmp_community": .string(text)] : [:]
                out.append((SweepCredential(label: "\(version) #\(place + 1)", credential), monitoring))
            }
        }
        return out.map { credential, monitoring in
            var monitoring = monitoring
            if !monitoring.isEmpty, port != 161 { monitoring["snmp_port"] = .int(Int64(port)) }
            return (credential, monitoring)
        }
    }

    private static func reference(_ text: String) -> JSONValue? { text.hasPrefix("secret://") ? .string(text) : nil }

    /// Communities that stand in the process list.
    var written: Int {
        community.count { text in
            text != "public" && !["secret://", "env:", "file:"].contains { text.hasPrefix($0) }
        }
    }

    func shell(_ store: SecretStore, _ session: Session) throws -> (user: String, key: Secret)? {
        guard let sshUser, let sshKey else { return nil }
        return (sshUser, try read(sshKey, "--ssh-key", literal: false, store, session))
    }
}
