public import Notation

/// What a parser has to say about output that gives no value.
public struct ParseProblem: Error, Sendable, Equatable {
    /// Whether the machine could not tell, rather than said something we cannot read.
    public let unavailable: Bool
    /// What is wrong; holds no raw output.
    public let message: String

    static func malformed(_ message: String) -> ParseProblem { ParseProblem(unavailable: false, message: message) }
    static func unknown(_ message: String) -> ParseProblem { ParseProblem(unavailable: true, message: message) }
}

/// The parsers a step may name. They take whatever a machine prints: they never trap, never keep control characters,
/// and keep at most 10,000 entries.
public enum ParserName: String, Sendable, CaseIterable {
    /// The first line.
    case text
    /// One whole number.
    case int
    /// One JSON text.
    case json
    /// An array of the lines that are not blank.
    case lines
    /// `key=value` or `key value` lines as an object with lower-case keys; `#` begins a comment.
    case keyValue = "key-value"
    /// os-release(5): an object with lower-case keys; `id` is required.
    case osRelease = "os-release"
    /// `sshd -T`: an object of lower-case keywords; repeated ones joined by a space.
    case sshd = "sshd-t"
    /// Account names, one per line, as an array.
    case accountNames = "shadow-empty"
    /// Sections `passwd`, `shadow` (name:locked:last change:maximum) and, for `last_login` in seconds since 1970,
    /// `lslogins`, `last`, `lastlog` as `accounts.login`.
    case loginAccounts = "login-accounts"
    /// Sections `logindefs`, `pwquality`, `faillock`, `pam` as `password.policy`.
    case passwordPolicy = "password-policy"
    /// `ss -tulpn` or `netstat -tulpn` as `sockets.listening`.
    case listeningSockets = "listening-sockets"
    /// Sections `timedatectl`, `chrony`, `ntpq`, `services` as `time.sync`.
    case timeSync = "time-sync"
    /// Sections `ufw`, `firewalld`, `nft`, `iptables` as `firewall.state`.
    case firewall
    /// Sections `journald`, `journaldir`, `logrotate`, `oldest`, `rsyslog`, `remote` as `log.retention`.
    case logRetention = "log-retention"
    /// Sections `auditd`, `rules` as `log.audit`.
    case audit
    /// `df -P` of one path as `log.disk`.
    case diskUsage = "disk-usage"
    /// Sections `apt`, `dnf` or `zypper` as `updates.pending`.
    case packageUpdates = "package-updates"
    /// Sections `processes`, `installed`, `signatures` as `malware.agent`.
    case malwareAgents = "malware-agents"
    /// Lines of shell profiles as `shell.tmout`.
    case tmout
    /// Sections `status-PORT`, `replication-PORT`, `failed-PORT`, `down-PORT`, `none` as `postgresql.status` and
    /// `postgresql.replication`.
    case postgreSQLStatus = "postgresql-status"
    /// Sections `status`, `replica`, `failed`, `denied`, `down`, `none` as `mysql.status` and `mysql.replication`.
    case mySQLStatus = "mysql-status"

    /// Reads `output`.
    public func parse(_ output: String) throws(ParseProblem) -> JSONValue {
        switch self {
        case .text: try SimpleParsers.text(output)
        case .int: try SimpleParsers.int(output)
        case .json: try SimpleParsers.json(output)
        case .lines: SimpleParsers.lines(output)
        case .keyValue: SimpleParsers.keyValue(output)
        case .osRelease: try SimpleParsers.osRelease(output)
        case .sshd: try SimpleParsers.sshd(output)
        case .accountNames: try AccountParsers.names(output)
        case .loginAccounts: try AccountParsers.login(output)
        case .passwordPolicy: try AccountParsers.policy(output)
        case .listeningSockets: try SystemParsers.sockets(output)
        case .timeSync: try SystemParsers.time(output)
        case .firewall: try FirewallParser.parse(output)
        case .logRetention: try LogParsers.retention(output)
        case .audit: try LogParsers.audit(output)
        case .diskUsage: try LogParsers.disk(output)
        case .packageUpdates: try SoftwareParsers.updates(output)
        case .malwareAgents: try SoftwareParsers.malware(output)
        case .tmout: SimpleParsers.tmout(output)
        case .postgreSQLStatus: try DatabaseParsers.postgreSQL(output)
        case .mySQLStatus: try DatabaseParsers.mySQL(output)
        }
    }
}

/// The output of a script cut at its `@@ NAME WORD` lines.
struct Sections {
    /// Lines by section; the word `denied` or `missing` beside the name says why there are none.
    private(set) var lines: [String: [Substring]] = [:]
    private(set) var marks: [String: String] = [:]

    init(_ output: String) {
        var name = ""
        for line in CleanText.lines(output) {
            if line.hasPrefix("@@ ") {
                let words = CleanText.words(line.dropFirst(3))
                name = words.first ?? ""
                lines[name] = lines[name] ?? []
                if words.count > 1 { marks[name] = words[1] }
            } else {
                lines[name, default: []].append(line)
            }
        }
    }

    /// The lines of `name`; empty when it is not there.
    subscript(_ name: String) -> [Substring] { lines[name] ?? [] }
    /// Whether the section was begun.
    func has(_ name: String) -> Bool { lines[name] != nil }
}
