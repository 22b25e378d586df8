import Notation

/// Parsers for logging.
enum LogParsers {
    static func retention(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        var out: [String: JSONValue] = [:]
        if sections.has("journald"), sections.marks["journald"] != "missing" {
            let set = Dictionary(SimpleParsers.pairs(sections["journald"]), uniquingKeysWith: { $1 })
            let written = set["storage"]?.lowercased() ?? "auto"
            // journald.conf(5): auto is persistent exactly when /var/log/journal exists.
            let directory = sections["journaldir"].contains { CleanText.line($0) == "persistent" }
            let known = ["auto", "persistent", "volatile", "none"].contains(written)
            out["journald_storage"] = .string(
                written == "auto" || !known ? (directory ? "persistent" : "volatile") : written)
            if let days = set["maxretentionsec"].flatMap(days), days > 0 {
                out["journald_max_retention_days"] = .int(days)
            }
        }
        if sections.has("logrotate"), let days = logrotate(sections["logrotate"]) { out["logrotate_days"] = .int(days) }
        // Two numbers: now and the oldest modification time, seconds since 1970.
        let moments = sections["oldest"].compactMap { Int64(CleanText.line($0)) }
        if moments.count == 2, moments[1] > 0, moments[0] >= moments[1] {
            out["oldest_days"] = .int((moments[0] - moments[1]) / 86_400)
        }
        if sections.has("rsyslog") {
            out["rsyslog_active"] = .bool(sections["rsyslog"].contains { !CleanText.line($0).isEmpty })
        }
        if sections.has("remote") { out["remote_targets"] = .array(remote(sections["remote"]).map { .string($0) }) }
        if out.isEmpty { throw .unknown("no logging configuration could be read") }
        return .object(out)
    }

    /// systemd.time(7) spans such as `3month`, `2week 1day`, `7776000`, in whole days.
    static func days(_ span: String) -> Int64? {
        let units: [(names: Set<String>, seconds: Double)] = [
            (["", "s", "sec", "second", "seconds"], 1), (["m", "min", "minute", "minutes"], 60),
            (["h", "hr", "hour", "hours"], 3_600), (["d", "day", "days"], 86_400),
            (["w", "week", "weeks"], 604_800), (["M", "month", "months"], 2_629_800),
            (["y", "year", "years"], 31_557_600), (["ms", "msec"], 0.001), (["us", "usec"], 0.000_001),
        ]
        var total = 0.0
        var rest = Substring(CleanText.trimmed(span))
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let name = String(rest.prefix { $0.isASCII && $0.isLetter })
            guard let unit = units.first(where: { $0.names.contains(name) }) else { return nil }
            total += number * unit.seconds
            rest = rest.dropFirst(name.count).drop { $0 == " " }
        }
        return total < 1e15 ? Int64(total / 86_400) : nil
    }

    /// Days the system log is kept: of the block that names /var/log/syslog or /var/log/messages, else of the globals.
    static func logrotate(_ lines: [Substring]) -> Int64? {
        struct Rule {
            var hours: Int64?
            var rotate: Int64?
            var maximum: Int64?
        }
        var global = Rule()
        var block: Rule?
        var best: Rule?
        var header: [String] = []
        var script = false
        for raw in lines {
            let line = CleanText.line(raw)
            var words = CleanText.words(line)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if script {
                script = first != "endscript"
                continue
            }
            if ["postrotate", "prerotate", "firstaction", "lastaction", "preremove"].contains(first) {
                script = true
                continue
            }
            if first.hasPrefix("/") || first.hasPrefix("\"/") { header += words }
            if words.last == "{" || words.last?.hasSuffix("{") == true {
                block = Rule()
                continue
            }
            if first == "}" {
                if let done = block, header.contains(where: { $0.hasSuffix("/syslog") || $0.hasSuffix("/messages") }) {
                    best = done
                }
                block = nil
                header = []
                continue
            }
            var rule = block ?? global
            if words.count == 1 { words.append("") }
            switch first {
            case "hourly": rule.hours = 1
            case "daily": rule.hours = 24
            case "weekly": rule.hours = 7 * 24
            case "monthly": rule.hours = 30 * 24
            case "yearly": rule.hours = 365 * 24
            case "rotate": rule.rotate = Int64(words[1])
            case "maxage": rule.maximum = Int64(words[1])
            default: continue
            }
            if block != nil { block = rule } else { global = rule }
        }
        let rule = best ?? global
        guard let rotate = rule.rotate ?? global.rotate, (0...1_000_000).contains(rotate) else { return nil }
        let kept = rotate * (rule.hours ?? global.hours ?? 7 * 24) / 24
        return min(kept, rule.maximum ?? global.maximum ?? kept)
    }

    /// Targets of rsyslog: `*.* @@host:514`, `action(type="omfwd" target="host" port="514")`; sorted.
    private static func remote(_ lines: [Substring]) -> [String] {
        var targets: Set<String> = []
        for raw in lines where targets.count < 100 {
            let line = CleanText.line(raw)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.contains("omfwd") || line.contains("omrelp") {
                if let target = attribute("target", line) {
                    targets.insert(attribute("port", line).map { "\(target):\($0)" } ?? target)
                }
            } else if let word = CleanText.words(line).last, word.hasPrefix("@") {
                let host = word.drop { $0 == "@" }
                if !host.isEmpty { targets.insert(String(host.prefix(256))) }
            }
        }
        return targets.sorted()
    }

    private static func attribute(_ name: String, _ line: String) -> String? {
        // RainerScript writes parameter names in any case.
        guard let start = line.lowercased().firstRange(of: name + "=\"") else { return nil }
        let offset = line.lowercased().distance(from: line.lowercased().startIndex, to: start.upperBound)
        let value = line.dropFirst(offset).prefix { $0 != "\"" }
        return value.isEmpty ? nil : String(value.prefix(256))
    }

    static func audit(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        guard sections.has("auditd") else { throw .malformed("auditd was not looked for") }
        var out: [String: JSONValue] = [
            "auditd_active": .bool(sections["auditd"].contains { !CleanText.line($0).isEmpty })
        ]
        if sections.has("rules"), sections.marks["rules"] == nil {
            out["rules"] = .int(Int64(sections["rules"].count { CleanText.line($0).hasPrefix("-") }))
        }
        return .object(out)
    }

    static func disk(_ output: String) throws(ParseProblem) -> JSONValue {
        // POSIX df -P: Filesystem 1024-blocks Used Available Capacity Mounted-on.
        guard let line = CleanText.lines(output).last else { throw .unknown("df printed nothing") }
        for word in CleanText.words(line).reversed() where word.hasSuffix("%") {
            if let percent = Int64(word.dropLast()), (0...100).contains(percent) {
                return .object(["used_percent": .int(percent)])
            }
        }
        throw .malformed("df printed no capacity")
    }
}
