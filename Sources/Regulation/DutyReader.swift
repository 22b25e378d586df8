import Notation

/// Reads a duty table and collects every error.
struct DutyReader {
    let file: String
    private var problems: [Diagnostic] = []
    private var sources: [String: String] = [:]
    private var figures: [String: FigureNodes] = [:]

    /// One figure's nodes by level.
    private struct FigureNodes {
        var title: Bilingual
        var levels: [Int: YAMLMap]
    }

    static let names = [
        "rpo_files", "rpo_database", "rto", "copies", "media", "separation", "offsite", "immutable", "encryption",
        "verify_structure", "verify_full", "restore_drill", "plan_exercise", "retention", "log_retention_months",
        "policy_review_months", "network_standby",
    ]

    init(file: String) { self.file = file }

    mutating func read(_ text: String) throws(InputErrors) -> DutyTable {
        guard let root = try YAMLReader.read(text, file: file) else {
            throw InputErrors(
                Diagnostic(SourcePosition(file: file), problem: "no duties in it", remedy: "add figures: and tiers:"))
        }
        guard let map = root.map else {
            throw InputErrors(
                Diagnostic(root.position, problem: "a \(root.shape), a mapping is asked", remedy: "add figures:"))
        }
        var top = MapReader(map, subject: "duty table")
        _ = top.mapping("meta")
        readSources(top.mapping("sources", required: true))
        readFigures(top.mapping("figures", required: true))
        let tiers = top.list("tiers", required: true).compactMap { readTier($0) }
        problems += top.finish()
        var duties: [Int: Duty] = [:]
        for level in 1...5 { duties[level] = duty(level) }
        if !problems.isEmpty { throw InputErrors(problems) }
        return DutyTable(
            duties: duties, tiers: tiers, sources: sources, titles: figures.mapValues(\.title))
    }

    private mutating func readSources(_ map: YAMLMap?) {
        guard let map else { return }
        var reader = MapReader(map, subject: "sources")
        for entry in map.entries { sources[entry.key] = reader.text(entry.key, required: true) }
        problems += reader.finish()
    }

    private mutating func readFigures(_ map: YAMLMap?) {
        guard let map else { return }
        var reader = MapReader(map, subject: "figures")
        for name in Self.names {
            guard let own = reader.mapping(name, required: true) else { continue }
            var figure = MapReader(own, subject: name)
            let title = Bilingual(
                vi: figure.text("title_vi", required: true) ?? "", en: figure.text("title_en", required: true) ?? "")
            var nodes = FigureNodes(title: title, levels: [:])
            if let levels = figure.mapping("levels", required: true) {
                for entry in levels.entries {
                    guard let level = Int(entry.key), (1...5).contains(level) else {
                        figure.fail(entry.keyPosition, "level \"\(entry.key)\"", "write 1, 2, 3, 4 or 5")
                        continue
                    }
                    if let values = entry.value.map {
                        nodes.levels[level] = values
                    } else {
                        figure.fail(
                            entry.value.position, "a \(entry.value.shape)", "write {value: …, mark: …, source: …}")
                    }
                }
                for level in 1...5 where nodes.levels[level] == nil && !(name == "plan_exercise" && level == 1) {
                    figure.fail(levels.position, "level \(level) is missing", "add \(level): {value: …}")
                }
            }
            problems += figure.finish()
            figures[name] = nodes
        }
        problems += reader.finish()
    }

    private mutating func readTier(_ node: YAMLNode) -> TierBudget? {
        guard let map = node.map else {
            problems.append(
                Diagnostic(node.position, subject: "tiers", problem: "a \(node.shape)", remedy: "write a mapping"))
            return nil
        }
        var reader = MapReader(map, subject: "tiers")
        let scheme = reader.choice("scheme", of: ["uptime"], required: true)
        let grade = reader.int("grade", in: 1...4, required: true)
        let percent = reader.double("availability_percent", required: true)
        let budget = reader.duration("yearly_budget", required: true)
        let (mark, source) = provenance(&reader)
        if let percent, !(percent > 0 && percent < 100) {
            reader.fail(map.position, "availability_percent \(percent)", "write a number between 0 and 100")
        }
        problems += reader.finish()
        guard let scheme, let grade, let percent, let budget else { return nil }
        return TierBudget(
            scheme: scheme, grade: grade, availabilityPercent: percent, yearlyBudget: budget, mark: mark,
            source: source)
    }

    private func provenance(_ reader: inout MapReader) -> (Mark, String) {
        let mark = reader.choice("mark", of: Mark.allCases.map(\.rawValue), required: true).flatMap(
            Mark.init(rawValue:))
        let source = reader.text("source", required: true) ?? ""
        if !source.isEmpty, sources[source] == nil {
            reader.fail(
                reader.map["source"]?.position ?? reader.map.position, "source \"\(source)\" is not listed",
                NearestName.hint(source, in: sources.keys.sorted(), otherwise: "add it under sources:"))
        }
        return (mark ?? .ours, source)
    }

