import Evidence

/// The last login of each account, from whatever a machine has to tell it.
///
/// Every line begins with an account and bears the time of a login: `lslogins` and `last` in ISO form, `lastlog` in
/// its own. A line without a time that can be read says nothing, and neither does "Never logged in": the record may be
/// younger than the account.
enum LoginTimes {
    /// Names that wtmp(5) uses for what is no login.
    private static let noAccounts: Set<String> = ["reboot", "shutdown", "runlevel", "wtmp", "wtmpdb"]

    /// Seconds since 1970 of the newest login by account.
    static func newest(_ sections: Sections) -> [String: Int64] {
        var newest: [String: Int64] = [:]
        func note(_ lines: [Substring], _ read: ([String]) -> Int64?) {
            for line in lines {
                let words = CleanText.words(CleanText.line(line))
                guard let name = words.first, !noAccounts.contains(name), let seconds = read(words) else { continue }
                newest[name] = max(newest[name] ?? seconds, seconds)
            }
        }
        note(sections["lslogins"]) { words in words.dropFirst().lazy.compactMap(iso).first }
        note(sections["last"]) { words in words.dropFirst().lazy.compactMap(iso).first }
        note(sections["lastlog"], lastlog)
        return newest
    }

    /// `2026-11-16T20:24:21+07:00`, also with `+0700`, `Z`, or a comma and fractions before the offset.
    static func iso(_ word: String) -> Int64? {
        guard word.utf8.count >= 20, word.utf8.allSatisfy({ $0 < 128 }) else { return nil }
        let parts = word.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = Timestamp(day: String(parts[0])) else { return nil }
        let clock = parts[1].prefix(8)
        var rest = parts[1].dropFirst(8)
        if rest.first == "," || rest.first == "." { rest = rest.dropFirst().drop(while: \.isNumber) }
        guard let seconds = self.clock(clock), let offset = offset(rest) else { return nil }
        return plausible(day.milliseconds / 1_000 + seconds - offset)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The last six words of a line of `lastlog`: `Mon Nov 16 20:24:21 +0700 2026`.
    static func lastlog(_ words: [String]) -> Int64? {
        guard words.count >= 7 else { return nil }
        let tail = words.suffix(6).map { $0 }
        guard let month = months.firstIndex(of: tail[1]), let day = Int(tail[2]), (1...31).contains(day),
            tail[5].count == 4, Int(tail[5]) != nil, let seconds = clock(Substring(tail[3])),
            let offset = offset(Substring(tail[4]))
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        guard let start = Timestamp(day: "\(tail[5])-\(two(month + 1))-\(two(day))") else { return nil }
        return plausible(start.milliseconds / 1_000 + seconds - offset)
    }

    /// Seconds since midnight of `20:24:21`.
    private static func clock(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int64(parts[0]),
            let minutes = Int64(parts[1]), let seconds = Int64(parts[2]), (0...23).contains(hours),
            (0...59).contains(minutes), (0...60).contains(seconds)
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }

    /// Seconds east of Greenwich of `Z`, `+07:00`, `-0330`.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.utf8.count == 4, let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.suffix(2)),
            (0...14).contains(hours), (0...59).contains(minutes)
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    /// An empty record reads as 1970: that is no login.
    private static func plausible(_ seconds: Int64) -> Int64? { seconds > 86_400 ? seconds : nil }
}
