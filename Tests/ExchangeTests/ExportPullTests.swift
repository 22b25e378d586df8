import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import Exchange

@Suite("Pull: files that say what the inventory says")
struct ExportPullTests {
    static let files = [
        "sites.yaml": """
        # c-head: places and people
        source: Bảng 1   # c-source

        regions: [{slug: bac, name: Bắc}, {slug: nam, name: 'Nam'}]   # c-regions
        sites:
          # c-before [site/hall]
          - slug: hall
            name: "Phòng máy"   # c-name [site/hall]
            # c-inner [site/hall]
            region: bac
            tags:
              - alpha   # c-tag [site/hall]
              - beta
            comments: |
              # not a comment
              second line
            custom_fields: {a: 1, "b c": x}
          - slug: dr
            name: Dự phòng

          # c-after-sites

        manufacturers: [{slug: lab, name: Lab}]
        device_types:
        - {slug: box, manufacturer: lab, model: Box}   # c-box
        device_roles: [{slug: server, name: Máy chủ}]
        contacts:
          - {slug: an, name: An, phone: "+84 205 1", groups: [x, y]}   # c-an [contact/an]
          - {slug: ba, name: Ba}
        # c-tail
        """,
        "devices.yaml": """
        # c-devices
        sample: true
        prefixes:
          - {prefix: 192.0.2.0/24}
          - {prefix: "2001:db8::/64"}
        devices:
          # c-web [device/web-01]
          - slug: web-01
            name: web-01
            role: server
            device_type: box
            site: hall
            serial: 'S-1'   # c-serial [device/web-01]
            monitoring:
              snmp_version: v3   # c-snmp [device/web-01]
              ssh_port: 22
            interfaces:
              # c-eth0 [interface/web-01:eth0]
              - name: eth0
                ip_addresses:
                  - 192.0.2.11/24
                  - {address: 192.0.2.10/24, primary: true, dns_name: a.example.vn}   # c-addr
              - {name: eth1, mtu: 1500, ip_addresses: [{address: 192.0.2.12/24}]}
            # c-end [device/web-01]
            tags: [lab]
          - {slug: web-02, name: web-02, role: server, device_type: box, site: hall,
             # c-flow [device/web-02]
             tags: [lab, flow], interfaces: [{name: eth0, ip_addresses: [192.0.2.20/24]}]}

        clusters: [{slug: kvm, name: KVM, type: kvm}]
        virtual_machines:
          - slug: vm-01
            name: vm-01
            cluster: kvm
        """,
    ]

    static func inputs() -> [InventoryFile] {
        files.sorted { $0.key < $1.key }.map {
            InventoryFile(path: "inv/\($0.key)", text: $0.value + "\n", origin: "inv")
        }
    }

    static func base() throws -> (objects: [ObjectID: Object], origins: [ObjectID: String]) {
        let loaded = try InventoryLoader.load(inputs(), onto: Snapshot([]))
        let objects = Dictionary(uniqueKeysWithValues: loaded.objects.map { ($0.object.id, $0.object) })
        return (objects, objects.mapValues { _ in "inv" })
    }

    static func with(_ object: Object, _ changes: [String: JSONValue?]) -> Object {
        var fields: [String: JSONValue] = [:]
        for field in Schema.of(object.id.kind).fields { fields[field.name] = object[field.name] }
        for (name, value) in changes { fields[name] = value }
        return Object(id: object.id, fields: fields)
    }

    static func pull(_ objects: some Sequence<Object>, _ origins: [ObjectID: String]) throws -> InventoryPull {
        try InventoryPull.make(
            inputs(), folder: "inv", origin: "inv", snapshot: Snapshot(objects), origins: origins)
    }

    @Test("Nothing to do leaves every byte")
    func nothing() throws {
        let (objects, origins) = try Self.base()
        #expect(try Self.pull(objects.values, origins).changes == [])
    }

