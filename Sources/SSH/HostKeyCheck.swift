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
private let hostKeyAlgorithms = [
    "ssh-ed25519", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256",
]

/// All algorithms we take, those of the recorded keys first, so that the server shows the key we know.
func hostKeyPreference(_ recorded: [HostKey]) -> String {
    let types = Set(recorded.map(\.type))
    // An RSA key has one fingerprint and three names: ssh-rsa for itself, rsa-sha2-* for its signatures.
    let hasRSA = !types.isDisjoint(with: ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
    let known = hostKeyAlgorithms.filter { $0.hasPrefix("rsa-") ? hasRSA : types.contains($0) }
    return (known + hostKeyAlgorithms.filter { !known.contains($0) }).joined(separator: ",")
}

extension SessionHandle {
    /// Sets all options and hands the socket over; false when libssh refuses one.
    func configure(user: String, hostKeys: [HostKey], socket: TCPSocket) -> Bool {
        ssh_set_blocking(raw, 0)
        func set(_ option: ssh_options_e, _ text: String) -> Bool { ssh_options_set(raw, option, text) == 0 }
        // Neither ~/.ssh/config nor /etc/ssh/ssh_config.
        var processConfig = false
        guard ssh_options_set(raw, SSH_OPTIONS_PROCESS_CONFIG, &processConfig) == 0,
            // libssh looks into known_hosts to order the algorithms, even when nobody asks it to check anything.
            set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null"), set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"),
            // Only a name inside libssh: the socket is connected already.
            set(SSH_OPTIONS_HOST, "peer"),
            set(SSH_OPTIONS_HOSTKEYS, hostKeyPreference(hostKeys)),
            user.isEmpty || set(SSH_OPTIONS_USER, user)
        else { return false }
        var descriptor = socket.descriptor
        guard ssh_options_set(raw, SSH_OPTIONS_FD, &descriptor) == 0 else { return false }
        socket.giveAway()
        return true
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
