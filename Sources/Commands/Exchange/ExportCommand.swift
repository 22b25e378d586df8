import ArgumentParser
import CMDB
import Evidence
import Exchange
import Foundation
import Notation
import Storage

/// The inventory in other programs' words.
struct ExportCommand: SuiteCommand {
    /// What can be written.
    enum Target: String, CaseIterable, ExpressibleByArgument {
        case csv, yaml, json, xlsx, ansible
        case fileDiscovery = "file-sd"
        case hosts, zones, schema

        /// Whether it is about devices and virtual machines only.
        var isOfMachines: Bool { [.ansible, .fileDiscovery, .hosts, .zones].contains(self) }
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the inventory as CSV, YAML, JSON, XLSX, for Ansible, Prometheus or the DNS.",
        discussion: """
            CSV has NetBox's headings, then ours; one file for each kind (--out DIR), or one kind on stdout. Importing \
            it again changes nothing, and exporting again gives the same bytes. A cell that a spreadsheet would run \
            as a formula gets an apostrophe, which the import takes off again; --bare leaves it out, for programs \
            that know no such guard.

            YAML and JSON are inventory files: with --out DIR one file for each kind, site, cluster and system, else \
            one document. Parts of the chosen machines come with them. Folders that hold files already are for \
            `inventory pull`.

            XLSX has one sheet for each kind. zones needs --ns and --out DIR: a zone whose content is the same keeps its \
            serial, any other gets a greater one.

            Examples:
              hatang inventory export --to csv device role=firewall > firewalls.csv
              hatang inventory export --to xlsx --out inventory.xlsx
              hatang inventory export --to file-sd --port 9100 'device tag=lab' --out /etc/prometheus/lab.json
              hatang inventory export --to zones --ns ns1.example.vn --domain example.vn --out /var/lib/bind

            Exit codes: 0 written, 3 some names could not be written, 6 nothing matched, 7 the folder holds an \
            inventory, 64 wrong options, 65 a zone file without serial, 74 the disk.
            """)
    @Option(help: "csv, yaml, json, xlsx, ansible, file-sd, hosts, zones or schema.") var to: Target
    @Argument(
        help: "Selector; default: everything (machines, for formats of machines).",
        completion: .custom(SelectorArgument.complete))
    var selector: [String] = []
    @Option(help: "File or folder; default: stdout.", completion: .file()) var out: String?
    @Flag(help: "csv: no apostrophes before formulas.") var bare = false
    @Flag(help: "ansible: plural names, as NetBox's plugin has them by default.") var plurals = false
    @Option(help: "file-sd: port behind each address.") var port: Int?
    @Option(help: "zones: name server; may be repeated, the first stands in the SOA.") var ns: [String] = []
    @Option(help: "zones: forward zone; may be repeated. Default: what lies above the names.") var zone: [String] = []
    @Option(help: "zones: put behind names of machines that have no DNS name.") var domain: String?
    @Option(help: "zones: mail address in the SOA. Default: hostmaster@ZONE.") var mail: String?
    @Option(help: "zones: seconds that answers may be kept.") var ttl = 3600
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if to == .xlsx || to == .zones, out == nil {
            throw ValidationError("--to \(to.rawValue) needs --out \(to == .xlsx ? "FILE" : "DIR")")
        }
        if to == .zones, ns.isEmpty { throw ValidationError("--to zones needs --ns, the name of a name server") }
        if let port, !(1...65_535).contains(port) { throw ValidationError("--port is from 1 to 65535") }
        if !(0...2_147_483_647).contains(ttl) { throw ValidationError("--ttl is from 0 to 2147483647 (RFC 2181)") }
        for name in ns + zone + [domain].compactMap({ $0 }) where HostNames.canonical(name) == nil {
            throw ValidationError("\"\(name)\" is not a host name (RFC 1123)")
        }
        if let out, out.isEmpty { throw ValidationError("--out is empty: give a file or folder") }
    }

    func run(in session: Session) async throws {
        if to == .schema {
            let writer = ExportWriter(session: session)
            try writer.put(InventorySchema.document.pretty + "\n", to: out)
            return session.console.say(
                vi: "Lược đồ của \(Kind.allCases.count) loại.", en: "Schema of \(Kind.allCases.count) kinds.")
        }
        let snapshot = try session.inventory(session.database())
        let objects = try chosen(snapshot, session)
        let writer = ExportWriter(session: session)
        switch to {
        case .csv: try csv(objects, snapshot, writer)
        case .yaml: try yaml(objects, snapshot, writer)
        case .json: try writer.put(TableExport.json(objects), to: out)
        case .xlsx: try xlsx(objects, snapshot, writer, session)
        case .ansible:
            let inventory = AnsibleCommand.inventory(objects, snapshot, plurals: plurals)
            try writer.put(inventory.yaml, to: out)
        case .fileDiscovery:
            return try machines(FileDiscovery.prometheus(objects, in: snapshot, port: port), of: objects.count, writer)
        case .hosts: return try machines(FileDiscovery.hosts(objects, in: snapshot), of: objects.count, writer)
        case .zones: return try zones(objects, snapshot, writer)
        case .schema: return
        }
        session.console.say(
            vi: "\(objects.count) đối tượng đã xuất.", en: "\(objects.count) records exported.")
    }

    private func chosen(_ snapshot: Snapshot, _ session: Session) throws -> [Object] {
        let machines: [Kind] = [.device, .virtualMachine]
        var objects =
            if !selector.isEmpty {
                try session.chosen(
                    selector.joined(separator: " "), in: snapshot, defaults: to.isOfMachines ? machines : [])
            } else if to.isOfMachines {
                machines.flatMap { snapshot.objects($0) }
            } else {
                snapshot.all
            }
        if to.isOfMachines {
            objects = objects.filter { machines.contains($0.id.kind) }
            guard !objects.isEmpty else {
                throw CommandFailure(
                    .nothingToDo, "--to \(to.rawValue) is about devices and virtual machines: 0 were chosen")
            }
        } else if !selector.isEmpty, to == .yaml || to == .json {
            objects = Self.withParts(objects, snapshot)
        }
        return objects
    }

    /// Machines with their components, and interfaces with their addresses.
    private static func withParts(_ objects: [Object], _ snapshot: Snapshot) -> [Object] {
        var out = Dictionary(objects.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var open = objects
        while let object = open.popLast() {
            for kind in Kind.components + [.ipAddress] {
                let field = kind == .ipAddress ? "assigned_object" : "device"
                for part in snapshot.referrers(of: object.id, kind: kind, field: field)
                where out.updateValue(part, forKey: part.id) == nil { open.append(part) }
            }
        }
        return out.values.sorted { $0.id < $1.id }
    }

    // MARK: Formats

    private func csv(_ objects: [Object], _ snapshot: Snapshot, _ writer: ExportWriter) throws {
        let kinds = Set(objects.map(\.id.kind)).sorted()
        guard let out, kinds.count > 1 || !out.hasSuffix(".csv") else {
            guard kinds.count == 1, let kind = kinds.first else {
                throw CommandFailure(
                    .usage,
                    "\(kinds.count) kinds do not fit one CSV file: name one kind, or give a folder with --out DIR")
            }
            return try writer.put(TableExport.csv(kind, objects, in: snapshot, bare: bare), to: out)
        }
        for kind in kinds {
            try writer.put(
                TableExport.csv(kind, objects, in: snapshot, bare: bare), to: "\(out.trimmingSlash)/\(kind.fileKey).csv"
            )
        }
    }

    private func yaml(_ objects: [Object], _ snapshot: Snapshot, _ writer: ExportWriter) throws {
        let inventory = InventoryYAML(objects)
        guard let out, !out.hasSuffix(".yaml"), !out.hasSuffix(".yml") else {
            return try writer.put(inventory.document(), to: out)
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: out, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw CommandFailure(.usage, "\(out) is a file: name a folder or FILE.yaml")
            }
            let names = try? FileManager.default.subpathsOfDirectory(atPath: out)
            if let old = names?.first(where: { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }) {
                throw CommandFailure(
                    .refused,
                    "\(out) holds inventory files already (\(old)): use `hatang inventory pull`, or an empty folder")
            }
        }
        for (path, heads) in Dictionary(grouping: inventory.heads, by: InventoryLayout.path).sorted(by: {
            $0.key < $1.key
        }) {
            let ids = Set(heads.map(\.id))
            try writer.put(inventory.document { ids.contains($0.id) }, to: "\(out.trimmingSlash)/\(path)")
        }
    }

    private func xlsx(_ objects: [Object], _ snapshot: Snapshot, _ writer: ExportWriter, _ session: Session) throws {
        let now = session.now()
        let cover = WorkbookExport.Cover(
            made: now.description, seconds: now.milliseconds / 1_000, sequence: snapshot.sequence,
            author: session.actor, selector: selector.isEmpty ? nil : selector.joined(separator: " "))
        try writer.replace(out ?? "") { path in
            do throws(WorkbookError) {
                try WorkbookExport.write(objects, in: snapshot, to: path, cover: cover)
            } catch {
                throw CommandFailure(.storage, error.message.replacing(path, with: out ?? path))
            }
        }
    }

    private func machines(_ result: FileDiscovery.Result, of asked: Int, _ writer: ExportWriter) throws {
        guard result.written > 0 else {
            throw CommandFailure(.nothingToDo, "none of \(asked) machines has an address that could be written")
        }
        try writer.put(result.text, to: out)
        writer.session.console.say(
            vi: "\(asked) máy: đã ghi \(result.written), không có địa chỉ \(result.skipped.count).",
            en: "\(asked) machines: \(result.written) written, \(result.skipped.count) without address.")
        writer.session.console.detail(result.skipped.map(\.description).joined(separator: ", "))
    }

    private func zones(_ objects: [Object], _ snapshot: Snapshot, _ writer: ExportWriter) throws {
        let files = ZoneFiles(
            objects, in: snapshot,
            options: .init(
                nameServers: ns.compactMap(HostNames.canonical), mail: mail, ttl: ttl, zones: zone, domain: domain))
        guard files.zones.contains(where: { $0.count > 0 }), let out else {
            throw CommandFailure(
                .nothingToDo,
                "none of \(objects.count) machines has an address with a DNS name: set dns_name, or give --domain")
        }
        // All are worked out before the first is written.
        var texts: [(path: String, text: String, isSame: Bool)] = []
        for zone in files.zones {
            let path = "\(out.trimmingSlash)/\(zone.fileName)"
            let existing = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            do throws(ZoneError) {
                let text = try zone.text(over: existing, day: writer.session.now().day)
                texts.append((path, text, text == existing))
            } catch {
                throw CommandFailure(.badInput, "\(path): \(error)")
            }
        }
        for file in texts where !file.isSame { try writer.put(file.text, to: file.path) }
        for problem in files.skipped { writer.session.console.warn(problem) }
        let same = texts.count { $0.isSame }
        let records = files.zones.reduce(0) { $0 + $1.count }
        writer.session.console.say(
            vi:
                "\(texts.count) vùng, \(records) bản ghi: ghi mới \(texts.count - same), giữ nguyên \(same); bỏ qua \(files.skipped.count) tên.",
            en:
                "\(texts.count) zones, \(records) records: \(texts.count - same) written, \(same) unchanged; \(files.skipped.count) names skipped."
        )
        if !files.skipped.isEmpty { throw ExitStatus.partial }
    }
}

/// Writes exported texts to stdout or to files.
struct ExportWriter {
    let session: Session

    func put(_ text: String, to path: String?) throws {
        guard let path, path != "-" else { return Console.output.out(text) }
        try OutputFiles.write(text, to: path)
    }

    /// Lets `body` write a file beside `path`, which then takes its place.
    func replace(_ path: String, _ body: (String) throws -> Void) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw CommandFailure(.storage, "\(folder) cannot be made: check the folder above and its permissions")
            }
        }
        let temporary = path + ".partial-\(getpid())"
        do {
            try body(temporary)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            try? FileManager.default.removeItem(atPath: temporary)
            throw CommandFailure(.storage, "\(path) cannot be written: \(reason)")
        }
    }
}