    @Test("Values, keys, elements and records change where they stand")
    func inPlace() throws {
        var (objects, origins) = try Self.base()
        func change(_ id: String, _ changes: [String: JSONValue?]) throws {
            let id = try #require(ObjectID(id))
            objects[id] = Self.with(try #require(objects[id]), changes)
        }
        try change(
            "site/hall",
            [
                "name": "Phòng \"mới\"", "tags": .array(["beta", "gamma"]), "region": JSONValue?.none,
                "facility": "B: 2",
            ])
        try change("device/web-01", ["serial": "S-2", "status": "failed", "tags": ["lab", "x"]])
        try change("ip-address/192.0.2.11/24", ["dns_name": "b.example.vn"])
        try change("interface/web-01:eth1", ["mtu": 9000, "label": "L"])
        objects[ObjectID(.contact, "ba")] = nil
        let address = Object(
            id: ObjectID(.ipAddress, "2001:db8::12/64"),
            fields: [
                "address": "2001:db8::12/64", "status": "active", "assigned_object": "web-01:eth1", "sample": true,
            ])
        objects[address.id] = address
        origins[address.id] = nil
        let result = try Self.pull(objects.values, origins)
        let texts = Dictionary(uniqueKeysWithValues: result.changes.map { ($0.path, $0.after) })
        let sites = try #require(texts["inv/sites.yaml"])
        for line in [
            "    name: \"Phòng \\\"mới\\\"\"   # c-name [site/hall]", "      - gamma", "    facility: \"B: 2\"",
        ] { #expect(sites.split(separator: "\n").contains(Substring(line)), "\(line) in\n\(sites)") }
        #expect(!sites.contains("region: bac") && !sites.contains("slug: ba,") && !sites.contains("- alpha"))
        #expect(sites.contains("# c-inner") && sites.contains("# c-tag [site/hall]"))
        let devices = try #require(texts["inv/devices.yaml"])
        for line in [
            "        serial: 'S-2'   # c-serial [device/web-01]", "        status: failed", "        tags: [lab, x]",
            "              - {address: 192.0.2.11/24, dns_name: b.example.vn}",
            "          - {name: eth1, label: L, mtu: 9000, ip_addresses: [{address: 192.0.2.12/24}, {address: \"2001:db8::12/64\"}]}",
        ] { #expect(devices.split(separator: "\n").contains(Substring(line.dropFirst(4))), "\(line) in\n\(devices)") }
        #expect(result.created == [address.id] && result.removed.map(\.key) == ["ba"])
        let diff = try #require(result.changes.first).diff
        #expect(diff.hasPrefix("--- a/inv/devices.yaml\n+++ b/inv/devices.yaml\n@@ "))
    }

    @Test("What a file says for all its records is no obstacle: the record moves to another file")
    func inheritedAway() throws {
        var (objects, origins) = try Self.base()
        let id = ObjectID(.device, "web-02")
        for member in objects.values
        where member.id == id || member.id.key.hasPrefix("web-02") || member.id.key == "192.0.2.20/24" {
            objects[member.id] = Self.with(member, ["sample": JSONValue?.none])
        }
        let result = try Self.pull(objects.values, origins)
        #expect(result.changes.map(\.path) == ["inv/devices.yaml", "inv/devices/hall/server.yaml"])
        origins = [:]
    }

    @Test("A new folder is laid out by convention")
    func empty() throws {
        let (objects, _) = try Self.base()
        let result = try InventoryPull.make(
            [], folder: "new", origin: "new", snapshot: Snapshot(objects.values), origins: [:])
        #expect(result.changes.map(\.path).contains("new/devices/hall/server.yaml"))
        #expect(result.changes.map(\.path).contains("new/ipam/prefixes.yaml"))
        #expect(result.changes.allSatisfy { $0.before == nil && $0.diff.hasPrefix("--- /dev/null\n") })
    }

    @Test("CRLF, a byte order mark and a missing line end at the end stay")
    func lineEnds() throws {
        let text = "\u{FEFF}sites:\r\n  - slug: a  # one\r\n    name: A\r\n  - slug: b\r\n    name: B"
        let file = InventoryFile(path: "inv/a.yaml", text: text, origin: "inv")
        let loaded = try InventoryLoader.load([file], onto: Snapshot([]))
        let changed =
            loaded.objects.map { Self.with($0.object, ["facility": "x"]) }
            + [Object(id: ObjectID(.site, "c"), fields: ["slug": "c", "name": "C", "status": "active"])]
        let result = try InventoryPull.make(
            [file], folder: "inv", origin: "inv", snapshot: Snapshot(changed),
            origins: [ObjectID(.site, "a"): "inv", ObjectID(.site, "b"): "inv"])
        let after = try #require(result.changes.first?.after)
        #expect(
            after
                == "\u{FEFF}sites:\r\n  - slug: a  # one\r\n    name: A\r\n    facility: x\r\n  - slug: b\r\n    name: B\r\n    facility: x\r\n  - slug: c\r\n    name: C"
        )
    }

    @Test("Random changes, pull, plan: nothing to do, and every comment is still there", arguments: 0..<25)
    func random(_ round: Int) throws {
        var random = SeededGenerator("pull \(round)")
        var (objects, origins) = try Self.base()
        var gone: Set<String> = []
        var world = ExportWorld(random)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            Self.mutate(&objects, &origins, &gone, &world, &random)
        }
        let snapshot = Snapshot(objects.values)
        let result = try InventoryPull.make(
            Self.inputs(), folder: "inv", origin: "inv", snapshot: snapshot, origins: origins)
        let after =
            Self.inputs().map { file in
                result.changes.first { $0.path == file.path }.map {
                    InventoryFile(path: $0.path, text: $0.after, origin: "inv")
                } ?? file
            }
            + result.changes.filter { $0.before == nil }.map {
                InventoryFile(path: $0.path, text: $0.after, origin: "inv")
            }
        let loaded = try InventoryLoader.load(after, onto: snapshot, origins: origins)
        let plan = try InventoryPlan.make(from: snapshot, to: loaded, origins: origins)
        #expect(plan.isEmpty && plan.leftovers.isEmpty)
        // Not only on top of the inventory: the files alone say all of it.
        let alone = Snapshot(try InventoryLoader.load(after, onto: Snapshot([])).objects.map(\.object))
        #expect(ExportWorld.differences(snapshot, alone) == [])
        let all = after.map(\.text).joined()
        for comment in Self.files.values.joined(separator: "\n").matches(of: /# (c-[a-z0-9-]+)(?: \[([^\]]+)\])?/) {
            if let owner = comment.output.2, gone.contains(String(owner)) { continue }
            #expect(all.contains(comment.output.0), "\(comment.output.0) is lost:\n\(all)")
        }
        let again = try InventoryPull.make(after, folder: "inv", origin: "inv", snapshot: snapshot, origins: origins)
        #expect(again.changes == [])
    }

    private static func mutate(
        _ objects: inout [ObjectID: Object], _ origins: inout [ObjectID: String], _ gone: inout Set<String>,
        _ world: inout ExportWorld, _ random: inout SeededGenerator
    ) {
        let ids = objects.keys.sorted()
        switch Int.random(in: 0...9, using: &random) {
        case 0:
            let loose: [Kind] = [.contact, .ipAddress, .virtualMachine]
            guard let id = ids.filter({ loose.contains($0.kind) }).randomElement(using: &random) else { return }
            objects[id] = nil
            gone.insert(id.description)
            // The primary address of the first machine goes with its mark.
            let web = ObjectID(.device, "web-01")
            if id.key == "192.0.2.10/24", let device = objects[web] {
                objects[web] = with(device, ["primary_ip4": JSONValue?.none])
            }
        case 1:
            let n = Int.random(in: 30...200, using: &random)
            let id = ObjectID(.ipAddress, "192.0.2.\(n)/24")
            let homes = ids.filter { $0.kind == .interface }.map(\.key)
            guard objects[id] == nil, let home = homes.randomElement(using: &random) else { return }
            var fields: [String: JSONValue] = ["address": .string("192.0.2.\(n)/24"), "status": "active"]
            if Bool.random(using: &random) { fields["sample"] = true }
            if Bool.random(using: &random) { fields["assigned_object"] = .string(home) }
            objects[id] = Object(id: id, fields: fields)
        case 2:
            let key = "new-\(Int.random(in: 0...99, using: &random))"
            let kind: Kind = [.contact, .site, .tag, .tenant, .region].randomElement(using: &random) ?? .tag
            guard objects[ObjectID(kind, key)] == nil else { return }
            var fields: [String: JSONValue] = ["slug": .string(key), "name": .string("N " + world.text(60))]
            if kind == .site { fields["status"] = "planned" }
            if Bool.random(using: &random) { fields["source"] = "Bảng 1" }
            objects[ObjectID(kind, key)] = Object(id: ObjectID(kind, key), fields: fields)
        case 3:
            let key = "d-\(Int.random(in: 0...99, using: &random))"
            guard objects[ObjectID(.device, key)] == nil else { return }
            let device: [String: JSONValue] = [
                "slug": .string(key), "name": .string(key), "role": "server", "device_type": "box", "site": "hall",
                "status": "active",
            ]
            objects[ObjectID(.device, key)] = Object(id: ObjectID(.device, key), fields: device)
            let interface: [String: JSONValue] = [
                "device": .string("device/\(key)"), "name": "if:0", "type": "other", "enabled": true,
            ]
            objects[ObjectID(.interface, "\(key):if:0")] = Object(
                id: ObjectID(.interface, "\(key):if:0"), fields: interface)
        default:
            guard let id = ids.randomElement(using: &random), let object = objects[id] else { return }
            let safe = [
                "description", "comments", "tags", "custom_fields", "source", "sample", "serial", "label", "mtu",
                "dns_name", "local_context_data", "capabilities", "monitoring", "facility", "phone", "groups",
                "time_zone",
                "mac_address", "speed", "in_service_at",
            ]
            let fields = Schema.of(id.kind).fields.filter { safe.contains($0.name) }
            guard let field = fields.randomElement(using: &random) else { return }
            var value: JSONValue?
            if Int.random(in: 0...3, using: &random) > 0 {
                value =
                    field.name == "dns_name"
                    ? .string("x\(Int.random(in: 0...99, using: &random)).example.vn")
                    : world.value(field.type, field.name, index: 1)
            }
            if field.name == "monitoring" {
                value = .object(["snmp_version": "v2c", "tls_name": .string(world.text(30)), "ssh_port": 2222])
            }
            // As the loader keeps them.
            if case .list = field.type, let texts = value?.array?.compactMap(\.string) {
                value = .array(Set(texts).sorted().map { .string($0) })
            }
            objects[id] = with(object, [field.name: value])
        }
    }
}
