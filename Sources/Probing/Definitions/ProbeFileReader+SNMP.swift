import CMDB
import Notation
import Remote

/// The shape of `snmp` probes: scalars, tables with their index, lookups.
extension ProbeFileReader {
    mutating func readSNMP(_ map: YAMLMap) -> SNMPCollection {
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
        let index = readIndex(&reader)
        let instance = reader.texts("instance")
        let rowNeeds = reader.text("row_needs")
        let drops = readDrops(&reader)
        let limit = reader.int("limit", in: 1...1_000_000) ?? 10_000
        let columns = reader.list("columns", required: true).compactMap { readField($0, scalar: false) }
        let lookups = reader.list("lookups").compactMap { readLookup($0, parts: index) }
        let fields = columns.compactMap(\.field) + lookups.compactMap(\.column.field)
        let named =
            instance.map { ("instance", $0) } + (rowNeeds.map { [("row_needs", $0)] } ?? [])
            + drops.keys.sorted().map { ("row_drops", $0) }
        for (key, value) in named {
            let known = key == "instance" ? fields + index.map(\.field) : fields
            guard !known.contains(value) else { continue }
            reader.fail(
                map[key]?.position ?? map.position, "\(key) \"\(value)\" is no field of the columns",
                NearestName.hint(value, in: known, otherwise: "fields: \(known.joined(separator: ", "))"))
        }
        take(&reader)
        guard let fact, !index.isEmpty else { return nil }
        return SNMPTable(
            fact: fact, index: index, instance: instance, rowNeeds: rowNeeds, rowDrops: drops, limit: limit,
            columns: columns, lookups: lookups)
    }

    /// `index: address` with `index_as: inet`, or a list of parts: `index: [{ field: slot, as: int }, …]`.
    private mutating func readIndex(_ reader: inout MapReader) -> [SNMPIndexPart] {
        guard let node = reader.node("index", required: true) else {
            _ = reader.node("index_as")
            return []
        }
        guard let nodes = node.list else {
            let kind = reader.choice("index_as", of: SNMPIndexPart.Kind.allCases.map(\.rawValue))
            guard let field = node.text else {
                reader.fail(node.position, "index is a \(node.shape)", "write a name, or a list of parts")
                return []
            }
            let read = kind.flatMap(SNMPIndexPart.Kind.init(rawValue:)) ?? .int
            return [SNMPIndexPart(field: field, kind: read, size: nil, implied: false, names: [:])]
        }
        if let extra = reader.node("index_as") {
            reader.fail(extra.position, "index_as stands beside a list of parts", "write as: in each part")
        }
        var parts: [SNMPIndexPart] = []
        for (place, node) in nodes.enumerated() {
            guard let map = node.map else {
                reader.fail(node.position, "a part of the index is a \(node.shape)", "write { field: slot, as: int }")
                continue
            }
            var piece = MapReader(map, subject: "index")
            let field = piece.text("field", required: true)
            let kind = piece.choice("as", of: SNMPIndexPart.Kind.allCases.map(\.rawValue))
            let size = piece.int("size", in: 1...128)
            let implied = piece.bool("implied") ?? false
            let names = readNames(&piece)
            let read = kind.flatMap(SNMPIndexPart.Kind.init(rawValue:)) ?? .int
            if size != nil || implied, ![.string, .hex, .oid].contains(read) {
                piece.fail(map.position, "size and implied are for string, hex and oid", "leave them out")
            }
            if implied, place != nodes.count - 1 {
                piece.fail(
                    map.position, "only the last part may be implied", "leave implied out (RFC 2578 section 7.7)")
            }
            take(&piece)
            guard let field else { continue }
            if parts.contains(where: { $0.field == field }) {
                reader.fail(node.position, "the index has two parts named \(field)", "give each a name of its own")
            }
            parts.append(SNMPIndexPart(field: field, kind: read, size: size, implied: implied, names: names))
        }
        if nodes.isEmpty { reader.fail(node.position, "index has no part", "name at least one") }
        return parts
    }

