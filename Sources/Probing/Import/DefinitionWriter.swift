import Notation
import Remote

/// Writes an SNMP definition as YAML.
enum DefinitionWriter {
    static func text(
        name: String, appliesTo: String, timeout: Duration, description: String, collection: SNMPCollection
    ) -> String {
        var out = """
            name: \(quoted(name))
            kind: snmp
            description: \(quoted(description))
            applies_to: \(quoted(appliesTo))
            interval: 1m
            timeout: \(DurationText.format(timeout))
            valid_for: 10m
            collect:

            """
        if !collection.groups.isEmpty { out += "  scalars:\n" }
        for group in collection.groups {
            out += "    - fact: \(group.fact)\n      fields:\n"
            for field in group.fields { out += "        - \(flow(field))\n" }
        }
        if !collection.tables.isEmpty { out += "  tables:\n" }
        for table in collection.tables { out += text(table) }
        return out
    }

    private static func text(_ table: SNMPTable) -> String {
        var out = "    - fact: \(table.fact)\n      index:\n"
        for part in table.index {
            var pairs = [("field", quoted(part.field)), ("as", part.kind.rawValue)]
            if let size = part.size { pairs.append(("size", String(size))) }
            if part.implied { pairs.append(("implied", "true")) }
            if !part.names.isEmpty { pairs.append(("names", names(part.names))) }
            out += "        - \(flow(pairs))\n"
        }
        if !table.instance.isEmpty {
            out += "      instance: [\(table.instance.map(quoted).joined(separator: ", "))]\n"
        }
        if let needed = table.rowNeeds { out += "      row_needs: \(quoted(needed))\n" }
        out += "      limit: \(table.limit)\n      columns:"
        out += table.columns.isEmpty ? " []\n" : "\n"
        for column in table.columns { out += "        - \(flow(column))\n" }
        if !table.lookups.isEmpty { out += "      lookups:\n" }
        for lookup in table.lookups {
            let by = ("by", "[" + lookup.by.map(quoted).joined(separator: ", ") + "]")
            out += "        - \(flow(pairs(lookup.column) + [by]))\n"
        }
        return out
    }

    private static func flow(_ field: SNMPField) -> String { flow(pairs(field)) }

    private static func flow(_ pairs: [(String, String)]) -> String {
        "{ " + pairs.map { "\($0): \($1)" }.joined(separator: ", ") + " }"
    }

    private static func pairs(_ field: SNMPField) -> [(String, String)] {
        var pairs: [(String, String)] = []
        if let name = field.field { pairs.append(("field", quoted(name))) }
        if let metric = field.metric { pairs.append(("metric", metric)) }
        pairs += [("object", quoted(field.object)), ("oid", field.oid.description), ("as", field.conversion.rawValue)]
        if field.scale != .one { pairs.append(("scale", field.scale.text)) }
        if !field.ignored.isEmpty {
            pairs.append(("ignore", "[" + field.ignored.map(String.init).joined(separator: ", ") + "]"))
        }
        if let hint = field.hint { pairs.append(("hint", quoted(hint.text))) }
        if let unit = field.unit { pairs.append(("unit", quoted(unit))) }
        if !field.names.isEmpty { pairs.append(("names", names(field.names))) }
        return pairs
    }

    private static func names(_ names: [Int: String]) -> String {
        flow(names.keys.sorted().map { (String($0), quoted(names[$0] ?? "")) })
    }

    /// A plain word where that is safe, else in double quotes as JSON has them, which YAML 1.2 reads alike.
    static func quoted(_ text: String) -> String {
        let first = text.utf8.first ?? 0
        let isPlain =
            ((97...122).contains(first) || (65...90).contains(first))
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
                    || [45, 46, 95].contains($0)
            }
        let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain, !reserved { return text }
        var bytes: [UInt8] = []
        JSONValue.appendQuoted(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
