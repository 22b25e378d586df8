import Remote

/// What the readings of rules find in the answers.
struct RowReader {
    let answers: Answers
    let entityNames: [Int: String]

    init(_ answers: Answers, entities: [DiscoveredEntity]) {
        self.answers = answers
        entityNames = Dictionary(
            entities.compactMap { entity in (entity.name ?? entity.description).map { (entity.index, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// One row: its index, its name, its numbers by role.
    struct Row {
        let index: [UInt32]
        let name: String
        let numbers: [String: Double]
        let meaning: String?
    }

    /// The rows in which at least one of the numbers is told.
    func rows(_ reading: RowReading) -> [Row] {
        var cells: [String: [[UInt32]: SNMPValue]] = [:]
        var order: [[UInt32]] = []
        var seen: Set<[UInt32]> = []
        for (role, source) in reading.numbers.sorted(by: { $0.key < $1.key }) {
            let column = column(source.oid)
            for cell in column where seen.insert(cell.index).inserted { order.append(cell.index) }
            cells[role] = Dictionary(column.map { ($0.index, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        let names: [[UInt32]: SNMPValue]
        if case .column(let oid) = reading.name {
            names = Dictionary(column(oid).map { ($0.index, $0.value) }, uniquingKeysWith: { first, _ in first })
        } else {
            names = [:]
        }
        let conditions = reading.condition.map { answers.cells($0) }
        var taken: Set<String> = []
        return order.compactMap { index in
            if let conditions, (conditions[index]?.number ?? 0) <= 0 { return nil }
            var numbers: [String: Double] = [:]
            var meaning: String?
            for (role, source) in reading.numbers {
                guard let value = cells[role]?[index] else { continue }
                if role == "status" || role == "state" {
                    meaning = value.integer.flatMap { reading.meanings[$0] }
                    continue
                }
                if let raw = value.integer, reading.ignore.contains(raw) { continue }
                let number = ["total", "used", "free"].contains(role) ? value.bytes : value.number
                if let number { numbers[role] = scaled(number, source.scale) }
            }
            if numbers.isEmpty && meaning == nil { return nil }
            var name = name(reading, index, names[index], alone: order.count == 1)
            if !taken.insert(name).inserted { name += " #\(index.map(String.init).joined(separator: "."))" }
            return Row(index: index, name: name, numbers: numbers, meaning: meaning)
        }
    }

    /// 215 * 0.1 is 21.5 and not 21.500000000000004: decimal factors divide.
    private func scaled(_ number: Double, _ scale: Double) -> Double {
        if scale < 1, scale > 0 {
            let divisor = (1 / scale).rounded()
            if abs(divisor * scale - 1) < 1e-9 { return number / divisor }
        }
        return number * scale
    }

    private func column(_ oid: OID) -> [Answers.Cell] {
        if let value = answers.value(oid) { return [Answers.Cell(index: [], value: value)] }
        return answers.column(oid)
    }

    private func name(_ reading: RowReading, _ index: [UInt32], _ cell: SNMPValue?, alone: Bool) -> String {
        let number = index.map(String.init).joined(separator: ".")
        switch reading.name {
        case .column:
            if let text = OneLine.meaningful(cell?.anyText?.filter { $0 != "\"" }) {
                return reading.label.isEmpty || !text.allSatisfy(\.isNumber) ? text : "\(reading.label) \(text)"
            }
        case .entity:
            if let first = index.first, let text = entityNames[Int(first)] { return text }
        case .label: break
        }
        let label = reading.label.isEmpty ? (reading.kind.isEmpty ? "row" : reading.kind) : reading.label
        return number.isEmpty || (alone && !reading.label.isEmpty) ? label : "\(label) \(number)"
    }

    func cpus(_ reading: RowReading) -> [DiscoveredCPU] {
        rows(reading).compactMap { row in
            guard let load = row.numbers["load"], (0...100).contains(load) else { return nil }
            return DiscoveredCPU(name: row.name, loadPercent: load)
        }
    }

    /// Total and used of each row, whatever two of total, used, free and percent are told.
    func stores(_ reading: RowReading) -> [(name: String, total: UInt64, used: UInt64?)] {
        rows(reading).compactMap { row in
            let used = row.numbers["used"]
            let free = row.numbers["free"]
            guard let total = row.numbers["total"] ?? used.flatMap({ inUse in free.map { inUse + $0 } }), total > 0,
                total < 1e18
            else { return nil }
            let percent = row.numbers["used_percent"].flatMap { (0...100).contains($0) ? total * $0 / 100 : nil }
            let known = used ?? free.map { total - $0 } ?? percent
            return (row.name, UInt64(total), known.flatMap { $0 >= 0 && $0 <= total ? UInt64($0) : nil })
        }
    }

    func sensors(_ reading: RowReading) -> [DiscoveredSensor] {
        rows(reading).compactMap { row in
            let kind = DiscoveredSensor.Kind(rawValue: reading.kind) ?? .other
            let status = row.meaning.flatMap { DiscoveredSensor.Status(rawValue: $0) } ?? .unknown
            if status == .absent || (row.numbers["value"] == nil && row.meaning == nil) { return nil }
            let unit = reading.unit.isEmpty && row.numbers["value"] != nil ? Self.unit(kind) : reading.unit
            return DiscoveredSensor(name: row.name, kind: kind, value: row.numbers["value"], unit: unit, status: status)
        }
    }

    static func unit(_ kind: DiscoveredSensor.Kind) -> String {
        switch kind {
        case .temperature: "°C"
        case .humidity, .supply: "%"
        case .fan: "rpm"
        case .voltage: "V"
        case .current: "A"
        case .power: "W"
        case .frequency: "Hz"
        case .energy: "kWh"
        case .airflow, .contact, .other: ""
        }
    }

    /// Parts with what tells them apart: their kind and whole index.
    func power(_ reading: RowReading) -> [(key: String, part: DiscoveredPower)] {
        rows(reading).enumerated().map { place, row in
            var out = DiscoveredPower(
                kind: DiscoveredPower.Kind(rawValue: reading.kind) ?? .unit,
                index: row.index.last.map { Int($0) } ?? place + 1, name: row.name)
            out.amperes = row.numbers["amperes"]
            out.volts = row.numbers["volts"]
            out.watts = row.numbers["watts"]
            out.kilowattHours = row.numbers["kilowatt_hours"]
            out.ratedAmperes = row.numbers["rated_amperes"]
            if row.meaning == "on" { out.isOn = true }
            if row.meaning == "off" { out.isOn = false }
            out.status = row.meaning.flatMap { DiscoveredSensor.Status(rawValue: $0) } ?? .unknown
            return ("\(out.kind) \(row.index)", out)
        }
    }

    /// Battery and lines: what the rule tells is filled in where the standard module was silent.
    func fill(_ ups: inout DiscoveredUPS, from rule: IdentityRule) {
        func all(_ field: String) -> [Double] {
            guard let source = rule.ups[field] else { return [] }
            return column(source.oid).compactMap { $0.value.number.map { scaled($0, source.scale) } }
                .filter { $0 >= -100 && $0 < 1e9 }
        }
        func one(_ field: String) -> Double? { all(field).first }
        func meaning(_ field: String, _ words: [Int64: String]) -> String? {
            rule.ups[field].flatMap { column($0.oid).first?.value.integer }.flatMap { words[$0] }
        }
        ups.battery = ups.battery ?? meaning("battery", rule.upsBattery).flatMap { DiscoveredUPS.Battery(rawValue: $0) }
        ups.output = ups.output ?? meaning("output", rule.upsOutput).flatMap { DiscoveredUPS.Output(rawValue: $0) }
        ups.chargePercent = ups.chargePercent ?? one("charge").flatMap { (0...100).contains($0) ? $0 : nil }
        ups.minutesLeft = ups.minutesLeft ?? one("minutes_left").flatMap { (0...1e6).contains($0) ? $0 : nil }
        ups.secondsOnBattery =
            ups.secondsOnBattery ?? one("seconds_on_battery").flatMap { (0...1e9).contains($0) ? Int($0) : nil }
        ups.batteryVoltage = ups.batteryVoltage ?? one("battery_volts").flatMap { $0 > 0 ? $0 : nil }
        ups.temperature = ups.temperature ?? one("temperature").flatMap { (-50...200).contains($0) ? $0 : nil }
        if ups.inputVoltages.isEmpty { ups.inputVoltages = all("input_volts") }
        ups.inputFrequency = ups.inputFrequency ?? one("input_hertz")
        if ups.outputVoltages.isEmpty { ups.outputVoltages = all("output_volts") }
        if ups.outputCurrents.isEmpty { ups.outputCurrents = all("output_amperes") }
        if ups.loadPercents.isEmpty { ups.loadPercents = all("load_percent").filter { $0 <= 500 } }
        let watts = all("output_watts")
        if !watts.isEmpty { ups.outputWatts = ups.outputWatts ?? watts.reduce(0, +) }
        ups.alarms = ups.alarms ?? one("alarms").flatMap { (0...1e6).contains($0) ? Int($0) : nil }
    }
}