    private mutating func readLookup(_ node: YAMLNode, parts: [SNMPIndexPart]) -> SNMPLookup? {
        guard let map = node.map else {
            _ = refuse(node, "lookups as mappings with field, object, oid, as, by")
            return nil
        }
        var by: [String] = []
        var rest: [YAMLMap.Entry] = []
        for entry in map.entries {
            guard entry.key == "by" else {
                rest.append(entry)
                continue
            }
            by = (entry.value.list ?? [entry.value]).compactMap(\.text)
        }
        let known = parts.map(\.field)
        for name in by where !known.contains(name) {
            problems.append(
                Diagnostic(
                    map["by"]?.position ?? map.position, subject: "lookup", problem: "by names no part \"\(name)\"",
                    remedy: NearestName.hint(name, in: known, otherwise: "parts: \(known.joined(separator: ", "))")))
            return nil
        }
        if by.isEmpty {
            problems.append(
                Diagnostic(
                    map.position, subject: "lookup", problem: "the lookup does not say by which parts of the index",
                    remedy: "write by: [\(known.joined(separator: ", "))]"))
        }
        guard let column = readField(.map(YAMLMap(entries: rest, position: map.position)), scalar: false) else {
            return nil
        }
        guard column.field != nil, column.metric == nil else {
            problems.append(
                Diagnostic(
                    map.position, subject: "lookup", problem: "a lookup gives a member of the row, no metric",
                    remedy: "write field: and leave metric: out"))
            return nil
        }
        return by.isEmpty ? nil : SNMPLookup(by: by, column: column)
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

    /// `names: { 1: up, 2: down }`
    private func readNames(_ reader: inout MapReader) -> [Int: String] {
        var names: [Int: String] = [:]
        for entry in reader.mapping("names")?.entries ?? [] {
            guard let number = Int(entry.key), let text = entry.value.text, names[number] == nil else {
                reader.fail(
                    entry.keyPosition, "names maps numbers to names, each once", "write names: { 1: up, 2: down }")
                continue
            }
            names[number] = text
        }
        return names
    }

    mutating func readField(_ node: YAMLNode, scalar: Bool) -> SNMPField? {
        guard let map = node.map else {
            _ = refuse(node, "fields as mappings with field or metric, object, oid, as")
            return nil
        }
        var reader = MapReader(map, subject: map["object"]?.text ?? "object")
        let field = reader.text("field")
        let metric = name(&reader, "metric")
        let object = reader.text("object", required: map["oid"] == nil)
        let written = reader.text("oid")
        let conversion = reader.choice("as", of: SNMPConversion.allCases.map(\.rawValue), required: true)
        let scale = readScale(&reader)
        var ignored: [Int] = []
        for node in reader.list("ignore") {
            if let number = node.int.flatMap({ Int(exactly: $0) }) {
                ignored.append(number)
            } else {
                reader.fail(node.position, "ignore holds something else than whole numbers", "write ignore: [0]")
            }
        }
        let names = readNames(&reader)
        let hint = readHint(&reader)
        let unit = reader.text("unit")
        if field == nil, metric == nil {
            reader.fail(map.position, "the object is neither field nor metric", "write field: or metric:")
        }
        if metric != nil, unit == nil {
            reader.fail(map.position, "a metric needs a unit", "write unit:, such as By or 1")
        }
        let how = conversion.flatMap(SNMPConversion.init(rawValue:))
        if how == .enum || how == .bits, names.isEmpty {
            reader.fail(map.position, "as: \(conversion ?? "") needs names", "write names: { 1: up, 2: down }")
        }
        if how == .hint, map["hint"] == nil {
            reader.fail(map.position, "as: hint needs hint", "write hint: \"1x:\", as the MIB's DISPLAY-HINT says")
        }
        let oid = readOID(&reader, written: written, object: object, scalar: scalar)
        take(&reader)
        guard let oid, let how else { return nil }
        return SNMPField(
            field: field, metric: metric, object: object ?? written ?? oid.description, oid: oid, conversion: how,
            scale: scale, ignored: ignored, names: names, hint: hint, unit: unit)
    }

    private func readScale(_ reader: inout MapReader) -> DecimalScale {
        guard let text = reader.text("scale") else { return .one }
        if let scale = DecimalScale(text) { return scale }
        reader.fail(
            reader.map["scale"]?.position ?? reader.map.position, "scale \"\(text)\" is no decimal number above zero",
            "write a factor such as 0.1 or 1000")
        return .one
    }

    private func readHint(_ reader: inout MapReader) -> DisplayHint? {
        guard let text = reader.text("hint") else { return nil }
        if let hint = DisplayHint(text) { return hint }
        reader.fail(
            reader.map["hint"]?.position ?? reader.map.position, "hint \"\(text)\" is no DISPLAY-HINT",
            "copy it from the MIB, such as 1x: or d-2 (RFC 2579 section 3.1)")
        return nil
    }

    /// Numbers as they stand; names through the well-known ones and then the MIB files.
    private mutating func readOID(
        _ reader: inout MapReader, written: String?, object: String?, scalar: Bool
    ) -> OID? {
        let map = reader.map
        guard let text = written ?? object else { return nil }
        let place = (map["oid"] ?? map["object"])?.position ?? map.position
        let looksNumeric = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        if let oid = OID(dotted: text) {
            if scalar, oid.parts.last != 0 {
                reader.fail(place, "a scalar's instance ends in .0", "write \(text).0")
            }
            return oid
        }
        if looksNumeric || text.utf8.first.map({ (48...57).contains($0) }) ?? true {
            reader.fail(
                place, "\"\(text)\" is no object identifier",
                "write dotted numbers, such as 1.3.6.1.2.1.1.5.0, or a name, such as IF-MIB::ifDescr")
            return nil
        }
        let resolution = ObjectNaming.resolve(text, names)
        switch resolution {
        case .failure(let errors):
            for problem in errors.diagnostics where !problems.contains(problem) { problems.append(problem) }
            return nil
        case .success(let oid?): return scalar && oid.parts.last != 0 ? oid.appending(0) : oid
        case .success(nil):
            reader.fail(
                place, "no object is called \"\(text)\"",
                NearestName.hint(
                    ObjectNaming.bare(text), in: WellKnownNames.all.keys.sorted() + names.knownNames(),
                    otherwise: "write oid: with dotted numbers, or put the MIB file that defines it into mibs/"))
            return nil
        }
    }
}

/// Finds the identifier of an object's name.
enum ObjectNaming {
    static func bare(_ name: String) -> String {
        let parts = name.split(separator: ":", omittingEmptySubsequences: true)
        return parts.last.map(String.init) ?? name
    }

    /// The well-known names first; then what `names` knows. A final `.0` stays behind the identifier.
    static func resolve(_ name: String, _ names: any ObjectNames) -> Result<OID?, InputErrors> {
        var base = name
        var instance: [UInt32] = []
        if base.hasSuffix(".0") {
            base = String(base.dropLast(2))
            instance = [0]
        }
        let found: OID?
        if let known = WellKnownNames.oid(base) {
            found = known
        } else {
            do throws(InputErrors) { found = try names.oid(named: base) } catch { return .failure(error) }
        }
        return .success(found.map { OID($0.parts + instance) })
    }
}
