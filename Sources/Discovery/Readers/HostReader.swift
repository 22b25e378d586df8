import Remote

/// HOST-RESOURCES-MIB (RFC 2790) and UCD-SNMP-MIB of net-snmp: memory, stores, processors.
enum HostReader {
    static let tables: [[OID]] = [
        Names.columns(Names.hrStorage, 2, 3, 4, 5, 6), [Names.hrProcessorLoad], Names.columns(Names.hrDevice, 2, 3),
    ]
    static let linux: [[OID]] = [Names.columns(Names.ucdDisk, 2, 6, 8)]
    static let scalars: [OID] = [Names.hrMemorySize]
    static let linuxScalars: [OID] =
        [3, 4, 5, 6, 11, 14, 15].map { (column: UInt32) in Names.ucdMemory.appending(column, 0) }
        + [9, 10, 11].map { (column: UInt32) in Names.ucdCPU.appending(column, 0) }

    static func storage(_ answers: Answers) -> [DiscoveredStorage] {
        let entry = Names.hrStorage
        let kinds = answers.cells(entry.appending(2))
        let units = answers.cells(entry.appending(4))
        let used = answers.cells(entry.appending(6))
        let names = answers.cells(entry.appending(3))
        var out: [DiscoveredStorage] = []
        for cell in answers.column(entry.appending(5)) {
            guard let count = unsigned(cell.value), count > 0 else { continue }
            let unit = max(1, units[cell.index]?.integer ?? 1)
            let type = kinds[cell.index].flatMap { if case .oid(let oid) = $0 { oid.parts.last } else { nil } }
            let name =
                names[cell.index]?.text.map(Self.withoutLabel)
                ?? "store \(cell.index.map(String.init).joined(separator: "."))"
            let size = count.multipliedReportingOverflow(by: UInt64(unit))
            if size.overflow { continue }
            let inUse = used[cell.index].flatMap(unsigned).map { $0.multipliedReportingOverflow(by: UInt64(unit)) }
            out.append(
                DiscoveredStorage(
                    name: name, kind: kind(type, name: name), size: size.partialValue,
                    used: inUse.flatMap { $0.overflow ? nil : $0.partialValue }))
        }
        if !out.contains(where: { $0.kind == .disk }) { out += linuxDisks(answers) }
        return out
    }

    /// Windows writes `C:\\ Label:System  Serial Number 1a2b`: the volume is what stands before.
    private static func withoutLabel(_ name: String) -> String {
        guard let label = name.firstRange(of: " Label:"), name.first?.isLetter == true else { return name }
        return String(name[..<label.lowerBound])
    }

    /// hrStorageSize is an Integer32; large volumes come out negative on agents that count past it.
    private static func unsigned(_ value: SNMPValue) -> UInt64? {
        guard let number = value.integer else { return nil }
        return number >= 0 ? UInt64(number) : UInt64(exactly: number + 1 << 32)
    }

    private static func kind(_ type: UInt32?, name: String) -> DiscoveredStorage.Kind {
        let lower = name.lowercased()
        switch type {
        case 2: return .ram
        case 3: return .virtual
        case 4: return .disk
        case 5, 6, 7, 8: return .removable
        case 9: return .flash
        case 10: return .network
        default:
            if ["swap", "virtual memory"].contains(where: { lower.contains($0) }) { return .virtual }
            return lower.hasPrefix("/") ? .disk : .other
        }
    }

    private static func linuxDisks(_ answers: Answers) -> [DiscoveredStorage] {
        let sizes = answers.cells(Names.ucdDisk.appending(6))
        let used = answers.cells(Names.ucdDisk.appending(8))
        return answers.column(Names.ucdDisk.appending(2)).compactMap { cell in
            guard let path = cell.value.text, let size = sizes[cell.index]?.integer, size > 0 else { return nil }
            let inUse = used[cell.index]?.integer.flatMap { $0 >= 0 ? UInt64($0) << 10 : nil }
            return DiscoveredStorage(name: path, kind: .disk, size: UInt64(size) << 10, used: inUse)
        }
    }

    static func memory(_ answers: Answers, storage: [DiscoveredStorage]) -> DiscoveredMemory? {
        func ucd(_ column: UInt32) -> UInt64? {
            answers.integer(Names.ucdMemory.appending(column, 0)).flatMap { $0 > 0 ? UInt64($0) << 10 : nil }
        }
        if let total = ucd(5) {
            let free = [ucd(6), ucd(14), ucd(15)].compactMap { $0 }.reduce(0, +)
            return DiscoveredMemory(
                total: total, used: ucd(6) == nil || free > total ? nil : total - free,
                source: "UCD-SNMP-MIB memTotalReal")
        }
        let main = storage.filter { store in
            let name = store.name.lowercased()
            return store.kind == .ram
                && !["buffer", "cache", "shared", "descriptor", "swap"].contains { name.contains($0) }
        }
        if let largest = main.max(by: { $0.size < $1.size }) {
            return DiscoveredMemory(
                total: largest.size, used: largest.used.flatMap { $0 <= largest.size ? $0 : nil },
                source: "HOST-RESOURCES-MIB hrStorageRam")
        }
        return answers.integer(Names.hrMemorySize).flatMap {
            $0 > 0 ? DiscoveredMemory(total: UInt64($0) << 10, source: "HOST-RESOURCES-MIB hrMemorySize") : nil
        }
    }

    static func cpus(_ answers: Answers) -> [DiscoveredCPU] {
        let names = answers.cells(Names.hrDevice.appending(3))
        let loads = answers.column(Names.hrProcessorLoad).compactMap { cell -> DiscoveredCPU? in
            guard let load = cell.value.number else { return nil }
            return DiscoveredCPU(
                name: names[cell.index]?.text ?? "CPU \(cell.index.map(String.init).joined(separator: "."))",
                loadPercent: (0...100).contains(load) ? load : nil)
        }
        if !loads.isEmpty { return loads }
        let processors = answers.column(Names.hrDevice.appending(2)).filter { cell in
            cell.value == .oid(Names.hrDeviceTypes.appending(3))
        }
        if !processors.isEmpty {
            return processors.map { DiscoveredCPU(name: names[$0.index]?.text ?? "CPU") }
        }
        guard let idle = answers.integer(Names.ucdCPU.appending(11, 0)), (0...100).contains(idle) else { return [] }
        return [DiscoveredCPU(name: "CPU", loadPercent: Double(100 - idle))]
    }

    /// Model of a printer, as HOST-RESOURCES-MIB names its printing device. A server lists the printers it prints to in
    /// the same way: only with Printer-MIB it is one itself.
    static func printer(_ answers: Answers) -> String? {
        guard PrinterReader.isPresent(answers) else { return nil }
        let names = answers.cells(Names.hrDevice.appending(3))
        let device = answers.column(Names.hrDevice.appending(2)).first {
            $0.value == .oid(Names.hrDeviceTypes.appending(5))
        }
        return device.flatMap { names[$0.index]?.text }
    }
}
