import Notation
import Remote

extension ProbeFileReader {
    mutating func readCollection(_ kind: ProbeDefinition.Kind, _ node: YAMLNode) -> ProbeDefinition.Collection? {
        switch kind {
        case .ssh:
            guard let nodes = node.list else { return refuse(node, "a list of steps") }
            return .ssh(nodes.compactMap { readStep($0) })
        case .snmp:
            guard let map = node.map else { return refuse(node, "a mapping with scalars, tables, version_fact") }
            return .snmp(readSNMP(map))
        case .tls, .tcp:
            guard let map = node.map else { return refuse(node, "a mapping with fact and metrics") }
            var reader = MapReader(map, subject: "collect")
            let fact = name(&reader, "fact", required: true)
            let metrics = reader.list("metrics").compactMap { readPick($0) }
            take(&reader)
            return fact.map { .endpoint(EndpointCollection(fact: $0, metrics: metrics)) }
        }
    }

    private mutating func refuse(_ node: YAMLNode, _ wanted: String) -> ProbeDefinition.Collection? {
        problems.append(
            Diagnostic(
                node.position, subject: "collect", problem: "a \(node.shape) stands here", remedy: "write \(wanted)"))
        return nil
    }

    private func name(_ reader: inout MapReader, _ key: String, required: Bool = false) -> String? {
        guard let text = reader.text(key, required: required) else { return nil }
        if Self.isDotted(text) { return text }
        reader.fail(
            reader.map[key]?.position ?? reader.map.position, "\(key) \"\(text)\" is no dotted name",
            "use lower-case words with dots, such as snmp.system")
        return nil
    }

    private mutating func readPick(_ node: YAMLNode) -> MetricPick? {
        guard let map = node.map else {
            _ = refuse(node, "metrics as mappings with metric, member, unit")
            return nil
        }
        var reader = MapReader(map, subject: "metric")
        let metric = name(&reader, "metric", required: true)
        let member = reader.text("member")
        let unit = reader.text("unit", required: true)
        take(&reader)
        guard let metric, let unit else { return nil }
        return MetricPick(metric: metric, member: member, unit: unit)
    }

    private mutating func readStep(_ node: YAMLNode) -> SSHStep? {
        guard let map = node.map else {
            _ = refuse(node, "steps as mappings with fact, command, parse")
            return nil
        }
        var reader = MapReader(map, subject: map["fact"]?.text.map { "step \($0)" } ?? "step")
        var facts: [SSHStep.Target] = []
        if let fact = name(&reader, "fact") { facts.append(SSHStep.Target(name: fact, member: nil)) }
        if let several = reader.mapping("facts") {
            for entry in several.entries {
                guard Self.isDotted(entry.key), let member = entry.value.text else {
                    reader.fail(entry.keyPosition, "facts maps names to members", "write os.id: id")
                    continue
                }
                facts.append(SSHStep.Target(name: entry.key, member: member))
            }
        }
        if map["fact"] == nil, map["facts"] == nil {
            reader.fail(map.position, "the step gives no fact", "write fact: or facts:")
        }
        let command = reader.text("command", required: true)
        let parser = reader.choice("parse", of: ParserName.allCases.map(\.rawValue), required: true)
        let optional = reader.bool("optional") ?? false
        let sudo = reader.bool("sudo") ?? false
        let unit = reader.text("unit")
        let metrics = reader.list("metrics").compactMap { readPick($0) }
        take(&reader)
        guard let command, let parser = parser.flatMap(ParserName.init(rawValue:)), !facts.isEmpty else { return nil }
        return SSHStep(
            facts: facts, command: command, parser: parser, optional: optional, sudo: sudo, unit: unit,
            metrics: metrics)
    }

    private mutating func readSNMP(_ map: YAMLMap) -> SNMPCollection {
        var reader = MapReader(map, subject: "collect")
        let groups = reader.list("scalars").compactMap { readGroup($0) }
        let tables = reader.list("tables").compactMap { readTable($0) }
        let version = name(&reader, "version_fact")
        take(&reader)
        return SNMPCollection(groups: groups, tables: tables, versionFact: version)
    }

    private mutating func readGroup(_ node: YAMLNode) -> SNMPGroup? {
        guard let map = node.map else {
            _ = refuse(node, "scalars as mappings with fact and fields")
            return nil
        }
        var reader = MapReader(map, subject: "scalars")
        let fact = name(&reader, "fact", required: true)
        let fields = reader.list("fields", required: true).compactMap { readField($0, scalar: true) }
        take(&reader)
        return fact.map { SNMPGroup(fact: $0, fields: fields) }
    }

