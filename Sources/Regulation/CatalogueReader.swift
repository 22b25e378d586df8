import Notation

/// Reads a control catalogue and collects every error.
struct CatalogueReader {
    let file: String
    private var problems: [Diagnostic] = []
    private var sources: [String: Catalogue.Source] = [:]
    private var seen: [String: SourcePosition] = [:]

    init(file: String) { self.file = file }

    static let emptyProblem = "a catalogue without controls"

    mutating func read(_ text: String) throws(InputErrors) -> Catalogue {
        let empty = Diagnostic(
            SourcePosition(file: file), problem: Self.emptyProblem,
            remedy: "add controls:, an assessment against nothing would look like a success")
        guard let root = try YAMLReader.read(text, file: file) else { throw InputErrors(empty) }
        guard let map = root.map else {
            throw InputErrors(
                Diagnostic(root.position, problem: "a \(root.shape), a mapping is asked", remedy: "add controls:"))
        }
        var top = MapReader(map, subject: "catalogue")
        let meta = top.mapping("meta", required: true)
        readSources(top.mapping("sources", required: true))
        let nodes = top.list("controls")
        let controls = nodes.compactMap { readControl($0) }
        problems += top.finish()
        let head = readMeta(meta, controls)
        if nodes.isEmpty { problems.append(empty) }
        guard problems.isEmpty, let head else { throw InputErrors(problems) }
        return Catalogue(
            standard: head.standard, title: head.title, regime: head.regime, textPolicy: head.policy,
            controls: controls, sources: sources)
    }

    private typealias Head = (standard: String, title: Bilingual, regime: String, policy: String)

    private mutating func readMeta(_ map: YAMLMap?, _ controls: [Control]) -> Head? {
        guard let map else { return nil }
        var reader = MapReader(map, subject: "meta")
        let standard = reader.text("standard", required: true)
        let (vi, en) = (reader.text("title_vi", required: true), reader.text("title_en", required: true))
        let regime = reader.text("regime", required: true)
        let policy = reader.text("text_policy", required: true)
        for name in ["id_scheme", "clauses_note", "probe_note", "physical_security"] { _ = reader.text(name) }
        _ = reader.mapping("confidence_values")
        let counts = reader.mapping("counts")
        if let stated = counts?["controls"]?.int.map(Int.init), let at = counts?["controls"]?.position,
            stated != controls.count, problems.isEmpty
        {
            reader.fail(at, "\(stated) controls are stated, \(controls.count) are there", "correct counts or controls")
        }
        problems += reader.finish()
        guard let standard, let vi, let en, let regime, let policy else { return nil }
        return (standard, Bilingual(vi: vi, en: en), regime, policy)
    }

    private mutating func readSources(_ map: YAMLMap?) {
        for entry in map?.entries ?? [] {
            guard let own = entry.value.map else {
                problems.append(
                    Diagnostic(
                        entry.value.position, subject: "source/\(entry.key)", problem: "a \(entry.value.shape)",
                        remedy: "write {what: …, kind: …, proves: …}"))
                continue
            }
            var reader = MapReader(own, subject: "source/\(entry.key)")
            let what = reader.text("what", required: true)
            let kind = reader.text("kind", required: true)
            _ = reader.text("where")
            let proves = reader.text("proves", required: true)
            problems += reader.finish()
            if let what, let kind, let proves {
                sources[entry.key] = Catalogue.Source(what: what, kind: kind, proves: proves)
            }
        }
    }

    private mutating func readControl(_ node: YAMLNode) -> Control? {
        guard let map = node.map else {
            problems.append(
                Diagnostic(
                    node.position, subject: "controls", problem: "a \(node.shape)", remedy: "write a mapping with id:"))
            return nil
        }
        var reader = MapReader(map, subject: "control/\(map["id"]?.text ?? "?")")
        defer { problems += reader.finish() }
        let id = readID(&reader)
        let levels = readLevels(&reader)
        let clauses = byLevel("clauses", &reader, levels) ?? [:]
        let circular = reader.text("circular_ref")
        if clauses.isEmpty, circular == nil {
            reader.fail(map.position, "neither clauses nor circular_ref", "name the clause it comes from")
        } else if !clauses.isEmpty {
            sameLevels("clauses", Set(clauses.keys), levels, &reader)
        }
        let points = byLevel("points_inferred", &reader, levels) ?? [:]
        let domain = reader.choice("domain", of: ["management", "technical"], required: true)
        let family = reader.text("family", required: true)
        let title = pair("title", &reader)
        let requirement = pair("requirement", &reader)
        let parameters = readParameters(&reader)
        let evidence = reader.choice("evidence", of: EvidenceKind.allCases.map(\.rawValue), required: true)
            .flatMap(EvidenceKind.init(rawValue:))
        let document = reader.text("document", required: evidence == .document)
        let probe = reader.text("probe", required: evidence == .semi || evidence == .automated)
        let known = Confidence.allCases.map(\.rawValue)
        let confidence = reader.choice("confidence", of: known, required: true).flatMap(Confidence.init(rawValue:))
        let byLevel = readConfidence(&reader, levels)
        let sources = reader.texts("source", required: true)
        for name in sources where self.sources[name] == nil {
            reader.fail(
                map["source"]?.position ?? map.position, "source \"\(name)\" is not listed",
                NearestName.hint(name, in: self.sources.keys.sorted(), otherwise: "add it under sources:"))
        }
        let note = reader.text("note_vi")
        guard let id, let domain, let family, let title, let requirement, let evidence, let confidence,
            !levels.isEmpty
        else { return nil }
        return Control(
            id: id, clauses: clauses, pointsInferred: points, circularRef: circular, domain: domain, family: family,
            title: title, requirement: requirement, levels: levels, parameters: parameters, evidence: evidence,
            document: document, probe: probe, confidence: confidence, confidenceByLevel: byLevel, sources: sources,
            noteVi: note)
    }

