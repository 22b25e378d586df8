import Notation
import Remote

/// Turns the metrics of one module into scalars and tables.
struct ExporterBuilder {
    let module: ExporterFile.Module
    private(set) var carried = 0
    private(set) var notes: [Diagnostic] = []
    private var scalars: [SNMPField] = []
    private var tables: [Table] = []
    private var series: Set<String> = []

    init(module: ExporterFile.Module) { self.module = module }

    /// Metrics with the same index and the same lookups become one table.
    fileprivate struct Table {
        let indexes: [ExporterFile.Index]
        let lookups: [ExporterFile.Lookup]
        var columns: [SNMPField] = []
        /// Metrics that are but the index, which every row has.
        var indexMetrics: [ExporterFile.Metric] = []
    }

    private var prefix: String { ExporterTranslation.snake(module.name) }

    mutating func build() {
        for metric in module.metrics {
            if let problem = add(metric) {
                notes.append(
                    ExporterReader.left(
                        metric.position, "module \(module.name), \(metric.name)", "left out: \(problem)"))
            } else {
                carried += 1
            }
        }
        for table in tables where table.columns.isEmpty {
            carried -= table.indexMetrics.count
            for metric in table.indexMetrics {
                notes.append(
                    ExporterReader.left(
                        metric.position, "module \(module.name), \(metric.name)",
                        "left out: nothing but the index would be read"))
            }
        }
        tables.removeAll { $0.columns.isEmpty }
    }

    var collection: SNMPCollection {
        var used: Set<String> = []
        func unique(_ name: String) -> String {
            var candidate = name
            var number = 2
            while !used.insert(candidate).inserted {
                candidate = "\(name)_\(number)"
                number += 1
            }
            return candidate
        }
        let groups = scalars.isEmpty ? [] : [SNMPGroup(fact: unique("\(prefix).scalars"), fields: scalars)]
        let tables = self.tables.map { table in
            let label = table.indexes.map { ExporterTranslation.snake($0.label) }.joined(separator: "_")
            return table.collected(fact: unique("\(prefix).\(String(label.prefix(60)))"))
        }
        return SNMPCollection(groups: groups, tables: tables, versionFact: nil)
    }

    /// What keeps a metric from being carried over; nil when it was.
    private mutating func add(_ metric: ExporterFile.Metric) -> String? {
        for index in metric.indexes {
            if let problem = Self.problem(index, isLast: index == metric.indexes.last) { return problem }
        }
        // The index is a member of every row anyway.
        if metric.type == "gauge", metric.extracts.isEmpty, metric.indexes.contains(where: { $0.label == metric.name })
        {
            let place = place(metric)
            tables[place].indexMetrics.append(metric)
            return nil
        }
        let fields: [SNMPField]
        switch self.fields(metric) {
        case .failure(let reason): return reason.text
        case .success(let made): fields = made
        }
        if metric.indexes.isEmpty {
            scalars += fields
        } else {
            tables[place(metric)].columns += fields
        }
        return nil
    }

    private struct Reason: Error { let text: String }

    private mutating func fields(_ metric: ExporterFile.Metric) -> Result<[SNMPField], Reason> {
        var oid = metric.oid
        if metric.indexes.isEmpty, oid.parts.last != 0 {
            let asked = module.gets.first { $0.isWithin(oid) && $0.parts.count > oid.parts.count }
            oid = asked ?? oid.appending(0)
            guard oid.parts.last == 0 else { return .failure(Reason(text: "its instance \(oid) is no scalar's")) }
        }
        var scale = DecimalScale.one
        if let text = metric.scale, text != "0" {
            guard let read = DecimalScale(text) else {
                return .failure(Reason(text: "scale \(text) is no decimal number"))
            }
            scale = read
        }
        let name = ExporterTranslation.snake(metric.name)
        if !metric.extracts.isEmpty { return extracted(metric, oid, scale, name) }
        guard let shape = Self.shape(metric.type, hasNames: !metric.names.isEmpty) else {
            return .failure(Reason(text: "type \(metric.type) is not known here"))
        }
        let wantsNames = shape.conversion == .enum || shape.conversion == .bits
        if wantsNames, metric.names.isEmpty {
            return .failure(Reason(text: "type \(metric.type) comes without enum_values"))
        }
        return .success([
            SNMPField(
                field: shape.isField ? name : nil, metric: shape.isMetric ? seriesName(name) : nil, object: metric.name,
                oid: oid, conversion: shape.conversion, scale: scale, ignored: [],
                names: wantsNames ? metric.names : [:], hint: nil,
                unit: shape.isMetric ? Self.unit(metric, shape.conversion) : nil)
        ])
    }

    /// Only expressions that take the whole text as a number have a counterpart.
    private mutating func extracted(
        _ metric: ExporterFile.Metric, _ oid: OID, _ scale: DecimalScale, _ name: String
    ) -> Result<[SNMPField], Reason> {
        var out: [SNMPField] = []
        for extract in metric.extracts {
            let body = extract.regex.drop { $0 == "^" }
            let bare = body.hasSuffix("$") ? body.dropLast() : body
            guard extract.value == "$1", bare.hasPrefix("("), bare.hasSuffix(")"),
                !bare.dropFirst().dropLast().contains("(")
            else {
                return .failure(
                    Reason(text: "regex_extracts \(CleanText.line(extract.regex, limit: 80)) has no counterpart"))
            }
            let suffix = extract.suffix.isEmpty ? "" : "_" + ExporterTranslation.snake(extract.suffix)
            out.append(
                SNMPField(
                    field: nil, metric: seriesName(name + suffix), object: metric.name, oid: oid, conversion: .number,
                    scale: scale, ignored: [], names: [:], hint: nil, unit: "1"))
        }
        return .success(out)
    }

