import Notation

/// Parsers for updates and anti-malware agents.
enum SoftwareParsers {
    static func updates(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        if sections.has("apt") {
            // apt-get -s upgrade: `Inst libc6 [2.36-9] (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64])`.
            let lines = sections["apt"].filter { $0.hasPrefix("Inst ") }
            return counts(
                lines.count, lines.count { $0.lowercased().contains("-security") }, listsAge(sections["lists"]))
        }
        if sections.has("dnf") {
            // dnf check-update: `name.arch  version  repository`; what is obsoleted stands behind its own heading.
            let lines = sections["dnf"].prefix { !$0.hasPrefix("Obsoleting") }.filter { line in
                let words = CleanText.words(line)
                return words.count == 3 && words[0].contains(".")
            }
            let security =
                sections.has("dnfsec")
                ? sections["dnfsec"].count { $0.lowercased().contains("sec") && CleanText.words($0).count >= 3 } : nil
            return counts(lines.count, security)
        }
        if sections.has("zypper") {
            let lines = sections["zypper"].filter { $0.split(separator: "|").count >= 5 && $0.hasPrefix("v ") }
            return counts(lines.count, nil)
        }
        throw .unknown("no package manager is known here")
    }

    /// Old lists know of no updates: how old they are, in hours, from `now newest` in seconds since 1970.
    private static func listsAge(_ lines: [Substring]) -> Int64? {
        let moments = CleanText.words(lines.first ?? "").compactMap { Int64($0) }
        guard moments.count == 2, moments[1] > 0, moments[0] >= moments[1] else { return nil }
        return (moments[0] - moments[1]) / 3_600
    }

    private static func counts(_ total: Int, _ security: Int?, _ listsAge: Int64? = nil) -> JSONValue {
        var out: [String: JSONValue] = ["total": .int(Int64(total))]
        if let listsAge { out["lists_age_h"] = .int(listsAge) }
        if let security { out["security"] = .int(Int64(security)) }
        return .object(out)
    }

    /// Process names (as ps cuts them, 15 characters) and the product they belong to.
    static let agents: [(product: String, processes: [String])] = [
        ("clamav", ["clamd", "clamonacc", "freshclam"]),
        ("bkav", ["bkavd", "bkavservice", "bkavendpoint"]),
        ("crowdstrike-falcon", ["falcon-sensor", "falcon-sensor-b"]),
        ("eset", ["eea", "eeav", "esets_daemon", "odfeeder", "oaeventd"]),
        ("kaspersky", ["kesl", "klnagent", "kesl-supervised", "kesl-supervisor"]),
        ("microsoft-defender", ["wdavdaemon", "mdatp"]),
        ("sentinelone", ["s1-agent", "sentinelone-age", "s1-orchestrator", "s1-orchestrato"]),
        ("sophos", ["savd", "savscand", "sspl-base", "sophos-spl", "av_plugin", "sophos_threat_d"]),
        ("symantec", ["symcfgd", "rtvscand", "sisamddaemon", "sisidsdaemon"]),
        ("trellix", ["masvc", "mfetpd", "isectpd"]),
        ("trend-micro", ["ds_agent", "ds_am", "tmxbc", "splxmod"]),
        ("vsec", ["vsec-agent", "vcs-ajiant", "ajiant"]),
    ]

    static func malware(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        let running = Set(sections["processes"].map { CleanText.line($0).lowercased() })
        let installed = Set(sections["installed"].map { CleanText.line($0).lowercased() })
        guard !running.isEmpty else { throw .unknown("the processes could not be listed") }
        var found: (name: String, active: Bool)?
        for (product, processes) in agents {
            // freshclam alone only loads signatures.
            let active = processes.contains { running.contains($0) && $0 != "freshclam" }
            if active, found?.active != true { found = (product, true) }
            if !active, found == nil, installed.contains(product) { found = (product, false) }
        }
        guard let found else { return .object(["name": "none", "active": false]) }
        var out: [String: JSONValue] = ["name": .string(found.name), "active": .bool(found.active)]
        // `product now newest` in seconds since 1970.
        for line in sections["signatures"] {
            let words = CleanText.words(line)
            guard words.count == 3, words[0] == found.name, let now = Int64(words[1]), let newest = Int64(words[2]),
                newest > 0, now >= newest
            else { continue }
            out["signature_age_h"] = .int((now - newest) / 3_600)
        }
        return .object(out)
    }
}