    private mutating func readID(_ reader: inout MapReader) -> String? {
        guard let id = reader.text("id", required: true) else { return nil }
        let at = reader.map["id"]?.position ?? reader.map.position
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        let wellFormed =
            parts.count >= 2 && (parts.last?.count ?? 0) == 2 && parts.last?.allSatisfy(\.isNumber) == true
            && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isUppercase } }
        if !wellFormed { reader.fail(at, "id \"\(id)\"", "write FAMILY-NN, such as SRV-LOG-07") }
        if let first = seen[id] {
            reader.fail(at, "id \"\(id)\" stands twice, first in line \(first.line)", "give one of them a new number")
        }
        seen[id] = at
        return id
    }

    private func readLevels(_ reader: inout MapReader) -> [Int] {
        var levels: [Int] = []
        for node in reader.list("levels", required: true) {
            guard let level = node.int.flatMap({ Int(exactly: $0) }), (1...5).contains(level) else {
                reader.fail(node.position, "level \"\(node.text ?? node.shape)\"", "write 1, 2, 3, 4 or 5")
                continue
            }
            if levels.contains(level) { reader.fail(node.position, "level \(level) twice", "keep one") }
            levels.append(level)
        }
        if levels.isEmpty, reader.map["levels"]?.list?.isEmpty == true {
            reader.fail(reader.map.position, "levels is empty", "name the levels that ask for it")
        }
        return levels.sorted()
    }

    private func sameLevels(_ name: String, _ found: Set<Int>, _ levels: [Int], _ reader: inout MapReader) {
        guard found != Set(levels) else { return }
        reader.fail(
            reader.map[name]?.position ?? reader.map.position,
            "\(name) has levels \(found.sorted()), levels has \(levels)", "make them the same")
    }

    private func byLevel(_ name: String, _ reader: inout MapReader, _ levels: [Int]) -> [Int: String]? {
        guard let map = reader.mapping(name) else { return nil }
        var out: [Int: String] = [:]
        for entry in map.entries {
            guard let level = Int(entry.key), (1...5).contains(level), let text = entry.value.text else {
                reader.fail(entry.keyPosition, "\(name): \"\(entry.key)\"", "write LEVEL: text, with LEVEL from 1 to 5")
                continue
            }
            if !levels.contains(level) {
                reader.fail(
                    entry.keyPosition, "\(name) names level \(level), levels does not", "remove it, or add the level")
            }
            out[level] = text
        }
        return out
    }

    private func readConfidence(_ reader: inout MapReader, _ levels: [Int]) -> [Int: Confidence] {
        guard reader.node("confidence_by_level", required: true) != nil else { return [:] }
        var out: [Int: Confidence] = [:]
        for (level, text) in byLevel("confidence_by_level", &reader, levels) ?? [:] {
            if let confidence = Confidence(rawValue: text) {
                out[level] = confidence
            } else {
                reader.fail(
                    reader.map["confidence_by_level"]?.position ?? reader.map.position,
                    "confidence \"\(text)\" is not known",
                    NearestName.hint(
                        text, in: Confidence.allCases.map(\.rawValue), otherwise: "use confirmed or recalled"))
            }
        }
        sameLevels("confidence_by_level", Set(out.keys), levels, &reader)
        return out
    }

    private func pair(_ name: String, _ reader: inout MapReader) -> Bilingual? {
        let (vi, en) = (reader.text(name + "_vi", required: true), reader.text(name + "_en", required: true))
        guard let vi, let en else { return nil }
        return Bilingual(vi: vi, en: en)
    }

    private func readParameters(_ reader: inout MapReader) -> [String: JSONValue] {
        reader.mapping("parameters").map { YAMLNode.map($0).json.object ?? [:] } ?? [:]
    }
}
