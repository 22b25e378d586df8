import Evidence
import Notation

/// Parsers for accounts and password rules.
enum AccountParsers {
    private static let noLogin: Set<String> = [
        "nologin", "false", "sync", "halt", "shutdown", "git-shell",
    ]

    /// POSIX names, and `$` at the end for machine accounts.
    private static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "._-$@\\+".utf8.contains($0)
            }
    }

    static func names(_ output: String) throws(ParseProblem) -> JSONValue {
        var names: Set<String> = []
        for line in CleanText.lines(output) {
            let name = CleanText.line(line)
            if name.isEmpty { continue }
            guard isName(name), names.count < SimpleParsers.entryLimit else {
                throw .malformed("a line is no account name")
            }
            names.insert(name)
        }
        return .array(names.sorted().map { .string($0) })
    }

    static func login(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        var ageing: [Substring: [Substring]] = [:]
        for line in sections["shadow"] {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count >= 4 { ageing[parts[0]] = parts }
        }
        let logins = LoginTimes.newest(sections)
        var accounts: [JSONValue] = []
        for line in sections["passwd"] {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 7, isName(parts[0]), let uid = Int64(parts[2]) else { continue }
            // passwd(5): an empty shell field means /bin/sh.
            let shell = parts[6].isEmpty ? "/bin/sh" : CleanText.line(parts[6], limit: 256)
            if noLogin.contains(String(shell.split(separator: "/").last ?? "")) { continue }
            if accounts.count == SimpleParsers.entryLimit { break }
            var account: [String: JSONValue] = [
                "name": .string(String(parts[0])), "uid": .int(uid), "shell": .string(shell),
            ]
            if let last = logins[String(parts[0])] { account["last_login"] = .int(last) }
            if let age = ageing[parts[0]] {
                account["locked"] = .bool(age[1] == "1")
                if let days = Int64(age[2]), (0...100_000).contains(days) {
                    account["last_change"] = .string(Timestamp(milliseconds: days * 86_400_000).day)
                }
                if let maximum = Int64(age[3]) { account["max_days"] = .int(maximum) }
            }
            accounts.append(.object(account))
        }
        if accounts.isEmpty, sections["passwd"].isEmpty { throw .malformed("the account list is empty") }
        return .array(accounts)
    }

    static func policy(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        var policy: [String: JSONValue] = [:]
        func number(_ text: String?) -> JSONValue? { text.flatMap { Int64($0) }.map { .int($0) } }
        let defs = Dictionary(SimpleParsers.pairs(sections["logindefs"]), uniquingKeysWith: { $1 })
        for key in ["pass_max_days", "pass_min_days", "pass_warn_age"] { policy[key] = number(defs[key]) }
        let pam = sections["pam"].map { CleanText.words(CleanText.line($0)) }.filter {
            $0.first?.hasPrefix("#") == false
        }
        func modules(_ names: String...) -> [[String]] {
            pam.filter { words in words.contains { word in names.contains { word.hasSuffix($0 + ".so") } } }
        }
        func arguments(_ lines: [[String]]) -> [String: String] {
            var out: [String: String] = [:]
            for word in lines.joined() {
                let parts = word.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { out[parts[0].lowercased()] = String(parts[1]) }
            }
            return out
        }
        // pwquality.conf and faillock.conf say something only where PAM loads the module; arguments win over files.
        let quality = modules("pam_pwquality", "pam_cracklib")
        if !quality.isEmpty {
            let file = Dictionary(SimpleParsers.pairs(sections["pwquality"]), uniquingKeysWith: { $1 })
            let set = file.merging(arguments(quality)) { $1 }
            policy["minlen"] = number(set["minlen"]) ?? 8  // pwquality.conf(5): default 8
            policy["minclass"] = number(set["minclass"]) ?? 0
        } else if let length = number(arguments(modules("pam_unix"))["minlen"]) {
            policy["minlen"] = length
        }
        let lock = modules("pam_faillock", "pam_tally2")
        if !lock.isEmpty {
            let file = Dictionary(SimpleParsers.pairs(sections["faillock"]), uniquingKeysWith: { $1 })
            let set = file.merging(arguments(lock)) { $1 }
            // faillock.conf(5): 3 failures within 900 s lock for 600 s.
            policy["faillock_deny"] = number(set["deny"]) ?? 3
            policy["faillock_unlock_time"] = set["unlock_time"] == "never" ? 0 : number(set["unlock_time"]) ?? 600
            policy["faillock_fail_interval"] = number(set["fail_interval"]) ?? 900
        }
        if policy.isEmpty { throw .unknown("neither login.defs nor PAM files could be read") }
        return .object(policy)
    }
}
