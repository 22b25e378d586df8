import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import Exchange

/// A handful of machines with everything the other tools ask about.
enum ExportFixture {
    static let text = """
        regions: [{slug: bac, name: Bắc}, {slug: ls, name: Lạng Sơn, parent: bac}]
        tenants: [{slug: so, name: Sở}]
        sites: [{slug: hall, name: Phòng máy, region: ls, time_zone: Asia/Ho_Chi_Minh}]
        locations: [{slug: mda, name: MDA, site: hall}, {slug: cage, name: Cage, site: hall, parent: mda}]
        manufacturers: [{slug: lab, name: Lab}]
        device_types: [{slug: box, manufacturer: lab, model: Box}]
        device_roles: [{slug: server, name: Máy chủ}, {slug: fw, name: Tường lửa}]
        platforms: [{slug: debian, name: Debian}]
        clusters: [{slug: kvm-1, name: kvm one, type: kvm, site: hall}]
        zones: [{slug: dmz, name: DMZ, zone_type: dmz, site: hall}]
        prefixes: [{prefix: 192.0.2.0/24}, {prefix: "2001:db8::/64"}]
        devices:
          - {slug: web-01, name: web-01, role: server, device_type: box, platform: debian, site: hall, location: cage,
             zone: dmz, tenant: so, tags: [lab], serial: S1, custom_fields: {level: 3},
             interfaces: [{name: eth0, ip_addresses: [
               {address: 192.0.2.10/24, primary: true, dns_name: Web.example.vn},
               {address: "2001:db8::10/64", primary: true, dns_name: web.example.vn}]}],
             services: [{name: portal, ports: [443], url: "https://www.example.vn/x", system: portal},
                        {name: top, ports: [443], url: "https://example.vn"}]}
          - {slug: fw-01, name: "Tường lửa 1", role: fw, device_type: box, site: hall,
             interfaces: [{name: eth0, ip_addresses: [{address: 192.0.2.1/24, primary: true}]}]}
          - {slug: dark, name: dark, role: server, device_type: box, site: hall}
        virtual_machines:
          - {slug: vm-01, name: vm-01.example.vn, cluster: kvm-1, vcpus: 2, memory: 2048,
             interfaces: [{name: eth0, ip_addresses: [{address: 192.0.2.20/24, primary: true, dns_name: "bad_name.example.vn"}]}]}
        systems: [{slug: portal, name: Cổng, security_level: 3, owner: so, components: [virtual-machine/vm-01]},
                  {slug: mail, name: Thư, security_level: 2, owner: so, components: [device/web-01]}]

        """

    static func snapshot() throws -> Snapshot {
        let file = InventoryFile(path: "x/a.yaml", text: text)
        return Snapshot(try InventoryLoader.load([file], onto: Snapshot([])).objects.map(\.object))
    }

    static func machines(_ snapshot: Snapshot) -> [Object] {
        snapshot.objects(.device) + snapshot.objects(.virtualMachine)
    }

    /// The first of `names` that can be run, or nil.
    static func tool(_ name: String, environment: String) -> String? {
        if let path = ProcessInfo.processInfo.environment[environment], !path.isEmpty { return path }
        let folders =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin", "/usr/bin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

@Suite("Other tools' formats")
struct ExportFormatTests {
    @Test("Prometheus file_sd: targets and labels of machines with an address")
    func fileDiscovery() throws {
        let snapshot = try ExportFixture.snapshot()
        let result = FileDiscovery.prometheus(ExportFixture.machines(snapshot), in: snapshot, port: 9100)
        #expect(result.written == 3)
        #expect(result.skipped.map(\.description) == ["device/dark"])
        let groups = try #require(try JSONValue.parse(result.text).array)
        let web = try #require(groups.first { $0["labels"]?["name"] == "web-01" })
        #expect(web["targets"] == .array(["[2001:db8::10]:9100"]))
        #expect(
            web["labels"]
                == .object([
                    "name": "web-01", "kind": "device", "site": "hall", "role": "server", "status": "active",
                    "tenant": "so", "platform": "debian", "zone": "dmz", "system": "mail,portal", "level": "3",
                ]))
        let bare = FileDiscovery.prometheus(ExportFixture.machines(snapshot), in: snapshot)
        #expect(bare.text.contains("\"2001:db8::10\""))
    }

    @Test("hosts: valid names only, v4 before v6")
    func hosts() throws {
        let snapshot = try ExportFixture.snapshot()
        let result = FileDiscovery.hosts(ExportFixture.machines(snapshot), in: snapshot)
        #expect(
            result.text == """
                192.0.2.1    fw-01
                192.0.2.10   web.example.vn web-01
                192.0.2.20   vm-01.example.vn
                2001:db8::10 web.example.vn web-01

                """)
        #expect(result.written == 3 && result.skipped.map(\.key) == ["dark"])
    }

