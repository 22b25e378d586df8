import CLibSSH
import Glibc
import Remote

/// Nil when `offered` is one of the recorded keys. The fingerprint decides: it covers the key's type as well.
func hostKeyError(_ offered: HostKey, recorded: [HostKey], subject: String, endpoint: Endpoint) -> RemoteError? {
    if recorded.contains(where: { $0.fingerprint == offered.fingerprint }) { return nil }
    let type = offered.type == "ssh-ed25519" ? "" : " --type \(offered.type)"
    let replace = recorded.isEmpty ? "" : " --replace"
    let record =
        "hatang host-key record \(subject) --fingerprint \(offered.fingerprint)\(type)\(replace) "
        + "--reason \"compared on the machine\""
    guard !recorded.isEmpty else {
        return RemoteError(
            .hostKeyUnknown, subject: subject,
            message: "\(endpoint) shows the host key \(offered), and none is recorded; nothing was sent to it. Compare "
                + "the fingerprint on the machine itself (ssh-keygen -lf), then: \(record)")
    }
    return RemoteError(
        .hostKeyChanged, subject: subject,
        message: "\(endpoint) shows the host key \(offered), recorded is "
            + recorded.map(\.description).joined(separator: ", ")
            + "; nothing was sent to it. Either someone stands in between, or the key was replaced: find out on the "
            + "machine itself, and only then: \(record)")
}

/// Host key algorithms we take, best first; without ssh-rsa and ssh-dss, which sign with SHA-1.
let hostKeyAlgorithms = [
    "ssh-ed25519", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256",
]

/// All algorithms we take, those of the recorded keys first, so that the server shows the key we know.
///
/// `ssh-rsa` signatures (SHA-1) come last, and only where `legacy` allows them.
func hostKeyPreference(_ recorded: [HostKey], legacy: [String] = []) -> String {
    let types = Set(recorded.map(\.type))
    // An RSA key has one fingerprint and three names: ssh-rsa for itself, rsa-sha2-* for its signatures.
    let hasRSA = !types.isDisjoint(with: ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
    let known = hostKeyAlgorithms.filter { $0.hasPrefix("rsa-") ? hasRSA : types.contains($0) }
    let others = AlgorithmGroup.hostKey.offered(allowing: legacy).filter { !known.contains($0) }
    // A server whose RSA key alone is recorded and that can only sign the old way must not be asked for another key.
    let isOld = hasRSA && legacy.contains("ssh-rsa") && types.isSubset(of: ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
    let order = isOld ? known + ["ssh-rsa"] + others.filter { $0 != "ssh-rsa" } : known + others
    return order.joined(separator: ",")
}

extension SessionHandle {
    /// Sets all options and hands the socket over; false when libssh refuses one.
    func configure(user: String, hostKeys: [HostKey], legacy: [String], socket: SocketOwner) -> Bool {
        ssh_set_blocking(raw, 0)
        func set(_ option: ssh_options_e, _ text: String) -> Bool { ssh_options_set(raw, option, text) == 0 }
        // Neither ~/.ssh/config nor /etc/ssh/ssh_config.
        var processConfig = false
        guard ssh_options_set(raw, SSH_OPTIONS_PROCESS_CONFIG, &processConfig) == 0,
            // libssh looks into known_hosts to order the algorithms, even when nobody asks it to check anything.
            set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null"), set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"),
            // Only a name inside libssh: the socket is connected already.
            set(SSH_OPTIONS_HOST, "peer"),
            set(SSH_OPTIONS_HOSTKEYS, hostKeyPreference(hostKeys, legacy: legacy)),
            user.isEmpty || set(SSH_OPTIONS_USER, user),
            allow(legacy)
        else { return false }
        var descriptor = socket.descriptor
        guard ssh_options_set(raw, SSH_OPTIONS_FD, &descriptor) == 0 else { return false }
        take(socket)
        return true
    }

    /// Whether this build of libssh has the algorithm.
    func knows(_ name: String, _ group: AlgorithmGroup) -> Bool {
        let option =
            switch group {
            case .keyExchange: SSH_OPTIONS_KEY_EXCHANGE
            case .hostKey: SSH_OPTIONS_HOSTKEYS
            case .cipher: SSH_OPTIONS_CIPHERS_C_S
            case .mac: SSH_OPTIONS_HMAC_C_S
            }
        return ssh_options_set(raw, option, name) == 0
    }

    /// The lists of this session alone; they are the same whatever a distribution has compiled in.
    private func allow(_ legacy: [String]) -> Bool {
        func list(_ group: AlgorithmGroup) -> String { group.offered(allowing: legacy).joined(separator: ",") }
        let lists: [(ssh_options_e, AlgorithmGroup)] = [
            (SSH_OPTIONS_KEY_EXCHANGE, .keyExchange), (SSH_OPTIONS_CIPHERS_C_S, .cipher),
            (SSH_OPTIONS_CIPHERS_S_C, .cipher), (SSH_OPTIONS_HMAC_C_S, .mac), (SSH_OPTIONS_HMAC_S_C, .mac),
            (SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, .hostKey),
        ]
        return lists.allSatisfy { ssh_options_set(raw, $0, list($1)) == 0 }
    }

    /// The key the server has just proven to hold.
    var serverKey: HostKey? {
        var key: ssh_key?
        guard ssh_get_server_publickey(raw, &key) == SSH_OK, let key else { return nil }
        defer { ssh_key_free(key) }
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0, let hash else { return nil }
        defer { release(hash) }
        guard let type = ssh_key_type_to_char(ssh_key_type(key)),
            let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length)
        else { return nil }
        defer { ssh_string_free_char(text) }
        return HostKey(type: String(cString: type), fingerprint: String(cString: text))
    }
}

private func release(_ hash: UnsafeMutablePointer<UInt8>) {
    var hash: UnsafeMutablePointer<UInt8>? = hash
    ssh_clean_pubkey_hash(&hash)
}

/// Why a key exchange failed. libssh has one code for all causes, so here its words must be looked at.
func exchangeFailure(_ reason: String, _ endpoint: Endpoint) -> (code: RemoteError.Code, message: String) {
    let lower = reason.lowercased()
    if lower.contains("no match for method") {
        return (.unsupported, "\(endpoint) and we have no algorithm in common: \(reason)")
    }
    if lower.contains("disconnect") || lower.contains("connection reset") || lower.contains("socket error") {
        return (.closed, "\(endpoint) closed the connection during the SSH key exchange: \(reason)")
    }
    return (.protocolViolation, "\(endpoint) does not speak SSH 2.0 as it should: \(reason)")
}
