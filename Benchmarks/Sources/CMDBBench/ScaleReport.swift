import BenchSupport
import CMDB
import Foundation

/// What NetBox does on a machine of this kind; measured with NetBox 4.6 and named in issue 3 of this project, not
/// measured in this run.
enum NetBoxFigures {
    static let devicesPerSecond = 15.0
    static let devicesWithInterfacesPerSecond = 7.9
    static let listMilliseconds = 181.0
    static let searchMilliseconds = 127.0
    static let residentGiB = 1.4...1.9
}

/// One size of inventory, measured in processes of their own.
struct ScaleReport {
    let devices: Int
    let addresses: Int
    let objects: Int
    let apply: WorkReport
    let cold: WorkReport
    let query: WorkReport
    /// Bytes of the database and of the snapshot file.
    let bytes: [String: Int]

    static func measure(devices: Int, pairs: Int) throws -> ScaleReport {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cmdb-scale-\(getpid())-\(devices)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appending(path: "data/scale.sqlite")
        let (objects, addresses) = try write(devices: devices, pairs: pairs, to: folder)
        let apply = try FreshProcess.start("apply", folder: folder, database: database)
        guard apply.counts["objects"] == objects else {
            throw BenchFailure("\(apply.counts["objects"] ?? 0) objects applied, \(objects) generated")
        }
        var cold = try FreshProcess.start("cold", folder: folder, database: database)
        for _ in 0..<2 {
            let again = try FreshProcess.start("cold", folder: folder, database: database)
            if again.seconds["wall"] ?? 0 < cold.seconds["wall"] ?? 0 { cold = again }
        }
        let query = try FreshProcess.start("query", folder: folder, database: database)
        guard cold.counts["objects"] == objects, query.counts["objects"] == objects, query.counts["listed"] == devices
        else {
            throw BenchFailure("not everything was read back: \(cold.counts), \(query.counts)")
        }
        var bytes: [String: Int] = [:]
        for name in ["scale.sqlite", "scale.sqlite-snapshot"] {
            let path = folder.appending(path: "data/\(name)").path
            bytes[name] = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }
        return ScaleReport(
            devices: devices, addresses: addresses, objects: objects, apply: apply, cold: cold, query: query,
            bytes: bytes)
    }

    private static func write(devices: Int, pairs: Int, to folder: URL) throws -> (objects: Int, addresses: Int) {
        let input = GeneratedInventory(devices: devices, pairs: pairs)
        for (i, file) in input.files.enumerated() {
            try Data(file.text.utf8).write(to: folder.appending(path: "\(i).yaml"))
        }
        return (input.objects, input.addresses)
    }

    private var validateAndApply: Double {
        (apply.seconds["validate"] ?? 0) + (apply.seconds["plan"] ?? 0) + (apply.seconds["apply"] ?? 0)
    }

    /// Figures beside what issue 3 asks and what NetBox does.
    func printTable() {
        let isLarge = devices > 10_000
        print(
            "\n\(devices) devices, \(devices * 4) interfaces, \(addresses) addresses; \(objects) objects; database "
                + "\((bytes["scale.sqlite"] ?? 0) >> 20) MiB, snapshot file \((bytes["scale.sqlite-snapshot"] ?? 0) >> 20) MiB; "
                + "CPU time, each in a process of its own")
        line("work", "measured", "asked", "NetBox, measured earlier")
        let creation = Double(devices) / NetBoxFigures.devicesWithInterfacesPerSecond
        let list = String(format: "%.0f ms for 50 of 10,300", NetBoxFigures.listMilliseconds)
        let search = String(format: "%.0f ms", NetBoxFigures.searchMilliseconds)
        let resident = "\(NetBoxFigures.residentGiB.lowerBound)-\(NetBoxFigures.residentGiB.upperBound) GiB"
        for name in ["validate", "plan", "apply"] { line("  " + name, seconds(apply.seconds[name]), "", "") }
        line(
            "validate + plan + apply", seconds(validateAndApply), isLarge ? "works" : "8 s",
            String(
                format: "%.0f s through REST (%.1f devices/s)", creation, NetBoxFigures.devicesWithInterfacesPerSecond))
        line("  resident while applying", mebibytes(apply.peakKiB), isLarge ? "2560 MiB" : "250 MiB", resident)
        line("cold start with a first query", seconds(cold.seconds["cpu"]), isLarge ? "4 s" : "0.4 s", "-")
        line("  by the wall", seconds(cold.seconds["wall"]), "", "")
        for name in ["open", "snapshot", "first query"] { line("  " + name, seconds(cold.seconds[name]), "", "") }
        line("  resident", mebibytes(cold.peakKiB), isLarge ? "2560 MiB" : "250 MiB", resident)
        line("list devices", seconds(query.seconds["list"]), isLarge ? "50 ms" : "5 ms", list)
        for name in [
            "filter devices", "filter through references", "filter interfaces", "filter addresses", "referrers",
        ] {
            let found = query.counts[name] ?? 0
            line("\(name) (\(found))", seconds(query.seconds[name]), isLarge ? "50 ms" : "5 ms", search)
        }
        // Impact of the busiest switch is measured here once its figure is there.
        line("everything resident", mebibytes(query.peakKiB), isLarge ? "2560 MiB" : "250 MiB", resident)
    }

    /// Each size beside the one before: 2.0 is linear.
    static func printGrowth(_ reports: [ScaleReport]) {
        print("\nGrowth: each figure divided by that of half the size; 2.0 is linear")
        line("work", reports.dropFirst().map { "\($0.devices / 1_000)k" }.joined(separator: "      "), "", "")
        let figures: [(String, (ScaleReport) -> Double)] = [
            ("objects", { Double($0.objects) }), ("validate", { $0.apply.seconds["validate"] ?? 0 }),
            ("plan", { $0.apply.seconds["plan"] ?? 0 }), ("apply", { $0.apply.seconds["apply"] ?? 0 }),
            ("resident while applying", { Double($0.apply.peakKiB) }),
            ("cold start", { $0.cold.seconds["cpu"] ?? 0 }),
            ("filter devices", { $0.query.seconds["filter devices"] ?? 0 }),
            ("everything resident", { Double($0.query.peakKiB) }),
        ]
        for (name, figure) in figures {
            let ratios = zip(reports, reports.dropFirst()).map { String(format: "%.2f", figure($1) / figure($0)) }
            line(name, ratios.joined(separator: "     "), "", "")
        }
    }

    private func seconds(_ value: Double?) -> String {
        guard let value else { return "-" }
        return value < 0.1 ? String(format: "%.2f ms", value * 1_000) : String(format: "%.2f s", value)
    }

    private func mebibytes(_ kibibytes: Int) -> String { "\(kibibytes / 1_024) MiB" }
    private func line(_ work: String, _ measured: String, _ asked: String, _ netBox: String) {
        Self.line(work, measured, asked, netBox)
    }

    private static func line(_ work: String, _ measured: String, _ asked: String, _ netBox: String) {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        print(pad(work, 38) + pad(measured, 16) + pad(asked, 10) + netBox)
    }
}
