import Addressing
import CMDB
import Evidence
import Notation
import Remote

/// Reads scalars and tables of one agent.
struct SNMPCollector {
    let client: any SNMPClient
    let target: SNMPTarget
    let collection: SNMPCollection

    func run(_ book: inout Notebook) async {
        do {
            for group in collection.groups {
                try Task.checkCancellation()
                try await read(group, &book)
            }
            try await readTables(&book)
        } catch {
            book.collected.error = remoteError(error, book.pair)
        }
        if let fact = collection.versionFact, !book.collected.facts.isEmpty {
            if case .v2c = target.credential { book.note(fact, "v2c") } else { book.note(fact, "v3") }
        }
    }

    private func read(_ group: SNMPGroup, _ book: inout Notebook) async throws {
        let oids = group.fields.compactMap { OID(dotted: $0.oid) }
        let answers = try await client.get(oids, from: target)
        guard answers.count == oids.count else {
            throw RemoteError(
                .protocolViolation, subject: target.subject,
                message: "the agent answered \(answers.count) of \(oids.count) names")
        }
        var members: [String: JSONValue] = [:]
        for (field, answer) in zip(group.fields, answers) {
            guard let value = SNMPReading.value(answer.value, field) else { continue }
            if let name = field.field, members[name] == nil { members[name] = value }
            if let metric = field.metric, let number = SNMPReading.number(answer.value, field) {
                book.measure(metric, "", number, unit: field.unit ?? "1")
            }
        }
        if members.isEmpty {
            book.absent(group.fact, "the agent has none of these objects")
        } else {
            book.note(group.fact, .object(members))
        }
    }

    private struct Row {
        let index: JSONValue
        let order: [UInt32]
        var members: [String: JSONValue] = [:]
        var metrics: [(metric: String, number: Sample.Number, unit: String)] = []
    }

    private func readTables(_ book: inout Notebook) async throws {
        var rowsOf: [String: [JSONValue: Row]] = [:]
        var dropped: [String: Set<JSONValue>] = [:]
        var order: [String] = []
        for table in collection.tables {
            if !order.contains(table.fact) { order.append(table.fact) }
            var rows = try await read(table)
            dropped[table.fact, default: []].formUnion(
                rows.values.filter { Self.drops(table, $0) }.map(\.index))
            rows = rows.filter { dropped[table.fact]?.contains($0.key) != true }
            rowsOf[table.fact, default: [:]].merge(rows) { first, _ in first }
            for row in rows.values.sorted(by: { $0.order.lexicographicallyPrecedes($1.order) }) {
                let instance = table.instance.flatMap { row.members[$0]?.string } ?? SNMPReading.label(row.index)
                for metric in row.metrics { book.measure(metric.metric, instance, metric.number, unit: metric.unit) }
            }
        }
        for fact in order {
            let tables = collection.tables.filter { $0.fact == fact }
            guard tables.contains(where: { $0.columns.contains { $0.field != nil } }) else { continue }
            let rows = (rowsOf[fact] ?? [:]).values.sorted { $0.order.lexicographicallyPrecedes($1.order) }
            if rows.isEmpty {
                book.absent(fact, "the agent has no such table, or it is empty")
            } else {
                book.note(
                    fact,
                    .array(
                        rows.map { row in
                            .object(row.members.merging([tables[0].indexField: row.index]) { $1 })
                        }))
            }
        }
    }

    private static func drops(_ table: SNMPTable, _ row: Row) -> Bool {
        table.rowDrops.contains { field, numbers in
            row.members[field]?.int.map { number in numbers.contains { Int64($0) == number } } ?? false
        }
    }

