import Remote

/// Printer-MIB (RFC 3805) and POWER-ETHERNET-MIB (RFC 3621).
enum PrinterReader {
    /// prtGeneralConfigChanges (in every version of the module), prtGeneralPrinterName, prtGeneralSerialNumber.
    static let general: [[OID]] = [[1, 16, 17].map { (column: UInt32) in Names.printer.appending(5, 1, 1, column) }]
    /// prtMarkerSuppliesDescription, MaxCapacity, Level.
    static let supplies: [[OID]] = [[6, 8, 9].map { (column: UInt32) in Names.printer.appending(11, 1, 1, column) }]
    static let powerOverEthernet: [[OID]] = [Names.columns(Names.pethMain, 2, 3, 4)]

    static func isPresent(_ answers: Answers) -> Bool { !answers.column(Names.printer.appending(5, 1, 1)).isEmpty }

    static func name(_ answers: Answers) -> String? {
        OneLine.meaningful(answers.first(Names.printer.appending(5, 1, 1, 16))?.text)
    }

    static func serial(_ answers: Answers) -> String? {
        OneLine.meaningful(answers.first(Names.printer.appending(5, 1, 1, 17))?.text)
    }

    static func sensors(_ answers: Answers) -> [DiscoveredSensor] {
        let most = answers.cells(Names.printer.appending(11, 1, 1, 8))
        let level = answers.cells(Names.printer.appending(11, 1, 1, 9))
        let supplies = answers.column(Names.printer.appending(11, 1, 1, 6)).compactMap { cell -> DiscoveredSensor? in
            guard let name = cell.value.text else { return nil }
            // -1 other, -2 unknown, -3 "some is left".
            guard let top = most[cell.index]?.number, let now = level[cell.index]?.number, top > 0, now >= 0 else {
                return DiscoveredSensor(name: name, kind: .supply, value: nil, unit: "")
            }
            let percent = (min(now / top, 1) * 1_000).rounded() / 10
            return DiscoveredSensor(
                name: name, kind: .supply, value: percent, unit: "%", status: percent < 5 ? .warning : .ok)
        }
        let drawn = answers.cells(Names.pethMain.appending(4))
        let states = answers.cells(Names.pethMain.appending(3))
        let feeds = answers.column(Names.pethMain.appending(2)).compactMap { cell -> DiscoveredSensor? in
            guard let now = drawn[cell.index]?.number, now >= 0 else { return nil }
            let status: DiscoveredSensor.Status =
                switch states[cell.index]?.integer {
                case 1: .ok
                case 3: .critical
                default: .unknown
                }
            let number = cell.index.map(String.init).joined(separator: ".")
            return DiscoveredSensor(name: "PoE \(number)", kind: .power, value: now, unit: "W", status: status)
        }
        return supplies + feeds
    }
}
