import CMDB
import Notation
import Remote

/// Reads one probe file; every error of the file is collected.
struct ProbeFileReader {
    var problems: [Diagnostic] = []
    let names: any ObjectNames

    init(names: any ObjectNames) { self.names = names }

    mutating func read(_ text: String, file: String) -> ProbeDefinition? {
        let root: YAMLNode?
        do throws(InputErrors) {
            root = try YAMLReader.read(text, file: file)
        } catch {
            problems += error.diagnostics
            return nil
        }
        guard let map = root?.map else {
            problems.append(
                Diagnostic(
                    root?.position ?? SourcePosition(file: file), problem: "there is no probe in this file",
                    remedy: "write a mapping with name, kind, applies_to, interval, timeout, valid_for and collect"))
            return nil
        }
        return read(map)
    }

    private mutating func read(_ map: YAMLMap) -> ProbeDefinition? {
        let before = problems.count
        var reader = MapReader(map, subject: map["name"]?.text.map { "probe/\($0)" } ?? "probe")
        let name = reader.text("name", required: true) ?? ""
        if !name.isEmpty, !Self.isSlug(name) {
            reader.fail(
                map["name"]?.position ?? map.position, "\"\(name)\" is no slug",
                "use lower-case letters, digits and hyphens, such as tls-endpoint")
        }
        let kindText = reader.choice("kind", of: ProbeDefinition.Kind.allCases.map(\.rawValue), required: true)
        let appliesTo = reader.texts("applies_to", required: true)
        if map["applies_to"] != nil, appliesTo.isEmpty {
            reader.fail(map.position, "applies_to names nothing", "write at least one selector")
        }
        let interval = reader.duration("interval", required: true) ?? .zero
        let timeout = reader.duration("timeout", required: true) ?? .zero
        let validFor = reader.duration("valid_for", required: true) ?? .zero
        let description = reader.text("description", required: true) ?? ""
        checkDurations(&reader, interval, timeout, validFor)
        let collectNode = reader.node("collect", required: true)
        let thresholdNodes = reader.list("thresholds")
        problems += reader.finish()
        guard let kind = kindText.flatMap(ProbeDefinition.Kind.init(rawValue:)), let collectNode else { return nil }
        let collection = readCollection(kind, collectNode)
        guard let collection else { return nil }
        let bare = ProbeDefinition(
            name: name, kind: kind, appliesTo: appliesTo, interval: interval, timeout: timeout, validFor: validFor,
            collection: collection, thresholds: [], description: description, position: map.position)
        checkFacts(bare, at: collectNode.position)
        let thresholds = thresholdNodes.compactMap { readThreshold($0, of: bare) }
        guard problems.count == before else { return nil }
        return ProbeDefinition(
            name: name, kind: kind, appliesTo: appliesTo, interval: interval, timeout: timeout, validFor: validFor,
            collection: collection, thresholds: thresholds, description: description, position: map.position)
    }

    private func checkDurations(
        _ reader: inout MapReader, _ interval: Duration, _ timeout: Duration, _ validFor: Duration
    ) {
        let map = reader.map
        func place(_ key: String) -> SourcePosition { map[key]?.position ?? map.position }
        if map["interval"] != nil, interval != .zero, interval < .seconds(1) {
            reader.fail(place("interval"), "interval is shorter than a second", "write 1s or more")
        }
        if timeout != .zero, interval != .zero, timeout > interval {
            reader.fail(place("timeout"), "timeout is longer than interval", "write a timeout of at most interval")
        }
        if validFor != .zero, interval != .zero, validFor < interval {
            reader.fail(
                place("valid_for"), "valid_for is shorter than interval, facts would end before the next run",
                "write at least the interval; twice the interval forgives one lost run")
        }
        for key in ["interval", "timeout", "valid_for"] {
            if let text = map[key]?.text, DurationText.parse(text) == .zero {
                reader.fail(place(key), "\(key) is zero", "write a duration above zero")
            }
        }
    }

    private mutating func checkFacts(_ probe: ProbeDefinition, at position: SourcePosition) {
        var seen: Set<String> = []
        for name in probe.factNames where !seen.insert(name).inserted {
            note(position, probe.name, "fact \(name) is collected twice", "give each fact one place")
        }
        if probe.factNames.isEmpty, probe.metricNames.isEmpty {
            note(position, probe.name, "collect holds nothing", "name at least one fact or metric")
        }
    }

    private mutating func note(_ position: SourcePosition, _ probe: String, _ problem: String, _ remedy: String) {
        problems.append(Diagnostic(position, subject: "probe/\(probe)", problem: problem, remedy: remedy))
    }

    mutating func take(_ reader: inout MapReader) { problems += reader.finish() }

    static func isSlug(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    /// Lower-case words of letters, digits and underscores, joined by dots.
    static func isDotted(_ text: String) -> Bool {
        text.utf8.count <= 128
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty
                    && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            }
    }

    private mutating func readThreshold(_ node: YAMLNode, of probe: ProbeDefinition) -> Threshold? {
        guard let map = node.map else {
            note(node.position, probe.name, "a threshold is a \(node.shape)", "write fact or metric, warn and crit")
            return nil
        }
        let before = problems.count
        var reader = MapReader(map, subject: "probe/\(probe.name)")
        let fact = reader.text("fact")
        let path = reader.text("path")
        let metric = reader.text("metric")
        let warning = comparison(&reader, "warn")
        let critical = comparison(&reader, "crit")
        let optional = reader.bool("optional") ?? false
        if optional, path == nil {
            reader.fail(
                map["optional"]?.position ?? map.position, "optional is for a member of a fact", "write path: beside it"
            )
        }
        if (fact == nil) == (metric == nil) {
            reader.fail(map.position, "a threshold judges one fact or one metric", "write fact: or metric:")
        }
        if map["warn"] == nil, map["crit"] == nil {
            reader.fail(map.position, "the threshold has no limit", "write warn: or crit:, such as warn: \"< 30\"")
        }
        if let fact, !probe.factNames.contains(fact) {
            reader.fail(
                map["fact"]?.position ?? map.position, "the probe does not collect fact \"\(fact)\"",
                NearestName.hint(
                    fact, in: probe.factNames, otherwise: "it collects \(probe.factNames.joined(separator: ", "))"))
        }
        if let metric, !probe.metricNames.contains(metric) {
            reader.fail(
                map["metric"]?.position ?? map.position, "the probe does not collect metric \"\(metric)\"",
                NearestName.hint(
                    metric, in: probe.metricNames,
                    otherwise: "it collects \(probe.metricNames.joined(separator: ", "))"))
        }
        if path != nil, fact == nil {
            reader.fail(map["path"]?.position ?? map.position, "path stands without fact", "write fact: beside it")
        }
        problems += reader.finish()
        guard problems.count == before else { return nil }
        let steps = path.map { $0.split(separator: ".").map(String.init) } ?? []
        let subject: Threshold.Subject = metric.map { .metric($0) } ?? .fact(fact ?? "", path: steps)
        return Threshold(
            subject: subject, warning: warning, critical: critical, isOptional: optional, position: map.position)
    }

    private func comparison(_ reader: inout MapReader, _ key: String) -> Comparison? {
        guard let text = reader.text(key) else { return nil }
        if let comparison = Comparison(text) { return comparison }
        reader.fail(
            reader.map[key]?.position ?? reader.map.position, "\(key) \"\(text)\" is no comparison",
            "write an operator and a value in quotes: \"< 30\", \">= 90\", \"== false\"")
        return nil
    }
}