    private func read(_ table: SNMPTable) async throws -> [JSONValue: Row] {
        var rows: [JSONValue: Row] = [:]
        for column in table.columns {
            try Task.checkCancellation()
            guard let root = OID(dotted: column.oid) else { continue }
            for binding in try await client.walk(root, from: target, limit: table.limit) {
                guard let suffix = binding.oid.suffix(after: root), !binding.value.isException,
                    let index = SNMPReading.index(suffix, table.index)
                else { continue }
                var row = rows[index] ?? Row(index: index, order: suffix)
                if let name = column.field, row.members[name] == nil {
                    row.members[name] = SNMPReading.value(binding.value, column)
                }
                if let metric = column.metric, let number = SNMPReading.number(binding.value, column) {
                    row.metrics.append((metric, number, column.unit ?? "1"))
                }
                rows[index] = row
            }
        }
        if let needed = table.rowNeeds { rows = rows.filter { $0.value.members[needed] != nil } }
        return rows
    }
}

/// Turns raw values of agents into values of facts; what does not fit its conversion is left out.
enum SNMPReading {
    static func value(_ raw: SNMPValue, _ field: SNMPField) -> JSONValue? {
        switch field.conversion {
        case .text:
            guard case .octets(let bytes) = raw else { return nil }
            return .string(CleanText.line(String(decoding: bytes.prefix(4_096), as: UTF8.self)))
        case .mac:
            guard case .octets(let bytes) = raw, let mac = MACAddress(bytes: bytes), mac.rawValue != 0 else {
                return nil
            }
            return .string(mac.description)
        case .ticks:
            guard case .timeTicks(let ticks) = raw else { return nil }
            return .int(Int64(ticks / 100))
        case .int:
            guard let number = whole(raw), !field.ignored.contains(where: { Int64($0) == number }) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: Int64(field.scale))
            return overflow ? nil : .int(product)
        case .bool:
            guard case .integer(let number) = raw else { return nil }
            return .bool(number == 1)
        case .oid:
            guard case .oid(let oid) = raw else { return nil }
            return .string(oid.description)
        case .netmask:
            guard case .ipAddress(let bytes) = raw, bytes.count == 4 else { return nil }
            let mask = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let length = (~mask).leadingZeroBitCount
            return mask == (length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)) ? .int(Int64(length)) : nil
        case .prefixPointer:
            // zeroDotZero means that the agent does not say.
            guard case .oid(let oid) = raw, oid.parts.count > 12, let last = oid.parts.last, last <= 128 else {
                return nil
            }
            return .int(Int64(last))
        }
    }

    static func whole(_ raw: SNMPValue) -> Int64? {
        switch raw {
        case .integer(let number): Int64(number)
        case .counter32(let number), .gauge32(let number), .timeTicks(let number): Int64(number)
        case .counter64(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// Counters stay exact counters; everything else is a gauge.
    static func number(_ raw: SNMPValue, _ field: SNMPField) -> Sample.Number? {
        switch raw {
        case .counter32(let number): return .counter(UInt64(number))
        case .counter64(let number): return .counter(number)
        default:
            guard let number = value(raw, field)?.number else { return nil }
            return .gauge(number)
        }
    }

    static func index(_ suffix: [UInt32], _ kind: SNMPTable.Index) -> JSONValue? {
        switch kind {
        case .int: return suffix.count == 1 ? .int(Int64(suffix[0])) : nil
        case .ipv4: return suffix.count == 4 ? address(suffix[...]) : nil
        case .inet:
            // Type, length, octets; types 3 and 4 carry a zone index behind the address (RFC 4001).
            guard suffix.count >= 2, Int(suffix[1]) == suffix.count - 2 else { return nil }
            switch (suffix[0], suffix[1]) {
            case (1, 4), (2, 16): return address(suffix[2...])
            case (3, 8): return address(suffix[2..<6])
            case (4, 20): return address(suffix[2..<18])
            default: return nil
            }
        }
    }

    private static func address(_ parts: ArraySlice<UInt32>) -> JSONValue? {
        let bytes = parts.compactMap { UInt8(exactly: $0) }
        guard bytes.count == parts.count, let address = IPAddress(bytes: bytes) else { return nil }
        return .string(address.description)
    }

    static func label(_ index: JSONValue) -> String { index.string ?? index.canonical }
}
