public import Notation
import Remote

/// A configuration of Prometheus' snmp_exporter (`snmp.yml`): modules at the top, or below `modules:` with `auths:`
/// beside them (from version 0.23 on).
///
/// Reading is generous: what this suite has no word for is kept as a note of what an import leaves behind.
public struct ExporterFile: Sendable {
    /// In the order of the file.
    public var moduleNames: [String] { modules.map(\.name) }
    /// What stands outside of the modules and is not carried over: log-ins, above all.
    public let notes: [Diagnostic]
    let modules: [Module]

    struct Module: Sendable {
        let name: String
        let position: SourcePosition
        var metrics: [Metric] = []
        /// Instances that are asked one by one.
        var gets: [OID] = []
        var timeout: Duration?
        var notes: [Diagnostic] = []
    }

    struct Metric: Sendable {
        let name: String
        let oid: OID
        let type: String
        var indexes: [Index] = []
        var lookups: [Lookup] = []
        var names: [Int: String] = [:]
        var extracts: [(suffix: String, regex: String, value: String)] = []
        var scale: String?
        let position: SourcePosition
    }

    struct Index: Sendable, Hashable {
        let label: String
        let type: String
        var size: Int?
        var implied = false
        var names: [Int: String] = [:]
    }

    struct Lookup: Sendable, Hashable {
        let labels: [String]
        let label: String
        /// nil: the label is dropped.
        let oid: OID?
        let type: String
    }

    /// Reads a file's text.
    /// - Throws: every error of the file: not YAML, no modules, metrics without name, oid or type.
    public init(_ text: String, file: String) throws(InputErrors) {
        let root = try YAMLReader.read(text, file: file)
        guard let map = root?.map else {
            throw InputErrors(
                Diagnostic(
                    root?.position ?? SourcePosition(file: file), problem: "there are no modules in this file",
                    remedy: "name the snmp.yml that snmp_exporter's generator has written"))
        }
        var reader = ExporterReader()
        let holder = map["modules"]?.map
        for entry in (holder ?? map).entries { reader.readModule(entry) }
        if holder != nil {
            for entry in map.entries where entry.key != "modules" {
                if entry.key == "auths" {
                    for auth in entry.value.map?.entries ?? [] {
                        reader.fileNotes.append(
                            ExporterReader.authNote(auth.value, name: auth.key, at: auth.keyPosition))
                    }
                } else {
                    reader.fileNotes.append(
                        ExporterReader.left(entry.keyPosition, "", "\(entry.key) is not carried over"))
                }
            }
        }
        if reader.modules.isEmpty, reader.errors.isEmpty {
            reader.errors.append(
                Diagnostic(
                    map.position, problem: "there are no modules in this file",
                    remedy: "name the snmp.yml that snmp_exporter's generator has written"))
        }
        if !reader.errors.isEmpty { throw InputErrors(reader.errors) }
        modules = reader.modules
        notes = reader.fileNotes
    }
}

/// Collects modules, errors and notes while a file is read.
struct ExporterReader {
    var modules: [ExporterFile.Module] = []
    var errors: [Diagnostic] = []
    var fileNotes: [Diagnostic] = []

    /// A note of what an import leaves behind.
    static func left(_ position: SourcePosition, _ subject: String, _ problem: String, _ remedy: String = "")
        -> Diagnostic
    {
        Diagnostic(
            position, subject: subject, problem: problem,
            remedy: remedy.isEmpty ? "add by hand what of it you need" : remedy, severity: .warning)
    }

    private mutating func fail(_ position: SourcePosition, _ subject: String, _ problem: String, _ remedy: String) {
        errors.append(Diagnostic(position, subject: subject, problem: problem, remedy: remedy))
    }

    mutating func readModule(_ entry: YAMLMap.Entry) {
        guard let map = entry.value.map else {
            fail(
                entry.value.position, entry.key, "the module is a \(entry.value.shape)",
                "write walk and metrics below it")
            return
        }
        var module = ExporterFile.Module(name: entry.key, position: entry.keyPosition)
        let subject = "module \(entry.key)"
        for part in map.entries {
            switch part.key {
            case "walk": break
            case "get": module.gets = (part.value.list ?? []).compactMap { $0.text.flatMap { OID(dotted: $0) } }
            case "metrics":
                for node in part.value.list ?? [] {
                    if let metric = readMetric(node, subject, &module.notes) { module.metrics.append(metric) }
                }
            case "timeout": module.timeout = part.value.text.flatMap { DurationText.parse($0) }
            case "walk_params":
                for inner in part.value.map?.entries ?? [] { setting(inner, subject, &module) }
            case "auth": module.notes.append(Self.authNote(part.value, name: entry.key, at: part.keyPosition))
            case "version" where map["auth"] != nil: break
            default: setting(part, subject, &module)
            }
        }
        modules.append(module)
    }

