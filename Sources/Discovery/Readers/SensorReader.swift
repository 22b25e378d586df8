import Remote

/// entPhySensorTable (RFC 3433), Cisco's draft of it, and LM-SENSORS-MIB of net-snmp.
enum SensorReader {
    static let tables: [[OID]] = [Names.columns(Names.entitySensor, 1, 2, 3, 4, 5, 6)]
    static let cisco: [[OID]] = [Names.columns(Names.ciscoSensor, 1, 2, 3, 4, 5)]
    static let linux: [[OID]] = [2, 3, 4].map { (group: UInt32) in
        Names.columns(Names.lmSensors.appending(group, 1), 2, 3)
    }

    static func read(_ answers: Answers, entities: [DiscoveredEntity]) -> [DiscoveredSensor] {
        var out = entitySensors(Names.entitySensor, answers, entities)
        if out.isEmpty { out = entitySensors(Names.ciscoSensor, answers, entities) }
        out += linuxSensors(answers)
        return out
    }

    private static func entitySensors(
        _ entry: OID, _ answers: Answers, _ entities: [DiscoveredEntity]
    ) -> [DiscoveredSensor] {
        let byIndex = Dictionary(entities.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let scales = answers.cells(entry.appending(2))
        let precisions = answers.cells(entry.appending(3))
        let values = answers.cells(entry.appending(4))
        let states = answers.cells(entry.appending(5))
        let displays = answers.cells(entry.appending(6))
        return answers.column(entry.appending(1)).compactMap { cell in
            guard cell.index.count == 1, let type = cell.value.integer else { return nil }
            let index = cell.index
            let entity = byIndex[Int(index[0])]
            let name = entity?.name ?? entity?.description ?? "sensor \(index[0])"
            let (kind, unit) = kind(type, name: name, display: displays[index]?.text)
            let status = status(states[index]?.integer)
            var value: Double?
            if let raw = values[index]?.integer, status != .absent {
                value = scaled(raw, scale: scales[index]?.integer ?? 9, precision: precisions[index]?.integer ?? 0)
            }
            // ±10⁹ stand for under- and overflow (RFC 3433, EntitySensorValue).
            if let raw = values[index]?.integer, abs(raw) >= 1_000_000_000 { value = nil }
            return DiscoveredSensor(name: name, kind: kind, value: value, unit: unit, status: status)
        }
    }

    /// EntitySensorDataType.
    static func kind(_ type: Int64, name: String, display: String?) -> (DiscoveredSensor.Kind, String) {
        switch type {
        case 3, 4: return (.voltage, "V")
        case 5: return (.current, "A")
        case 6: return (.power, "W")
        case 7: return (.frequency, "Hz")
        case 8: return (.temperature, "°C")
        case 9: return (.humidity, "%")
        case 10: return (.fan, "rpm")
        case 11: return (.airflow, "m³/min")
        case 12: return (.contact, "")
        case 14: return (.power, "dBm")
        default: return (name.lowercased().contains("fan") ? .fan : .other, display ?? "")
        }
    }

    private static func status(_ number: Int64?) -> DiscoveredSensor.Status {
        switch number {
        case 1: .ok
        case 2: .absent
        case 3: .critical
        default: .unknown
        }
    }

    /// EntitySensorDataScale counts in steps of 10³ from yocto (1), units are 9; precision is decimal places.
    static func scaled(_ raw: Int64, scale: Int64, precision: Int64) -> Double? {
        guard (1...17).contains(scale), (-8...9).contains(precision) else { return Double(raw) }
        var value = Double(raw)
        for _ in 0..<max(0, Int(precision)) { value /= 10 }
        for _ in 0..<max(0, Int(scale) - 9) { value *= 1_000 }
        for _ in 0..<max(0, 9 - Int(scale)) { value /= 1_000 }
        return value
    }

    private static func linuxSensors(_ answers: Answers) -> [DiscoveredSensor] {
        let groups: [(UInt32, DiscoveredSensor.Kind, String, Double)] = [
            (2, .temperature, "°C", 1_000), (3, .fan, "rpm", 1), (4, .voltage, "V", 1_000),
        ]
        return groups.flatMap { group, kind, unit, divisor -> [DiscoveredSensor] in
            let values = answers.cells(Names.lmSensors.appending(group, 1, 3))
            return answers.column(Names.lmSensors.appending(group, 1, 2)).compactMap { cell in
                guard let name = cell.value.text, let value = values[cell.index]?.number else { return nil }
                return DiscoveredSensor(name: name, kind: kind, value: value / divisor, unit: unit)
            }
        }
    }
}
