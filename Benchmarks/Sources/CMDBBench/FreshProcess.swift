import BenchSupport
import CMDB
import Evidence
import Foundation
import Storage

/// What a process that was started for one piece of work says of itself.
struct WorkReport: Codable {
    var seconds: [String: Double] = [:]
    var counts: [String: Int] = [:]
    /// The most memory it ever had resident (VmHWM of proc(5)), in KiB.
    var peakKiB = 0

    /// Runs `work` and notes how much CPU it took: what other programs do meanwhile does not count.
    mutating func time<Result>(_ name: String, _ work: () throws -> Result) rethrows -> Result {
        let start = cpuNanoseconds()
        let result = try work()
        seconds[name] = Double(cpuNanoseconds() - start) / 1e9
        return result
    }

    /// The best of five rounds: a list that is there already.
    mutating func best<Result>(_ name: String, _ work: () throws -> Result) rethrows -> Result {
        var result = try time(name, work)
        for _ in 0..<4 {
            let before = seconds[name] ?? .infinity
            result = try time(name, work)
            seconds[name] = min(before, seconds[name] ?? .infinity)
        }
        return result
    }

    static var peakKiB: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? 0
    }
}

/// Work that is measured in a process of its own, because memory and first steps count.
enum FreshProcess {
    static let mark = "--fresh"

    /// In the new process: does the work and prints its report.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 3 else { throw BenchFailure("\(mark) apply|cold|query FOLDER DATABASE") }
        var report = WorkReport()
        switch arguments[0] {
        case "apply": try apply(folder: arguments[1], database: arguments[2], &report)
        case "cold": try cold(database: arguments[2], &report)
        case "query": try query(database: arguments[2], &report)
        default: throw BenchFailure("unknown work \(arguments[0])")
        }
        report.peakKiB = WorkReport.peakKiB
        report.seconds["cpu"] = Double(cpuNanoseconds()) / 1e9
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    /// Starts this program anew for `work`; the report also has `wall`: from start to end as others see it.
    static func start(_ work: String, folder: URL, database: URL) throws -> WorkReport {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [mark, work, folder.path, database.path]
        let output = Pipe()
        process.standardOutput = output
        let start = ContinuousClock.now
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let passed = (ContinuousClock.now - start) / .seconds(1)
        guard process.terminationStatus == 0 else { throw BenchFailure("\(work): status \(process.terminationStatus)") }
        var report = try JSONDecoder().decode(WorkReport.self, from: data)
        report.seconds["wall"] = passed
        return report
    }

    private static func files(_ folder: String) throws -> [InventoryFile] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map {
            let path = folder + "/" + $0
            return InventoryFile(path: path, text: try String(contentsOfFile: path, encoding: .utf8))
        }
    }

    private static func apply(folder: String, database path: String, _ report: inout WorkReport) throws {
        let database = try Database(path: path)
        let snapshot = try database.snapshot()
        let texts = try report.time("read") { try files(folder) }
        let loaded = try report.time("validate") { try InventoryLoader.load(texts, onto: snapshot) }
        let plan = try report.time("plan") { try InventoryPlan.make(from: snapshot, to: loaded) }
        let result: ApplyResult = try report.time("apply") {
            try database.apply(
                changes: plan.changes, actor: "bench", reason: "measured",
                at: Timestamp(milliseconds: 1_790_000_000_000),
                expectedSequence: snapshot.sequence
            ) { id in loaded[id].map { Provenance(origin: $0.origin, position: $0.position) } }
        }
        try report.time("close") { () throws -> Void in try database.close() }
        report.counts["objects"] = result.created
    }

    /// What `hatang inventory list device site.name__ic=3` does before it prints.
    private static func cold(database path: String, _ report: inout WorkReport) throws {
        let database = try report.time("open") { try Database(path: path, mode: .readOnly) }
        let snapshot = try report.time("snapshot") { try database.snapshot() }
        let selector = try Selector("device site.name__ic=3")
        let chosen: [Object] = try report.time("first query") { try selector.select(snapshot) }
        report.counts["objects"] = snapshot.count
        report.counts["chosen"] = chosen.count
    }

    private static func query(database path: String, _ report: inout WorkReport) throws {
        let database = try Database(path: path, mode: .readOnly)
        let snapshot = try report.time("snapshot") { try database.snapshot() }
        // Everything is made once: this is what a daemon holds.
        report.counts["objects"] = snapshot.all.count
        _ = snapshot.referrers(of: ObjectID(.site, "site-0"))
        let kept = snapshot
        report.counts["listed"] = report.best("list") { kept.objects(.device).count }
        for (name, text) in [
            ("filter devices", "device status=active rack=rack-3"),
            ("filter through references", "device site.name__ic=3 tag=prod primary_ip4__within=10.0.0.0/10"),
            ("filter interfaces", "interface type=1000base-t mgmt_only=true"),
            ("filter addresses", "ip-address dns_name=srv-77.langson.gov.vn"),
        ] {
            let selector = try Selector(text)
            report.counts[name] = try report.best(name) { try selector.select(kept).count }
        }
        report.counts["referrers"] = report.best("referrers") {
            kept.referrers(of: ObjectID(.rack, "rack-3"), kind: .device, field: "rack").count
        }
    }
}