    private func setting(_ part: YAMLMap.Entry, _ subject: String, _ module: inout ExporterFile.Module) {
        switch part.key {
        case "timeout": module.timeout = part.value.text.flatMap { DurationText.parse($0) }
        case "max_repetitions":
            module.notes.append(
                Self.left(
                    part.keyPosition, subject, "max_repetitions is a matter of each machine here",
                    "set monitoring.snmp_max_repetitions: \(part.value.text ?? "")"))
        case "version":
            module.notes.append(
                Self.left(
                    part.keyPosition, subject, "the version is a matter of each machine here",
                    "set monitoring.snmp_version"))
        case "retries":
            module.notes.append(
                Self.left(part.keyPosition, subject, "retries is not carried over", "the engine tries three times"))
        case "filters":
            let nodes = part.value.list ?? (part.value.map?.entries.flatMap { $0.value.list ?? [] } ?? [])
            for node in nodes {
                let oid = node.map?["oid"]?.text ?? node.text ?? ""
                module.notes.append(
                    Self.left(
                        node.position, subject, "the filter over \(oid) is not carried over: all rows are read",
                        "leave rows out with row_needs or row_drops"))
            }
        default: module.notes.append(Self.left(part.keyPosition, subject, "\(part.key) is not carried over"))
        }
    }

    private mutating func readMetric(_ node: YAMLNode, _ subject: String, _ notes: inout [Diagnostic])
        -> ExporterFile.Metric?
    {
        guard let map = node.map else {
            fail(node.position, subject, "a metric is a \(node.shape)", "write name, oid and type")
            return nil
        }
        guard let name = map["name"]?.text, let type = map["type"]?.text, let written = map["oid"]?.text else {
            fail(map.position, subject, "a metric without name, oid or type", "write all three")
            return nil
        }
        guard let oid = OID(dotted: written) else {
            fail(
                map["oid"]?.position ?? map.position, subject, "\"\(written)\" is no object identifier",
                "write dotted numbers")
            return nil
        }
        let place = "\(subject), \(name)"
        var metric = ExporterFile.Metric(name: name, oid: oid, type: type, position: map.position)
        for part in map.entries {
            switch part.key {
            case "name", "oid", "type", "help": break
            case "indexes": metric.indexes = (part.value.list ?? []).compactMap(Self.index)
            case "lookups": metric.lookups = (part.value.list ?? []).compactMap(Self.lookup)
            case "enum_values": metric.names = Self.names(part.value)
            case "scale": metric.scale = part.value.text
            case "offset" where part.value.double == 0: break
            case "regex_extracts":
                for suffix in part.value.map?.entries ?? [] {
                    for extract in suffix.value.list ?? [] {
                        metric.extracts.append(
                            (
                                suffix.key, extract.map?["regex"]?.text ?? "", extract.map?["value"]?.text ?? "$1"
                            ))
                    }
                }
            default: notes.append(Self.left(part.keyPosition, place, "\(part.key) is not carried over"))
            }
        }
        return metric
    }

    private static func names(_ node: YAMLNode?) -> [Int: String] {
        var names: [Int: String] = [:]
        for entry in node?.map?.entries ?? [] { if let number = Int(entry.key) { names[number] = entry.value.text } }
        return names
    }

    private static func index(_ node: YAMLNode) -> ExporterFile.Index? {
        guard let map = node.map, let label = map["labelname"]?.text else { return nil }
        return ExporterFile.Index(
            label: label, type: map["type"]?.text ?? "gauge",
            size: map["fixed_size"]?.int.flatMap { $0 > 0 ? Int(exactly: $0) : nil },
            implied: map["implied"]?.bool ?? false, names: names(map["enum_values"]))
    }

    private static func lookup(_ node: YAMLNode) -> ExporterFile.Lookup? {
        guard let map = node.map, let label = map["labelname"]?.text else { return nil }
        return ExporterFile.Lookup(
            labels: (map["labels"]?.list ?? []).compactMap(\.text), label: label,
            oid: map["oid"]?.text.flatMap { OID(dotted: $0) }, type: map["type"]?.text ?? "DisplayString")
    }

    /// What to set on each machine instead; no word of the log-in itself is repeated.
    static func authNote(_ node: YAMLNode, name: String, at position: SourcePosition) -> Diagnostic {
        let map = node.map
        func has(_ key: String) -> Bool { map?[key] != nil }
        let secret = "snmp-" + ExporterTranslation.slug(name)
        var set: [String] = []
        if has("username") || has("security_level") {
            set.append("snmp_version: v3, snmp_user")
            if has("password") { set.append("snmp_auth_secret: secret://\(secret)-auth") }
            if let word = map?["auth_protocol"]?.text {
                set.append("snmp_auth: \(word == "SHA" ? "sha1" : word.lowercased())")
            }
            if has("priv_password") { set.append("snmp_priv_secret: secret://\(secret)-priv") }
            if let word = map?["priv_protocol"]?.text {
                let known = [
                    "DES": "des", "AES": "aes128", "AES192": "aes192", "AES256": "aes256", "AES192C": "aes192",
                    "AES256C": "aes256",
                ]
                set.append("snmp_priv: \(known[word] ?? "aes128")")
            }
        } else {
            set.append("snmp_community: secret://\(secret)")
        }
        return left(
            position, "auth \(name)", "log-ins are never copied",
            "set on each machine's monitoring: \(set.joined(separator: ", ")); keep the secrets with hatang secret set")
    }
}
