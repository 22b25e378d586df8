import Remote

/// entPhysicalTable (RFC 6933).
enum EntityReader {
    static let tables: [[OID]] = [Names.columns(Names.entity, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 15)]

    static func read(_ answers: Answers) -> [DiscoveredEntity] {
        var table: [Int: DiscoveredEntity] = [:]
        func each(_ column: UInt32, _ body: (inout DiscoveredEntity, SNMPValue) -> Void) {
            for cell in answers.column(Names.entity.appending(column)) where cell.index.count == 1 {
                let index = Int(cell.index[0])
                body(&table[index, default: DiscoveredEntity(index: index, entityClass: "unknown")], cell.value)
            }
        }
        each(5) { $0.entityClass = kind($1.integer) }
        each(2) { $0.description = $1.text }
        each(4) { if let parent = $1.integer, parent > 0 { $0.parent = Int(parent) } }
        each(7) { $0.name = $1.text }
        each(8) { $0.hardwareRevision = OneLine.meaningful($1.text) }
        each(9) { $0.firmwareRevision = OneLine.meaningful($1.text) }
        each(10) { $0.softwareRevision = OneLine.meaningful($1.text) }
        each(11) { $0.serial = OneLine.meaningful($1.text) }
        each(12) { $0.manufacturer = OneLine.meaningful($1.text) }
        each(13) { $0.model = OneLine.meaningful($1.text) }
        each(15) { $0.assetTag = OneLine.meaningful($1.text) }
        return table.values.sorted { $0.index < $1.index }
    }

    static func kind(_ number: Int64?) -> String {
        switch number {
        case 3: "chassis"
        case 4: "backplane"
        case 5: "container"
        case 6: "power-supply"
        case 7: "fan"
        case 8: "sensor"
        case 9: "module"
        case 10: "port"
        case 11: "stack"
        case 12: "cpu"
        case 13: "energy-object"
        case 14: "battery"
        case 15: "storage-drive"
        case 1: "other"
        default: "unknown"
        }
    }

    /// The entity that is the machine: the first chassis with a serial number, else with a model, else the first
    /// chassis; else the outermost that has a serial number.
    static func machine(_ entities: [DiscoveredEntity]) -> DiscoveredEntity? {
        let chassis = entities.filter { $0.entityClass == "chassis" }
        return chassis.first { $0.serial != nil } ?? chassis.first { $0.model != nil } ?? chassis.first
            ?? entities.first { $0.parent == nil && $0.serial != nil }
    }
}