    private mutating func seriesName(_ name: String) -> String {
        var candidate = "\(prefix).\(name)"
        var number = 2
        while !series.insert(candidate).inserted {
            candidate = "\(prefix).\(name)_\(number)"
            number += 1
        }
        return candidate
    }

    /// The table the metric belongs to; made when it is the first. Lookups without a counterpart are noted.
    private mutating func place(_ metric: ExporterFile.Metric) -> Int {
        let labels = Set(metric.indexes.map(\.label))
        var lookups: [ExporterFile.Lookup] = []
        for lookup in metric.lookups {
            let follows = lookup.oid == nil || (!lookup.labels.isEmpty && lookup.labels.allSatisfy(labels.contains))
            if follows, lookup.oid == nil || Self.shape(lookup.type, hasNames: false)?.conversion.isPlain == true {
                lookups.append(lookup)
            } else {
                notes.append(
                    ExporterReader.left(
                        metric.position, "module \(module.name), \(metric.name)",
                        "the lookup of \(CleanText.line(lookup.label, limit: 80)) is left out: "
                            + (follows ? "type \(lookup.type) is not known here" : "it follows another lookup")))
            }
        }
        if let known = tables.firstIndex(where: { $0.indexes == metric.indexes && $0.lookups == lookups }) {
            return known
        }
        tables.append(Table(indexes: metric.indexes, lookups: lookups))
        return tables.count - 1
    }

    static func shape(_ type: String, hasNames: Bool) -> (conversion: SNMPConversion, isField: Bool, isMetric: Bool)? {
        switch type {
        case "gauge": hasNames ? (.enum, true, true) : (.int, false, true)
        case "counter": (.counter, false, true)
        case "Float", "Double": (.float, false, true)
        case "DateAndTime", "ParseDateAndTime": type == "DateAndTime" ? (.dateAndTime, true, true) : nil
        case "EnumAsInfo": (.enum, true, false)
        case "EnumAsStateSet": (.enum, true, true)
        case "Bits": (.bits, true, false)
        case "OctetString": (.hex, true, false)
        case "DisplayString": (.text, true, false)
        case "PhysAddress48": (.mac, true, false)
        case "IpAddr", "InetAddress", "InetAddressIPv4", "InetAddressIPv6": (.address, true, false)
        default: nil
        }
    }

    private static func unit(_ metric: ExporterFile.Metric, _ conversion: SNMPConversion) -> String {
        if conversion == .dateAndTime { return "s" }
        return metric.name.hasSuffix("Octets") || metric.name.hasSuffix("Bytes") ? "By" : "1"
    }

    static func part(_ index: ExporterFile.Index) -> SNMPIndexPart.Kind? {
        switch index.type {
        case "gauge", "counter", "EnumAsInfo": .int
        case "PhysAddress48": .mac
        case "InetAddressIPv4", "IpAddr": .ipv4
        case "InetAddressIPv6": .ipv6
        case "InetAddress": .inet
        case "DisplayString": .string
        case "OctetString": .hex
        default: nil
        }
    }

    private static func problem(_ index: ExporterFile.Index, isLast: Bool) -> String? {
        if part(index) == nil { return "index \(index.label) has type \(index.type), which is not known here" }
        if index.implied, !isLast { return "index \(index.label) is implied and not the last" }
        if let size = index.size, size > 128 { return "index \(index.label) is too long" }
        return nil
    }
}

extension ExporterBuilder.Table {
    fileprivate func collected(fact: String) -> SNMPTable {
        var fields: [String: String] = [:]
        var parts: [SNMPIndexPart] = []
        for index in indexes {
            let base = ExporterTranslation.snake(index.label)
            let field = parts.contains { $0.field == base } ? "\(base)_\(parts.count + 1)" : base
            fields[index.label] = field
            let kind = ExporterBuilder.part(index) ?? .int
            let sized = kind == .string || kind == .hex
            parts.append(
                SNMPIndexPart(
                    field: field, kind: kind, size: sized ? index.size : nil, implied: sized && index.implied,
                    names: index.names))
        }
        var found: [SNMPLookup] = []
        for lookup in lookups {
            let name = ExporterTranslation.snake(lookup.label)
            guard let oid = lookup.oid, !parts.contains(where: { $0.field == name }),
                !columns.contains(where: { $0.field == name }), !found.contains(where: { $0.column.field == name })
            else { continue }
            let conversion = ExporterBuilder.shape(lookup.type, hasNames: false)?.conversion ?? .text
            found.append(
                SNMPLookup(
                    by: lookup.labels.compactMap { fields[$0] },
                    column: SNMPField(
                        field: name, metric: nil, object: lookup.label, oid: oid, conversion: conversion, scale: .one,
                        ignored: [], names: [:], hint: nil, unit: nil)))
        }
        // A dropped label: what was looked up by it names the series instead.
        let dropped = Set(lookups.filter { $0.oid == nil }.compactMap { fields[$0.label] })
        var instance: [String] = []
        if !dropped.isEmpty {
            let known = Set(found.compactMap(\.column.field) + columns.compactMap(\.field))
            for part in parts {
                let instead = lookups.filter { $0.oid != nil && $0.labels.contains { fields[$0] == part.field } }
                    .map { ExporterTranslation.snake($0.label) }.filter(known.contains)
                instance += dropped.contains(part.field) && !instead.isEmpty ? instead : [part.field]
            }
        }
        return SNMPTable(
            fact: fact, index: parts, instance: instance, rowNeeds: nil, rowDrops: [:], limit: 10_000,
            columns: columns, lookups: found)
    }
}

extension SNMPConversion {
    /// Whether it needs neither names nor a hint.
    var isPlain: Bool { self != .enum && self != .bits && self != .hint }
}