    private mutating func readTable(_ node: YAMLNode) -> SNMPTable? {
        guard let map = node.map else {
            _ = refuse(node, "tables as mappings with fact, index and columns")
            return nil
        }
        var reader = MapReader(map, subject: "table \(map["fact"]?.text ?? "")")
        let fact = name(&reader, "fact", required: true)
        let indexField = reader.text("index", required: true)
        let index = reader.choice("index_as", of: SNMPTable.Index.allCases.map(\.rawValue))
        let instance = reader.text("instance")
        let rowNeeds = reader.text("row_needs")
        let drops = readDrops(&reader)
        let limit = reader.int("limit", in: 1...1_000_000) ?? 10_000
        let columns = reader.list("columns", required: true).compactMap { readField($0, scalar: false) }
        let fields = columns.compactMap(\.field)
        let named = [("instance", instance), ("row_needs", rowNeeds)] + drops.keys.sorted().map { ("row_drops", $0) }
        for (key, value) in named {
            guard let value, !fields.contains(value) else { continue }
            reader.fail(
                map[key]?.position ?? map.position, "\(key) \"\(value)\" is no field of the columns",
                NearestName.hint(value, in: fields, otherwise: "fields: \(fields.joined(separator: ", "))"))
        }
        take(&reader)
        guard let fact, let indexField else { return nil }
        return SNMPTable(
            fact: fact, indexField: indexField, index: index.flatMap(SNMPTable.Index.init(rawValue:)) ?? .int,
            instance: instance, rowNeeds: rowNeeds, rowDrops: drops, limit: limit, columns: columns)
    }

    /// `row_drops: { type: [3] }`
    private mutating func readDrops(_ reader: inout MapReader) -> [String: [Int]] {
        var drops: [String: [Int]] = [:]
        for entry in reader.mapping("row_drops")?.entries ?? [] {
            let numbers = (entry.value.list ?? []).map { $0.int.flatMap { Int(exactly: $0) } }
            if numbers.isEmpty || numbers.contains(nil) {
                reader.fail(
                    entry.keyPosition, "row_drops maps fields to lists of whole numbers",
                    "write row_drops: { type: [3] }")
            } else {
                drops[entry.key] = numbers.compactMap { $0 }
            }
        }
        return drops
    }

    private mutating func readField(_ node: YAMLNode, scalar: Bool) -> SNMPField? {
        guard let map = node.map else {
            _ = refuse(node, "fields as mappings with field or metric, object, oid, as")
            return nil
        }
        var reader = MapReader(map, subject: map["object"]?.text ?? "object")
        let field = reader.text("field")
        let metric = name(&reader, "metric")
        let object = reader.text("object", required: true)
        let oid = reader.text("oid", required: true)
        let conversion = reader.choice("as", of: SNMPConversion.allCases.map(\.rawValue), required: true)
        let scale = reader.int("scale", in: 1...1_000_000_000) ?? 1
        var ignored: [Int] = []
        for node in reader.list("ignore") {
            if let number = node.int.flatMap({ Int(exactly: $0) }) {
                ignored.append(number)
            } else {
                reader.fail(node.position, "ignore holds something else than whole numbers", "write ignore: [0]")
            }
        }
        let unit = reader.text("unit")
        if field == nil, metric == nil {
            reader.fail(map.position, "the object is neither field nor metric", "write field: or metric:")
        }
        if metric != nil, unit == nil {
            reader.fail(map.position, "a metric needs a unit", "write unit:, such as By or 1")
        }
        if let oid {
            if OID(dotted: oid) == nil {
                reader.fail(
                    map["oid"]?.position ?? map.position, "\"\(oid)\" is no object identifier",
                    "write dotted numbers, such as 1.3.6.1.2.1.1.5.0")
            } else if scalar, !oid.hasSuffix(".0") {
                reader.fail(
                    map["oid"]?.position ?? map.position, "a scalar's instance ends in .0", "write \(oid).0")
            }
        }
        take(&reader)
        guard let object, let oid, let conversion = conversion.flatMap(SNMPConversion.init(rawValue:)) else {
            return nil
        }
        return SNMPField(
            field: field, metric: metric, object: object, oid: oid, conversion: conversion, scale: scale,
            ignored: ignored, unit: unit)
    }
}