    @Test(
        "Host names by RFC 1123",
        arguments: [
            ("web-01", true), ("a.b", true), ("1a", true), ("3com.vn", true), ("-a", false), ("a-", false),
            ("a_b", false),
            ("10.0.0.1", false), ("", false), ("a..b", false), ("sở.vn", false),
            (String(repeating: "a", count: 64), false),
        ])
    func hostNames(_ name: String, _ good: Bool) { #expect(HostNames.isValid(name) == good) }

    @Test("Ansible: groups and variables of NetBox's plugin")
    func ansible() throws {
        let snapshot = try ExportFixture.snapshot()
        let inventory = AnsibleInventory(ExportFixture.machines(snapshot), in: snapshot) { _ in ["ntp": "x"] }
        #expect(
            inventory.groups.keys.sorted() == [
                "cluster_kvm one", "cluster_type_kvm", "device_type_box", "is_virtual_false", "is_virtual_true",
                "location_cage", "location_mda", "manufacturer_lab", "platform_debian", "region_bac", "region_ls",
                "role_fw", "role_server", "services_portal", "services_top", "site_hall", "status_active", "tag_lab",
                "tenant_so", "time_zone_Asia/Ho_Chi_Minh",
            ])
        #expect(inventory.groups["site_hall"] == .init(hosts: ["fw-01", "dark", "vm-01"], children: ["location_mda"]))
        #expect(inventory.groups["region_bac"] == .init(children: ["region_ls"]))
        #expect(inventory.groups["location_cage"] == .init(hosts: ["web-01"]))
        let web = try #require(inventory.variables(of: "web-01"))
        #expect(web["ansible_host"] == "2001:db8::10")
        #expect(web["primary_ip4"] == "192.0.2.10")
        #expect(web["custom_fields"]?["level"] == 3)
        #expect(web["config_context"] == .object(["ntp": "x"]))
        #expect(web["locations"] == .array(["cage", "mda"]) && web["regions"] == .array(["ls", "bac"]))
        #expect(web["interfaces"]?.array?.first?["ip_addresses"]?.array?.count == 2)
        #expect(inventory.list["_meta"]?["hostvars"]?["web-01"] == web)
        #expect(inventory.variables(of: "nobody") == nil)
        let plural = AnsibleInventory(ExportFixture.machines(snapshot), in: snapshot, plurals: true)
        #expect(plural.groups["device_roles_fw"] != nil && plural.variables(of: "fw-01")?["sites"] == .array(["hall"]))
    }

