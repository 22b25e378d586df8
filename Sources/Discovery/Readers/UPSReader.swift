import Remote

/// UPS-MIB (RFC 1628).
enum UPSReader {
    /// upsIdent, upsBattery and single values of the lines.
    static let scalars: [OID] = [
        [1, 1], [1, 2], [1, 3], [1, 4], [1, 5], [2, 1], [2, 2], [2, 3], [2, 4], [2, 5], [2, 6], [2, 7], [4, 1], [6, 1],
    ].map { (pair: [UInt32]) in OID(Names.ups.parts + pair + [0]) }
    static let tables: [[OID]] = [
        [[3, 3, 1, 2], [3, 3, 1, 3]], [[4, 4, 1, 2], [4, 4, 1, 3], [4, 4, 1, 4], [4, 4, 1, 5]],
    ].map { (table: [[UInt32]]) in table.map { OID(Names.ups.parts + $0) } }

    private static func name(_ parts: UInt32...) -> OID { OID(Names.ups.parts + parts) }

    static func manufacturer(_ answers: Answers) -> String? { OneLine.meaningful(answers.text(name(1, 1, 0))) }
    static func model(_ answers: Answers) -> String? { OneLine.meaningful(answers.text(name(1, 2, 0))) }
    static func version(_ answers: Answers) -> String? { OneLine.meaningful(answers.text(name(1, 3, 0))) }
    static func agentVersion(_ answers: Answers) -> String? { OneLine.meaningful(answers.text(name(1, 4, 0))) }
    static func isPresent(_ answers: Answers) -> Bool {
        answers.value(name(2, 1, 0)) != nil || answers.value(name(1, 2, 0)) != nil
    }

    static func read(_ answers: Answers) -> DiscoveredUPS? {
        guard isPresent(answers) || answers.value(name(4, 1, 0)) != nil else { return nil }
        var ups = DiscoveredUPS()
        func number(_ oid: OID, divisor: Double = 1, in range: ClosedRange<Double>) -> Double? {
            answers.value(oid)?.number.map { $0 / divisor }.flatMap { range.contains($0) ? $0 : nil }
        }
        switch answers.integer(name(2, 1, 0)) {
        case 1: ups.battery = .unknown
        case 2: ups.battery = .normal
        case 3: ups.battery = .low
        case 4: ups.battery = .depleted
        default: break
        }
        ups.output = output(answers.integer(name(4, 1, 0)))
        ups.secondsOnBattery = number(name(2, 2, 0), in: 0...1e9).map { Int($0) }
        ups.minutesLeft = number(name(2, 3, 0), in: 0...1e6)
        ups.chargePercent = number(name(2, 4, 0), in: 0...100)
        ups.batteryVoltage = number(name(2, 5, 0), divisor: 10, in: 0.1...1e5)
        // -1 is what cards without a probe say.
        ups.temperature = number(name(2, 7, 0), in: -50...200).flatMap { $0 == -1 ? nil : $0 }
        ups.alarms = number(name(6, 1, 0), in: 0...1e6).map { Int($0) }
        func line(_ parts: UInt32..., divisor: Double = 1) -> [Double] {
            answers.column(OID(Names.ups.parts + parts)).compactMap { $0.value.number.map { $0 / divisor } }
                .filter { $0 >= 0 && $0 < 1e9 }
        }
        ups.inputVoltages = plausible(line(3, 3, 1, 3))
        ups.inputFrequency = line(3, 3, 1, 2, divisor: 10).first.map { $0 > 100 ? $0 / 10 : $0 }
        ups.outputVoltages = plausible(line(4, 4, 1, 2))
        ups.outputCurrents = line(4, 4, 1, 3, divisor: 10)
        let watts = line(4, 4, 1, 4)
        ups.outputWatts = watts.isEmpty ? nil : plausible(watts.reduce(0, +), ups)
        ups.loadPercents = line(4, 4, 1, 5).filter { $0 <= 500 }
        return ups
    }

    /// The module counts whole volts; cards that count tenths are found by what no mains has.
    private static func plausible(_ volts: [Double]) -> [Double] {
        volts.contains { $0 > 1_000 } ? volts.map { $0 / 10 } : volts
    }

    /// Power that is less than a twentieth of voltage times current was counted in another unit: not believed.
    private static func plausible(_ watts: Double, _ ups: DiscoveredUPS) -> Double? {
        let apparent = zip(ups.outputVoltages, ups.outputCurrents).reduce(0) { $0 + $1.0 * $1.1 }
        return watts < apparent / 20 ? nil : watts
    }

    private static func output(_ number: Int64?) -> DiscoveredUPS.Output? {
        switch number {
        case 1: .other
        case 2: .off
        case 3: .mains
        case 4: .bypass
        case 5: .battery
        case 6: .boost
        case 7: .reduce
        default: nil
        }
    }
}