    /// Reads one figure of one level; `parse` takes what it needs from the reader and reports what it misses.
    private mutating func figure<Value: Hashable & Sendable>(
        _ name: String, _ level: Int, _ parse: (inout MapReader) -> Value?
    ) -> Figure<Value>? {
        guard let map = figures[name]?.levels[level] else { return nil }
        var reader = MapReader(map, subject: "\(name)/\(level)")
        let value = parse(&reader)
        let (mark, source) = provenance(&reader)
        var bound: Figure<Value>.Bound?
        if let own = reader.mapping("bound") {
            var inner = MapReader(own, subject: "\(name)/\(level)/bound")
            let value = parse(&inner)
            let (mark, source) = provenance(&inner)
            problems += inner.finish()
            if let value { bound = Figure<Value>.Bound(value: value, mark: mark, source: source) }
        }
        let note = reader.text("note")
        problems += reader.finish()
        return value.map { Figure(value: $0, mark: mark, source: source, bound: bound, note: note) }
    }

    private mutating func time(_ name: String, _ level: Int) -> Figure<Duration>? {
        figure(name, level) { $0.duration("value", required: true) }
    }

    private mutating func count(_ name: String, _ level: Int) -> Figure<Int>? {
        figure(name, level) { $0.int("value", in: 0...10_000, required: true) }
    }

    private mutating func word<Word: RawRepresentable & CaseIterable & Hashable & Sendable>(
        _ name: String, _ level: Int, _: Word.Type
    ) -> Figure<Word>? where Word.RawValue == String {
        figure(name, level) {
            $0.choice("value", of: Word.allCases.map(\.rawValue), required: true).flatMap(Word.init(rawValue:))
        }
    }

    private mutating func offsite(_ level: Int) -> Figure<OffsiteDuty>? {
        figure("offsite", level) { reader in
            let copies = reader.int("copies", in: 0...100, required: true)
            let every = reader.duration("every")
            let distance = reader.int("min_distance_km", in: 1...20_000)
            let links = reader.int("links", in: 1...100)
            let standby = reader.bool("standby_system") ?? false
            return copies.map {
                OffsiteDuty(
                    copies: $0, every: every, minDistanceKm: distance, links: links, standbySystem: standby)
            }
        }
    }

    private mutating func immutable(_ level: Int) -> Figure<ImmutableDuty>? {
        figure("immutable", level) { reader in
            let copies = reader.int("copies", in: 0...100, required: true)
            let every = reader.duration("every")
            let continuous = reader.bool("continuous") ?? false
            return copies.map { ImmutableDuty(copies: $0, every: every, continuous: continuous) }
        }
    }

    private mutating func retention(_ level: Int) -> Figure<RetentionDuty>? {
        figure("retention", level) { reader in
            let kept = ["daily", "weekly", "monthly", "yearly"].map { reader.int($0, in: 0...10_000, required: true) }
            let known = kept.compactMap { $0 }
            guard known.count == 4 else { return nil }
            return RetentionDuty(daily: known[0], weekly: known[1], monthly: known[2], yearly: known[3])
        }
    }

    private mutating func duty(_ level: Int) -> Duty? {
        let (files, database, rto) = (time("rpo_files", level), time("rpo_database", level), time("rto", level))
        let (copies, media) = (count("copies", level), count("media", level))
        let separation = word("separation", level, Separation.self)
        let (offsite, immutable, retention) = (offsite(level), immutable(level), retention(level))
        let encryption = word("encryption", level, EncryptionDuty.self)
        let (structure, full) = (time("verify_structure", level), time("verify_full", level))
        let (drill, exercise) = (time("restore_drill", level), time("plan_exercise", level))
        let (logs, review) = (count("log_retention_months", level), count("policy_review_months", level))
        let standby = word("network_standby", level, NetworkStandby.self)
        guard let files, let database, let rto, let copies, let media, let separation, let offsite, let immutable,
            let retention, let encryption, let structure, let full, let drill, let logs, let review, let standby
        else { return nil }
        return Duty(
            level: level, rpoFiles: files, rpoDatabase: database, rto: rto, copies: copies, media: media,
            separation: separation, offsite: offsite, immutable: immutable, encryption: encryption,
            verifyStructure: structure, verifyFull: full, restoreDrill: drill, planExercise: exercise,
            retention: retention, logRetentionMonths: logs, policyReviewMonths: review, networkStandby: standby)
    }
}