    @Test("Ansible itself reads both forms to the same groups and variables")
    func realAnsible() async throws {
        guard let program = ExportFixture.tool("ansible-inventory", environment: "HATANG_ANSIBLE_INVENTORY") else {
            print("skipped: ansible-inventory is not installed (HATANG_ANSIBLE_INVENTORY names it)")
            return
        }
        let snapshot = try ExportFixture.snapshot()
        let inventory = AnsibleInventory(ExportFixture.machines(snapshot), in: snapshot)
        let folder = try TemporaryFolder()
        let still = folder.path + "/hosts.yaml"
        try inventory.yaml.write(toFile: still, atomically: true, encoding: .utf8)
        try inventory.list.canonical.write(toFile: folder.path + "/list.json", atomically: true, encoding: .utf8)
        let script = folder.path + "/inventory.sh"
        try "#!/bin/sh\n[ \"$1\" = --list ] && cat \(folder.path)/list.json\n".write(
            toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        for source in [still, script] {
            let answer = try run(program, ["-i", source, "--list"], home: folder.path)
            let read = try JSONValue.parse(answer)
            #expect(read["_meta"]?["hostvars"] == inventory.list["_meta"]?["hostvars"], "\(source)")
            #expect(read["role_fw"]?["hosts"] == .array(["fw-01"]))
            #expect(read["region_ls"]?["children"] == .array(["site_hall"]))
        }
    }

    private func run(_ program: String, _ arguments: [String], home: String) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["HOME": home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        let out = Pipe()
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        try #require(process.terminationStatus == 0, "\(program) \(arguments): \(text)")
        return text
    }

    @Test("Zones: addresses, pointers, aliases")
    func zones() throws {
        let snapshot = try ExportFixture.snapshot()
        let files = ZoneFiles(
            ExportFixture.machines(snapshot), in: snapshot,
            options: .init(nameServers: ["ns1.example.net"], mail: "net.ops@example.vn", domain: "example.vn"))
        #expect(
            files.zones.map(\.name) == [
                "example.vn", "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "2.0.192.in-addr.arpa",
            ])
        #expect(files.skipped == ["ip-address/192.0.2.20/24: \"bad_name.example.vn\" is not a host name (RFC 1123)"])
        let text = files.zones[0].text(serial: 2_026_112_101)
        #expect(text.contains("SOA ns1.example.net. net\\.ops.example.vn. ("))
        for line in [
            "@ IN A 192.0.2.10", "@ IN AAAA 2001:db8::10", "fw-01 IN A 192.0.2.1", "web IN A 192.0.2.10",
            "web-01 IN CNAME web.example.vn.", "www IN CNAME web.example.vn.",
        ] { #expect(text.contains("\n\(line)\n"), "\(line) in \(text)") }
        #expect(files.zones[2].text(serial: 1).contains("\n10 IN PTR web.example.vn.\n"))
    }

    @Test("named-checkzone finds nothing wrong")
    func checkzone() throws {
        guard let program = ExportFixture.tool("named-checkzone", environment: "HATANG_CHECKZONE") else {
            print("skipped: named-checkzone is not installed (Debian: bind9-utils)")
            return
        }
        let snapshot = try ExportFixture.snapshot()
        let files = ZoneFiles(
            ExportFixture.machines(snapshot), in: snapshot,
            options: .init(nameServers: ["ns1.example.net", "ns2.example.net"], domain: "example.vn"))
        let folder = try TemporaryFolder()
        for zone in files.zones {
            let path = "\(folder.path)/\(zone.fileName)"
            try zone.text(over: nil, day: "2026-11-21").write(toFile: path, atomically: true, encoding: .utf8)
            let answer = try run(program, ["-i", "local", zone.name, path], home: folder.path)
            #expect(answer.contains("loaded serial 2026112100"), "\(answer)")
        }
    }

    @Test("Serials: the same content keeps its bytes, other content gets a greater one")
    func serials() throws {
        let snapshot = try ExportFixture.snapshot()
        let machines = ExportFixture.machines(snapshot)
        func zone(ttl: Int) throws -> ZoneFiles.Zone {
            let options = ZoneFiles.Options(nameServers: ["ns1.example.net"], ttl: ttl)
            return try #require(ZoneFiles(machines, in: snapshot, options: options).zones.first)
        }
        let first = try zone(ttl: 60).text(over: nil, day: "2026-11-21")
        #expect(ZoneSerial.read(first) == 2_026_112_100)
        #expect(try zone(ttl: 60).text(over: first, day: "2027-01-01") == first)
        let second = try zone(ttl: 61).text(over: first, day: "2026-11-21")
        #expect(ZoneSerial.read(second) == 2_026_112_101)
        #expect(ZoneSerial.read(try zone(ttl: 62).text(over: second, day: "2026-11-22")) == 2_026_112_200)
        #expect(throws: ZoneError.self) { try zone(ttl: 60).text(over: "not a zone", day: "2026-11-21") }
        let onOneLine = "@ IN SOA a. b. 4294967295 1 2 3 4\n"
        #expect(ZoneSerial.read(onOneLine) == .max)
        #expect(ZoneSerial.next(after: .max, day: "2026-11-21") == 2_026_112_100, "2^32-1 is before it (RFC 1982)")
        #expect(ZoneSerial.next(after: 2_026_112_199, day: "2026-11-21") == 2_026_112_200)
    }
}
