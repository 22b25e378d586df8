import BenchSupport
import CMDB
import Evidence
import Foundation
import Storage

/// What the peer measured (seconds of CPU) and found.
struct PeerReport: Decodable {
    let python: String
    let yaml: String
    let read: Double
    let check: Double
    let apply: Double
    let objects: Int
}

@main
enum CMDBBench {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == FreshProcess.mark { return try FreshProcess.run(Array(arguments.dropFirst())) }
        let isLarge = arguments.contains("--large")
        let isGrowth = arguments.contains("--growth")
        let isScaleOnly = arguments.contains("--no-peer")
        arguments.removeAll { ["--large", "--growth", "--no-peer"].contains($0) }
        let devices = arguments.first.flatMap { Int($0) } ?? 10_000
        if !isLarge, !isGrowth {
            if !isScaleOnly { try besidePeer(devices) }
            try ScaleReport.measure(devices: devices, pairs: 1).printTable()
        }
        if isLarge { try ScaleReport.measure(devices: 100_000, pairs: 5).printTable() }
        if isGrowth {
            ScaleReport.printGrowth(
                try [25_000, 50_000, 100_000].map { try ScaleReport.measure(devices: $0, pairs: 5) })
        }
    }

    /// CPU of this process beside PyYAML and a careful script, on the same files.
    static func besidePeer(_ devices: Int) throws {
        let input = GeneratedInventory(devices: devices)
        let folder = FileManager.default.temporaryDirectory.appending(path: "cmdb-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (i, file) in input.files.enumerated() {
            try Data(file.text.utf8).write(to: folder.appending(path: "\(i).yaml"))
        }

        let empty = Snapshot([])
        let (load, loaded) = try best(of: 3, count: 1) { try InventoryLoader.load(input.files, onto: empty) }
        guard loaded.objects.count == input.objects, loaded.warnings.isEmpty else {
            throw BenchFailure("\(loaded.objects.count) objects loaded, \(input.objects) generated")
        }
        let (planning, plan) = try best(of: 3, count: 1) { try InventoryPlan.make(from: empty, to: loaded) }
        let (indexing, snapshot) = best(of: 3, count: 1) { Snapshot(loaded.objects.map(\.object)) }
        let (again, second) = try best(of: 3, count: 1) {
            try InventoryPlan.make(from: snapshot, to: try InventoryLoader.load(input.files, onto: snapshot))
        }
        guard plan.creates == input.objects, second.isEmpty, second.unchanged == input.objects else {
            throw BenchFailure("the plans are not what they must be: \(plan.summary); again: \(second.summary)")
        }
        let moment = Timestamp(milliseconds: 1_790_000_000_000)
        var round = 0
        let (applying, applied) = try best(of: 3, count: 1) {
            round += 1
            let database = try Database(path: folder.appending(path: "ours-\(round).sqlite").path)
            let result = try database.apply(changes: plan.changes, actor: "bench", reason: "measured", at: moment)
            try database.close()
            return result
        }
        let stored = try Database(path: folder.appending(path: "ours-1.sqlite").path)
        let (starting, read) = try best(of: 3, count: 1) { try stored.snapshot() }
        guard applied.created == input.objects, read.count == input.objects, try stored.verifyLedger().isIntact else {
            throw BenchFailure("\(applied.created) created, \(read.count) read back, \(input.objects) generated")
        }
        let selector = try Selector("device site.name__ic=3 tag=prod primary_ip4__within=10.0.0.0/10")
        let (selecting, chosen) = try best(of: 3, count: 1) { try selector.select(snapshot) }

        let peer = try JSONDecoder().decode(PeerReport.self, from: try runPythonPeer("cmdb.py", [folder.path]))
        guard peer.objects == input.objects else {
            throw BenchFailure("the peer found \(peer.objects) objects, ours are \(input.objects)")
        }
        let library = "PyYAML \(peer.yaml) safe_load, dictionaries, ipaddress (Python \(peer.python))"
        let bytes = input.files.reduce(0) { $0 + $1.text.utf8.count }
        printTable(
            "CMDB: \(devices) devices, \(devices * GeneratedInventory.interfacesPerDevice) interfaces, "
                + "\(input.addresses) addresses, \(input.segments * 2) prefixes; \(input.objects) objects in "
                + "\(bytes / 1024) KiB of YAML; ns of CPU for one device",
            [
                row("read and validate", load, (peer.read + peer.check) * 1e9, devices, library),
                row("plan, all new", planning, nil, devices, "-"),
                row(
                    "apply: objects and ledger", applying, peer.apply * 1e9, devices, "sqlite3, hashlib, json of Python"
                ),
                row("read the snapshot back", starting, nil, devices, "-"),
                row("index a snapshot", indexing, nil, devices, "-"),
                row("read, validate and plan again", again, nil, devices, "-"),
                row("select \(chosen.count) devices", selecting, nil, devices, "-"),
            ])
        let total = (load + planning + applying) / 1e9
        print(String(format: "validate + plan + apply: %.2f s of CPU, %.0f devices/s.", total, Double(devices) / total))
    }

    static func row(_ work: String, _ ours: Double, _ theirs: Double?, _ devices: Int, _ peer: String) -> BenchRow {
        BenchRow(work, peer: peer, ours: ours / Double(devices), theirs: theirs.map { $0 / Double(devices) })
    }
}
