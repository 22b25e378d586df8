import CMDB
import Evidence
import Notation
import Remote

/// Reads scalars and tables of one agent: all scalars in one request, then table by table, all columns side by side.
struct SNMPCollector {
    let client: any SNMPClient
    let target: SNMPTarget
    let collection: SNMPCollection

    func run(_ book: inout Notebook) async {
        do {
            try await readGroups(&book)
            try await readTables(&book)
        } catch {
            book.collected.error = remoteError(error, book.pair)
        }
        if let fact = collection.versionFact, !book.collected.facts.isEmpty {
            switch target.credential {
            case .v1: book.note(fact, "v1")
            case .v2c: book.note(fact, "v2c")
            case .v3: book.note(fact, "v3")
            }
        }
    }

    private func readGroups(_ book: inout Notebook) async throws {
        var oids: [OID] = []
        var seen: Set<OID> = []
        for field in collection.groups.flatMap(\.fields) where seen.insert(field.oid).inserted {
            oids.append(field.oid)
        }
        if oids.isEmpty { return }
        try Task.checkCancellation()
        let answers = try await client.get(oids, from: target)
        guard answers.count == oids.count else {
            throw RemoteError(
                .protocolViolation, subject: target.subject,
                message: "the agent answered \(answers.count) of \(oids.count) names")
        }
        let values = Dictionary(zip(oids, answers.map(\.value)), uniquingKeysWith: { first, _ in first })
        for group in collection.groups { note(group, values, &book) }
    }

    private func note(_ group: SNMPGroup, _ values: [OID: SNMPValue], _ book: inout Notebook) {
        var members: [String: JSONValue] = [:]
        var measured = false
        for field in group.fields {
            guard let raw = values[field.oid], let value = SNMPReading.value(raw, field) else { continue }
            if let name = field.field, members[name] == nil { members[name] = value }
            if let metric = field.metric, let number = SNMPReading.number(raw, field) {
                book.measure(metric, "", number, unit: field.unit ?? "1")
                measured = true
            }
        }
        if !members.isEmpty {
            book.note(group.fact, .object(members))
        } else if !measured {
            book.absent(group.fact, "the agent has none of these objects")
        }
    }

    private struct Row {
        let index: SNMPReading.Index
        let order: [UInt32]
        var members: [String: JSONValue] = [:]
        var metrics: [(metric: String, number: Sample.Number, unit: String)] = []
    }

    private func readTables(_ book: inout Notebook) async throws {
        var rowsOf: [String: [[JSONValue]: Row]] = [:]
        var dropped: [String: Set<[JSONValue]>] = [:]
        var order: [String] = []
        for table in collection.tables {
            if !order.contains(table.fact) { order.append(table.fact) }
            var rows = try await read(table)
            dropped[table.fact, default: []].formUnion(
                rows.values.filter { Self.drops(table, $0) }.map(\.index.values))
            rows = rows.filter { dropped[table.fact]?.contains($0.key) != true }
            rowsOf[table.fact, default: [:]].merge(rows) { first, _ in first }
            for row in rows.values.sorted(by: { $0.order.lexicographicallyPrecedes($1.order) }) {
                let instance = Self.instance(table, row)
                for metric in row.metrics { book.measure(metric.metric, instance, metric.number, unit: metric.unit) }
            }
        }
        for fact in order { note(fact, rowsOf[fact] ?? [:], &book) }
    }

    private func note(_ fact: String, _ rows: [[JSONValue]: Row], _ book: inout Notebook) {
        let tables = collection.tables.filter { $0.fact == fact }
        guard tables.contains(where: { !$0.lookups.isEmpty || $0.columns.contains { $0.field != nil } }) else { return }
        let sorted = rows.values.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        if sorted.isEmpty { return book.absent(fact, "the agent has no such table, or it is empty") }
        let names = tables[0].index.map(\.field)
        book.note(
            fact,
            .array(
                sorted.map { row in
                    let index = Dictionary(zip(names, row.index.values), uniquingKeysWith: { first, _ in first })
                    return .object(row.members.merging(index) { $1 })
                }))
    }

    private static func instance(_ table: SNMPTable, _ row: Row) -> String {
        let index = row.index.values.map(SNMPReading.label)
        let named = table.instance.compactMap { name -> String? in
            if let place = table.index.firstIndex(where: { $0.field == name }) { return index[place] }
            return row.members[name].map(SNMPReading.label)
        }
        return named.isEmpty ? index.joined(separator: ".") : named.joined(separator: "/")
    }

    private static func drops(_ table: SNMPTable, _ row: Row) -> Bool {
        table.rowDrops.contains { field, numbers in
            row.members[field]?.int.map { number in numbers.contains { Int64($0) == number } } ?? false
        }
    }

    private func read(_ table: SNMPTable) async throws -> [[JSONValue]: Row] {
        var rows: [[JSONValue]: Row] = [:]
        try Task.checkCancellation()
        let answers = try await columns(table.columns.map(\.oid), limit: table.limit)
        for column in table.columns {
            for binding in answers[column.oid] ?? [] {
                guard let suffix = binding.oid.suffix(after: column.oid), !binding.value.isException,
                    let index = SNMPReading.index(suffix, table.index)
                else { continue }
                var row = rows[index.values] ?? Row(index: index, order: suffix)
                if let name = column.field, row.members[name] == nil {
                    row.members[name] = SNMPReading.value(binding.value, column)
                }
                if let metric = column.metric, let number = SNMPReading.number(binding.value, column) {
                    row.metrics.append((metric, number, column.unit ?? "1"))
                }
                rows[index.values] = row
            }
        }
        if !rows.isEmpty { try await look(up: table, &rows) }
        if let needed = table.rowNeeds { rows = rows.filter { $0.value.members[needed] != nil } }
        return rows
    }

    /// Each column once, however often it is read.
    private func columns(_ wanted: [OID], limit: Int) async throws -> [OID: [VarBind]] {
        var oids: [OID] = []
        for oid in wanted where !oids.contains(oid) { oids.append(oid) }
        if oids.isEmpty { return [:] }
        let answers = try await client.table(oids, from: target, limit: limit)
        guard answers.count == oids.count else {
            throw RemoteError(
                .protocolViolation, subject: target.subject,
                message: "\(answers.count) of \(oids.count) columns came back")
        }
        return Dictionary(uniqueKeysWithValues: zip(oids, answers))
    }

    private func look(up table: SNMPTable, _ rows: inout [[JSONValue]: Row]) async throws {
        guard !table.lookups.isEmpty else { return }
        let answers = try await columns(table.lookups.map(\.column.oid), limit: table.limit)
        for lookup in table.lookups {
            let oid = lookup.column.oid
            guard let name = lookup.column.field else { continue }
            let places = lookup.by.compactMap { part in table.index.firstIndex { $0.field == part } }
            var values: [[UInt32]: JSONValue] = [:]
            for binding in answers[oid] ?? [] {
                guard let suffix = binding.oid.suffix(after: oid) else { continue }
                values[suffix] = SNMPReading.value(binding.value, lookup.column)
            }
            for (key, row) in rows where row.members[name] == nil {
                rows[key]?.members[name] = values[places.flatMap { row.index.pieces[$0] }]
            }
        }
    }
}
