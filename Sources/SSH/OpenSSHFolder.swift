import Addressing
import Foundation
import Glibc
import Remote

/// The private folder (0700) of one connection that the system's `ssh` makes for us: its configuration, the recorded
/// fingerprints, the keys, and pipes from which it is told passwords. Nothing secret stands in arguments, in the
/// environment or in the configuration; the folder goes with the connection.
final class OpenSSHFolder {
    let path: String
    /// The name of the target in the configuration.
    let host: String
    private let target: ShellTarget
    private var pipes: [Int32] = []
    private(set) var needsAnswers = false

    private init(_ path: String, _ target: ShellTarget) {
        self.path = path
        self.target = target
        host = "hop-\(target.jumps.count)"
    }

    deinit {
        pipes.forEach { _ = close($0) }
        try? FileManager.default.removeItem(atPath: path)
    }

    static func make(for target: ShellTarget, agentSocket: String?) -> Result<OpenSSHFolder, RemoteError> {
        func failure(_ code: RemoteError.Code, _ message: String) -> Result<OpenSSHFolder, RemoteError> {
            .failure(RemoteError(code, subject: target.subject, message: message))
        }
        let hops = target.jumps + [target]
        let isClean = hops.allSatisfy { hop in
            hop.user.range(of: "^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$", options: .regularExpression) != nil
        }
        guard isClean else {
            return failure(
                .unsupported, "the system's ssh is not given user names with other than letters, digits, _.-")
        }
        // The path of a socket has room for 107 bytes (unix(7)), of which ssh wants some for itself.
        let base = NSTemporaryDirectory().utf8.count < 50 ? NSTemporaryDirectory() : "/tmp/"
        var template = Array((base + "hatang-ssh-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            return failure(.local, "no private folder in \(base): \(String(cString: strerror(errno)))")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = OpenSSHFolder(path, target)
        for (index, hop) in hops.enumerated() {
            if let error = folder.prepare(hop, index, agentSocket) {
                return .failure(RemoteError(error.code, subject: target.subject, message: error.message))
            }
        }
        let files = [
            ("check", checkScript), ("ask", askScript), ("watch", watchScript),
            ("config", hops.indices.map { folder.lines(hops[$0], $0, agentSocket) }.joined() + globalLines),
        ]
        for (name, text) in files where !folder.write(Array(text.utf8), name, name == "ask" ? 0o700 : 0o600) {
            return failure(.local, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        return .success(folder)
    }

    /// The keys that were shown on the way, by hop.
    func shownKey(_ hop: Int) -> HostKey? {
        guard let text = try? String(contentsOfFile: "\(path)/shown-\(hop)", encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map { printable(String($0), limit: 100) }
        return words.count == 2 ? HostKey(type: words[0], fingerprint: words[1]) : nil
    }

    /// Nil when every key that was shown is recorded for `target` now; a hop that was not reached has shown none.
    func keyError(for target: ShellTarget) -> RemoteError? {
        for (index, hop) in (target.jumps + [target]).enumerated() {
            guard let shown = shownKey(index) else { continue }
            guard
                let error = hostKeyError(
                    shown, recorded: hop.hostKeys, subject: hop.subject, endpoint: hop.endpoint)
            else { continue }
            let place = index < target.jumps.count ? "through \(hop.subject) (\(hop.endpoint)): " : ""
            return RemoteError(error.code, subject: target.subject, message: place + error.message)
        }
        return nil
    }

    private func write(_ bytes: [UInt8], _ name: String, _ mode: mode_t) -> Bool {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { return false }
        defer { close(file) }
        return bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count
    }

    private func prepare(_ hop: ShellTarget, _ index: Int, _ agentSocket: String?) -> RemoteError? {
        func error(_ code: RemoteError.Code, _ message: String) -> RemoteError {
            RemoteError(code, subject: hop.subject, message: message)
        }
        let accepted = hop.hostKeys.map(\.fingerprint)
            .filter { $0.range(of: "^SHA256:[A-Za-z0-9+/=]+$", options: .regularExpression) != nil }
        guard write(Array((accepted.joined(separator: "\n") + "\n").utf8), "accepted-\(index)", 0o600) else {
            return error(.local, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        var answer: Secret?
        switch hop.credential {
        case .agent:
            if agentSocket == nil { return error(.local, "no SSH agent: SSH_AUTH_SOCK is not set") }
        case .password(let password): answer = password
        case .privateKey(let key, let passphrase):
            // ssh refuses a key without a newline at its end.
            guard key.withBytes({ write($0 + [0x0a], "key-\(index)", 0o600) }) else {
                return error(.local, "\(path) cannot be written: \(String(cString: strerror(errno)))")
            }
            answer = passphrase
        }
        guard let answer else { return nil }
        needsAnswers = true
        return offer(answer, "answer-\(index)")
            ? nil : error(.unsupported, "a password with a line break or over 1000 bytes")
    }

    /// Puts the secret into a named pipe: it stands in the kernel's memory until it is read, never on a disk.
    private func offer(_ secret: Secret, _ name: String) -> Bool {
        guard secret.count <= 1000, mkfifo("\(path)/\(name)", 0o600) == 0 else { return false }
        // For both, so that it can be opened at once and keeps what has been written.
        let pipe = open("\(path)/\(name)", O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else { return false }
        pipes.append(pipe)
        return secret.withBytes { bytes in
            guard !bytes.contains(0x0a), !bytes.contains(0) else { return false }
            // Once for each way in which it may be asked for.
            return (0..<2).allSatisfy { _ in
                (bytes + [0x0a]).withUnsafeBytes { Glibc.write(pipe, $0.baseAddress, $0.count) == $0.count }
            }
        }
    }

    private func lines(_ hop: ShellTarget, _ index: Int, _ agentSocket: String?) -> String {
        let seconds = max(1, Int((hop.connectTimeout / .seconds(1)).rounded(.up)))
        var lines = [
            "Host hop-\(index)", "HostName \(hop.endpoint.address)", "Port \(hop.endpoint.port)", "User \(hop.user)",
            "HostKeyAlias hop-\(index)", "ConnectTimeout \(seconds)",
            "HostKeyAlgorithms \(hostKeyPreference(hop.hostKeys, legacy: hop.legacyAlgorithms))",
            "KnownHostsCommand /bin/sh \(path)/check \(path) \(index) %I %f %t %K %H",
        ]
        if index > 0 { lines.append("ProxyJump hop-\(index - 1)") }
        for (group, keyword) in [
            (AlgorithmGroup.keyExchange, "KexAlgorithms"), (.cipher, "Ciphers"), (.mac, "MACs"),
            (.hostKey, "PubkeyAcceptedAlgorithms"),
        ] {
            let old = group.legacy.filter(hop.legacyAlgorithms.contains)
            if !old.isEmpty { lines.append("\(keyword) +\(old.joined(separator: ","))") }
        }
        switch hop.credential {
        case .agent:
            lines += [
                "IdentityAgent \"\(agentSocket ?? "none")\"", "PreferredAuthentications publickey", "BatchMode yes",
            ]
        case .password:
            lines += [
                "PubkeyAuthentication no", "PreferredAuthentications password,keyboard-interactive",
                "NumberOfPasswordPrompts 1", "IdentityAgent none",
            ]
        case .privateKey(_, let passphrase):
            lines += [
                "IdentityFile \(path)/key-\(index)", "IdentitiesOnly yes", "IdentityAgent none",
                "PreferredAuthentications publickey", "BatchMode \(passphrase == nil ? "yes" : "no")",
                "NumberOfPasswordPrompts 1",
            ]
        }
        return lines.joined(separator: "\n  ") + "\n"
    }

    private static let globalLines = """
        Host *
          UserKnownHostsFile /dev/null
          GlobalKnownHostsFile /dev/null
          StrictHostKeyChecking yes
          CheckHostIP no
          UpdateHostKeys no
          VerifyHostKeyDNS no
          ControlMaster no
          ControlPath none
          ForwardAgent no
          ForwardX11 no
          GSSAPIAuthentication no
          HostbasedAuthentication no
          RequestTTY no
          EscapeChar none
          ServerAliveInterval 10
          ServerAliveCountMax 3

        """

    /// ssh asks which keys are known, with the fingerprint (`%f`) of the one the server has shown, after the key exchange
    /// and before any login. The whole key is told to it only when its fingerprint is a recorded one.
    private static let checkScript = """
        [ "$3" = HOSTNAME ] || exit 0
        printf '%s %s\\n' "$5" "$4" >"$1/shown-$2"
        if grep -qxF -- "$4" "$1/accepted-$2"; then printf '%s %s %s\\n' "$7" "$5" "$6"; fi

        """

    /// What ssh calls for a password. The beginning of the question is ssh's own and names the hop; the rest may be the
    /// server's and is not looked at.
    private static let askScript = """
        #!/bin/sh
        folder=${0%/*}
        case $1 in
        "Enter passphrase for key '$folder/key-"*) hop=${1#*"$folder/key-"} ;;
        "("*@hop-*") "*) hop=${1#*@hop-} ;;
        *@hop-*"'s password: ") hop=${1#*@hop-} ;;
        *) exit 1 ;;
        esac
        hop=${hop%%[!0-9]*}
        [ -p "$folder/answer-$hop" ] || exit 1
        IFS= read -r answer <"$folder/answer-$hop" || exit 1
        printf '%s\\n' "$answer"

        """

    /// Runs ssh until it ends or until our end of standard input is closed, as it is when we are killed.
    private static let watchScript = """
        folder=$1; shift
        exec 3<&0
        "$@" </dev/null 3<&- & child=$!
        (read -r _ <&3; kill $child 2>/dev/null; rm -rf -- "$folder") >/dev/null 2>&1 & watcher=$!
        wait $child; status=$?
        kill $watcher 2>/dev/null
        exit $status

        """
}
