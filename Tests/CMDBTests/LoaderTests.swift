import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct LoaderTests {
    @Test func machinesExpandIntoInterfacesAddressesAndServices() throws {
        let loaded = try Fixture.load(Fixture.base, Fixture.machine)
        let snapshot = Fixture.snapshot(loaded)
        let server = try #require(snapshot[ObjectID(.device, "srv-dvc-01")])
        #expect(server["primary_ip4"] == "10.20.110.11")
        #expect(server["primary_ip6"] == "2001:db8:110::11")
        #expect(server["tags"] == ["prod", "web"])
        #expect(server["status"] == "active")
        let port = try #require(snapshot[ObjectID(.interface, "srv-dvc-01:eno1")])
        #expect(port["device"] == "device/srv-dvc-01")
        #expect(port["mac_address"] == "00:1b:54:aa:0f:3c")
        #expect(port["enabled"] == true)
        let address = try #require(snapshot[ObjectID(.ipAddress, "2001:db8:110::11/64")])
        #expect(address["assigned_object"] == "srv-dvc-01:eno1")
        #expect(address["is_primary"] == true)
        let service = try #require(snapshot[ObjectID(.service, "srv-dvc-01-cong-dich-vu-cong")])
        #expect(service["ports"] == [80, 443])
        #expect(service["parent"] == "device/srv-dvc-01")
        #expect(loaded.counts[.ipAddress] == 2)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.origins == ["inv"])
        #expect(snapshot.addresses(of: server.id).count == 2)
    }

    @Test(arguments: [
        ("Sở Tài chính", "so-tai-chinh"), ("Đường truyền", "duong-truyen"),
        ("UBND huyện Bắc Sơn", "ubnd-huyen-bac-son"),
        ("  A -- B  ", "a-b"), ("SRV_01.lan", "srv-01-lan"), ("Ủy ban", "uy-ban"), ("漢字", ""), ("ẢỮỢ", "auo"),
    ])
    func slugsAreTransliterated(_ name: String, _ slug: String) {
        #expect(Slug.of(name) == slug)
        #expect(slug.isEmpty || Slug.isValid(slug))
        // The decomposed spelling some keyboards produce gives the same.
        #expect(Slug.of(name.decomposedStringWithCanonicalMapping) == slug)
    }

    @Test(arguments: [
        ("tenants: [{name: Sở Tài chính}]", "tenant/so-tai-chinh"),
        (
            "circuits: [{cid: VNPT 01/2026, provider: vnpt, type: internet}]\nproviders: [{name: VNPT}]",
            "circuit/vnpt-01-2026"
        ),
        ("device_types: [{manufacturer: Dell, model: R740 xd}]", "device-type/dell-r740-xd"),
        ("vlans: [{vid: 110, name: Vùng DMZ}]", "vlan/vung-dmz"),
        ("prefixes: [{prefix: 192.168.0.0/16, vrf: lab}]", "prefix/lab:192.168.0.0/16"),
        ("ip_addresses: [{address: 10.9.0.7/24, vrf: {slug: lab}}]", "ip-address/lab:10.9.0.7/24"),
        ("dependencies: [{from: site/ttdl, relation: connects-to, to: {site: dr}}]", "dependency/ttdl-connects-to-dr"),
        ("systems: [{slug: lgsp, name: LGSP}]", "system/lgsp"),
        ("virtual_machines: [{name: VM 1, interfaces: [{name: eth0}]}]", "interface/vm-1:eth0"),
    ])
    func naturalKeys(_ text: String, _ id: String) throws {
        let loaded = try Fixture.load(Fixture.base, text)
        #expect(loaded.objects.contains { $0.object.id.description == id })
    }

    @Test(arguments: [
        "ttdl", "{slug: ttdl}", "site/ttdl", "Trung tâm dữ liệu", "{name: Trung tâm dữ liệu}",
        "{id: 4, url: http://x/, slug: ttdl}",
    ])
    func referencesAreReadInEveryForm(_ form: String) throws {
        let loaded = try Fixture.load(Fixture.base, "racks: [{name: X, site: \(form)}]")
        #expect(Fixture.snapshot(loaded)[ObjectID(.rack, "x")]?["site"] == "ttdl")
    }

    @Test func aBareNameOfSeveralKindsBecomesKindAndKey() throws {
        let text = "dependencies: [{slug: d, from: srv-dvc-01, relation: depends-on, to: {zone: dmz}}]"
        let dependency = Fixture.snapshot(try Fixture.load(Fixture.base, Fixture.machine, text))[
            ObjectID(.dependency, "d")]
        #expect(dependency?["from"] == "device/srv-dvc-01")
        #expect(dependency?["to"] == "zone/dmz")
    }

    @Test func scalarsKeepTheTextThatIsAskedFor() throws {
        let text = """
            virtual_machines:
              - {name: no, serial: 0123, description: 1.10, vcpus: 2.0, custom_fields: {a: 007, b: 7, c: 1.10, d: 2.5}}
            """
        let machine = try #require(
            Fixture.snapshot(try Fixture.load(Fixture.base, text))[ObjectID(.virtualMachine, "no")])
        #expect(machine["name"] == "no")
        #expect(machine["serial"] == "0123")
        #expect(machine["description"] == "1.10")
        #expect(machine["vcpus"] == 2)
        #expect(machine["custom_fields"] == ["a": "007", "b": 7, "c": "1.10", "d": 2.5])
    }

    @Test func aFileMaySaySampleAndSourceOnceForAllItsObjects() throws {
        let text =
            "sample: true\nsource: Plan 2026, page 4\n" + Fixture.machine
            + "tenants: [{name: T, sample: false, source: Decision 1}]\n"
        let snapshot = Fixture.snapshot(try Fixture.load(Fixture.base, text))
        for id in ["device/srv-dvc-01", "interface/srv-dvc-01:eno1", "ip-address/10.20.110.11/24"] {
            let object = try #require(ObjectID(id).flatMap { snapshot[$0] })
            #expect(object["sample"] == true)
            #expect(object["source"] == "Plan 2026, page 4")
        }
        #expect(snapshot[ObjectID(.tenant, "t")]?["sample"] == false)
        #expect(snapshot[ObjectID(.tenant, "t")]?["source"] == "Decision 1")
        #expect(snapshot[ObjectID(.site, "ttdl")]?["sample"] == nil)
    }

    @Test(arguments: ["~", "null", "", "\"\""])
    func aNullSlugIsMadeFromTheName(_ slug: String) throws {
        let loaded = try Fixture.load(
            "sites: [{slug: \(slug), name: Một Hai}]\nracks: [{name: R, site: {slug: \(slug), name: Một Hai}}]")
        let snapshot = Fixture.snapshot(loaded)
        #expect(snapshot[ObjectID(.site, "mot-hai")]?["slug"] == "mot-hai")
        #expect(snapshot[ObjectID(.rack, "r")]?["site"] == "mot-hai")
    }

    @Test func aFileGivenTwiceIsReadOnce() throws {
        let text = "tenants: [{name: A}]"
        func load(_ files: (path: String, text: String, origin: String)...) throws -> LoadedInventory {
            try InventoryLoader.load(
                files.map { InventoryFile(path: $0.path, text: $0.text, origin: $0.origin) }, onto: Snapshot([]))
        }
        for path in ["inv/lab/a.yaml", "./inv/lab/a.yaml", "inv//lab/a.yaml", "inv/./lab/a.yaml"] {
            let loaded = try load(("inv/lab/a.yaml", text, "inv"), (path, text, "lab"))
            #expect(loaded.objects.map(\.origin) == ["inv"], "the first naming counts")
            #expect(loaded.files == ["inv/lab/a.yaml"])
            #expect(loaded.origins == ["inv"])
        }
        // Another place, or another text at the same place, is a real duplicate.
        for (path, other) in [
            ("/inv/lab/a.yaml", text), ("inv/a.yaml", text), ("../inv/lab/a.yaml", text),
            ("inv/lab/a.yaml", text + "\n# later"),
        ] {
            let error = #expect(throws: InputErrors.self) {
                try load(("inv/lab/a.yaml", text, "inv"), (path, other, "lab"))
            }
            #expect(error?.description.contains("stands twice") == true, "\(path)")
        }
    }

    @Test func ordinaryTextsStayAsTheyAre() throws {
        let text = """
            sites:
              - name: "क्\\u200Dष A"
                slug: x
                physical_address: >
                  Số 1
                  Hùng Vương
                comments: "a\\n\\tb\\n"
            """
        let site = try #require(Fixture.snapshot(try Fixture.load(text))[ObjectID(.site, "x")])
        #expect(site["name"]?.string == "क्\u{200D}ष A")
        #expect(site["physical_address"] == "Số 1 Hùng Vương", "without the line end a folded text has")
        #expect(site["comments"] == "a\n\tb\n")
    }

    @Test(arguments: [Kind.device, .virtualMachine]) func listsShowBothAddressesOfAMachine(_ kind: Kind) {
        #expect(Schema.of(kind).columns.suffix(2) == ["primary_ip4", "primary_ip6"])
    }

    @Test(arguments: Kind.allCases) func everyColumnIsAFieldOrTheKey(_ kind: Kind) {
        let schema = Schema.of(kind)
        for column in schema.columns { #expect(schema.field(column) != nil, "\(kind.rawValue).\(column)") }
    }

    @Test func decomposedNamesAreComposed() throws {
        let loaded = try Fixture.load("tenants: [{name: \"So\u{31B}\u{309} Ta\u{300}i\"}]")
        let scalars = loaded.objects[0].object.text("name").map { Array($0.unicodeScalars) }
        #expect(scalars == Array("S\u{1EDF} T\u{E0}i".unicodeScalars))
    }

    @Test(arguments: [
        [], [InventoryFile(path: "inv/x.yaml", text: "# nothing\n")],
        [InventoryFile(path: "inv/x.yaml", text: "devices: []\nsites:\n")],
    ])
    func emptyInputIsNoSuccess(_ files: [InventoryFile]) {
        let error = #expect(throws: EmptyInventory.self) { try InventoryLoader.load(files, onto: Snapshot([])) }
        #expect(error?.files == files.map(\.path))
    }

    @Test func anEmptyFileAmongOthersIsAWarning() throws {
        let loaded = try Fixture.load(Fixture.base, "# later\n")
        #expect(
            loaded.warnings.map(\.description) == ["inv/1.yaml: warning: no objects in this file: remove it or fill it"]
        )
    }

    @Test func twoHundredErrorsInOneFileAreAllReported() {
        let text =
            "devices:\n"
            + (0..<200).map {
                "  - {name: srv-\($0), role: server, device_type: r650, site: tdtl, status: actve}\n"
            }.joined()
        let errors = Fixture.errors(text)
        #expect(errors.count == 400)
        for line in 2...201 { #expect(errors.count { $0.hasPrefix("inv/1.yaml:\(line):") } == 2) }
        #expect(errors.allSatisfy { $0.contains("did you mean \"ttdl\"") || $0.contains("did you mean \"active\"") })
    }

    @Test func originComesFromTheFolderUnlessGiven() {
        #expect(InventoryFile(path: "Inventory/langson/x.yaml", text: "").origin == "langson")
        #expect(
            InventoryFile(path: "Inventory/langson/systems/x.yaml", text: "", origin: "langson").origin == "langson")
        #expect(InventoryFile(path: "x.yaml", text: "").origin == "inventory")
    }
}
