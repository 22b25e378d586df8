import Remote

/// The four lists of a key exchange that must each have something in common (RFC 4253 section 7.1).
enum AlgorithmGroup: Int, CaseIterable {
    case keyExchange, hostKey, cipher, mac

    /// For messages.
    var name: String {
        switch self {
        case .keyExchange: "key exchange"
        case .hostKey: "host key"
        case .cipher: "cipher"
        case .mac: "MAC"
        }
    }

    /// What every session offers, best first.
    var modern: [String] {
        switch self {
        case .keyExchange:
            [
                "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
                "ecdh-sha2-nistp521", "diffie-hellman-group18-sha512", "diffie-hellman-group16-sha512",
                "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256",
            ]
        case .hostKey: hostKeyAlgorithms
        case .cipher:
            [
                // For packets as small as those of a command, AES in hardware costs half as much as ChaCha20.
                "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr",
                "aes192-ctr", "aes128-ctr",
            ]
        case .mac:
            ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]
        }
    }

    /// What libssh 0.10 has besides and a server must be allowed by name.
    var legacy: [String] {
        switch self {
        case .keyExchange:
            ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]
        case .hostKey: ["ssh-rsa"]
        case .cipher: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"]
        case .mac: ["hmac-sha1-etm@openssh.com", "hmac-sha1"]
        }
    }

    /// The modern ones, then those that are allowed here.
    func offered(allowing legacyNames: [String]) -> [String] { modern + legacy.filter(legacyNames.contains) }
}

/// Nil when every name of `target.legacyAlgorithms` is one that can be allowed.
func legacyError(_ target: ShellTarget) -> RemoteError? {
    let known = AlgorithmGroup.allCases.flatMap(\.legacy)
    let unknown = target.legacyAlgorithms.filter { !known.contains($0) }
    guard !unknown.isEmpty else { return nil }
    return RemoteError(
        .unsupported, subject: target.subject,
        message: "ssh_legacy_algorithms names \(unknown.map { printable($0, limit: 64) }.joined(separator: ", ")), "
            + "which the SSH library does not have; it has \(known.joined(separator: ", "))")
}

/// What a server offers in its first message, SSH_MSG_KEXINIT.
struct KeyExchangeOffer: Equatable {
    /// Names by group; of the two directions the one towards us.
    let names: [AlgorithmGroup: [String]]

    init(names: [AlgorithmGroup: [String]]) { self.names = names }

    /// Finds the message at the start of `bytes`, behind the identification line if that is there too.
    ///
    /// - Returns: nil when it is not (wholly) there. RFC 4253 sections 4.2, 6 and 7.1.
    init?(_ bytes: [UInt8]) {
        var start = 0
        // The identification and the lines a server may send before it.
        while start < bytes.count, bytes[start] >= 0x20 {
            guard let end = bytes[start...].firstIndex(of: 0x0a) else { return nil }
            start = end + 1
        }
        guard let length = Self.number(bytes, start), (32...35_000).contains(length),
            start + 4 + length <= bytes.count, bytes[start + 5] == 20
        else { return nil }
        // Packet length, padding length, message number, cookie.
        var position = start + 4 + 1 + 1 + 16
        var lists: [[String]] = []
        while lists.count < 8 {
            guard let size = Self.number(bytes, position), position + 4 + size <= start + 4 + length else { return nil }
            let text = String(decoding: bytes[(position + 4)..<(position + 4 + size)], as: UTF8.self)
            lists.append(text.split(separator: ",").prefix(100).map { printable(String($0), limit: 64) })
            position += 4 + size
        }
        // Key exchange, host key, then ciphers and MACs of both directions; 3 and 5 are server to client.
        names = [.keyExchange: lists[0], .hostKey: lists[1], .cipher: lists[3], .mac: lists[5]]
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int? {
        guard at >= 0, at + 4 <= bytes.count else { return nil }
        return bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// What keeps `allowed` and this server from meeting, and what would help.
    func judge(allowed: [String]) -> Misfit {
        var (missing, help, hopeless): ([AlgorithmGroup], [String], [AlgorithmGroup]) = ([], [], [])
        for group in AlgorithmGroup.allCases {
            let offered = names[group] ?? []
            // Ciphers with authentication of their own need no MAC (RFC 5647, OpenSSH PROTOCOL section 1.6).
            if group == .mac, offered.isEmpty { continue }
            guard Set(offered).isDisjoint(with: group.offered(allowing: allowed)) else { continue }
            missing.append(group)
            if let old = group.legacy.first(where: offered.contains) {
                help.append(old)
            } else {
                hopeless.append(group)
            }
        }
        return Misfit(missing: missing, help: help, hopeless: hopeless)
    }

    /// Why no algorithm was in common.
    struct Misfit: Equatable {
        /// Groups without a common name.
        let missing: [AlgorithmGroup]
        /// Old names that would give the groups one.
        let help: [String]
        /// Groups that nothing in the library would help.
        let hopeless: [AlgorithmGroup]
    }

    /// For the operator: what the server offers where we have nothing, and what to write down or use instead.
    func explanation(_ misfit: Misfit, _ endpoint: Endpoint) -> String {
        let offers = misfit.missing.map { "\($0.name) \((names[$0] ?? []).joined(separator: ","))" }
        var text = "\(endpoint) and we have no algorithm in common; it offers only \(offers.joined(separator: "; "))"
        if !misfit.hopeless.isEmpty {
            text += ". The SSH library has none of them: set ssh_client to openssh for this machine"
        } else if !misfit.help.isEmpty {
            text +=
                ". If this machine cannot be updated, let it in by its own record: ssh_legacy_algorithms: "
                + "[\(misfit.help.joined(separator: ", "))]"
        }
        return text
    }
}
