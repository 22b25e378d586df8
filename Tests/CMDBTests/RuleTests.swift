import CMDB
import Notation
import TestSupport
import Testing

/// One broken inventory and what must be said about it.
struct BadCase: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    /// Every error line, from `file:line:column:` on or a part of it, in order.
    let says: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ says: String...) {
        (self.name, self.text, self.says) = (name, text, says)
    }
}

@Suite(.tags(.small))
struct RuleTests {
    static let head = "role: server, device_type: r650, site: ttdl"

    static let fields: [BadCase] = [
        BadCase("unknown list", "devcies: []", "inv/1.yaml:1:1: unknown key \"devcies\": did you mean \"devices\"?"),
        BadCase("kind for list", "ip-address: []", "did you mean \"ip_addresses\"?"),
        BadCase(
            "unknown field", "sites: [{name: X, regoin: y}]",
            "inv/1.yaml:1:19: site/x: unknown field \"regoin\": did you mean \"region\"?"),
        BadCase("list is a mapping", "sites: {name: X}", "sites is a mapping, a list is asked"),
        BadCase("element is text", "sites: [ttdl2]", "site/?: a text stands where a mapping is asked"),
        BadCase("tabs", "sites:\n\t- name: x", "inv/1.yaml:2:1: a tab in the indentation"),
        BadCase(
            "wrong type", "racks: [{name: X, site: ttdl, u_height: tall}]",
            "u_height is \"tall\", a whole number from 1 to 100"),
        BadCase("quoted number", "racks: [{name: X, site: ttdl, u_height: \"42\"}]", "write digits without quotes"),
        BadCase(
            "out of range", "vlans: [{name: V, vid: 5000}]", "vid is \"5000\", a whole number from 1 to 4094 is asked"),
        BadCase(
            "truth", "tenants: [{name: X, sample: yes}]",
            "sample is \"yes\", a truth value is asked: write true or false"),
        BadCase(
            "choice", "sites: [{name: X, status: actve}]",
            "site/x: status \"actve\" is not known: did you mean \"active\"?"),
        BadCase("missing", "racks: [{name: X}]", "inv/1.yaml:1:9: rack/x: site is missing: add site:"),
        BadCase("no name at all", "sites: [{region: x}]", "site/?: name is missing: add name:"),
        BadCase("no Latin letter", "sites: [{name: 漢字}]", "no key can be made from its name: add slug:"),
        BadCase("slug", "sites: [{name: X, slug: Sở X}]", "slug \"Sở X\" is not a slug: write so-x"),
        BadCase("tag", "sites: [{name: X, tags: [Web Server]}]", "write web-server"),
        BadCase("date", "contacts: [{name: X, verified: 2026-02-29}]", "\"2026-02-29\" is not a date"),
        BadCase("url", "tenants: [{name: X, url: langson.gov.vn}]", "is not a web address"),
        BadCase("host bits", "prefixes: [{prefix: 10.30.0.1/16}]", "write 10.30.0.0/16"),
        BadCase("no mask", "ip_addresses: [{address: 10.20.110.9}]", "write it with its mask, such as 10.20.110.9/24"),
        BadCase(
            "mask where none belongs", "segments: [{name: S, site: ttdl, gateway4: 10.0.0.1/24}]",
            "write it without mask: 10.0.0.1"),
        BadCase("family", "segments: [{name: S, site: ttdl, gateway4: \"2001:db8::1\"}]", "is an IPv6 address"),
        BadCase(
            "prefix family", "segments: [{name: S, site: ttdl, ipv6_prefix: 10.0.0.0/8}]", "is of the other family"),
        BadCase("link-local", "ip_addresses: [{address: \"fe80::1/64\"}]", "is link-local"),
        BadCase("leading zero", "ip_addresses: [{address: 10.020.110.9/24}]", "without leading zeros"),
        BadCase(
            "mac", "devices: [{name: d, \(head), interfaces: [{name: e, mac_address: 00:11}]}]", "hardware address"),
        BadCase("control character", "sites: [{name: \"X\\u0007\"}]", "control character"),
        BadCase(
            "blank name", "sites: [{name: '  ', slug: x}]",
            "inv/1.yaml:1:16: site/x: name holds nothing that can be seen: write a text, or leave name out"),
        BadCase(
            "zero-width name", "sites: [{name: \"\\u200B\\u200D\", slug: x}]", "name holds nothing that can be seen"),
        BadCase("blank without slug", "sites: [{name: ' '}]", "name holds nothing that can be seen"),
        BadCase("blank text", "sites: [{name: X, facility: \"\\u00A0\"}]", "facility holds nothing that can be seen"),
        BadCase(
            "direction", "sites: [{name: \"X\\u202Egpj\"}]",
            "site/x-gpj: name holds a character that turns the direction of writing (U+202E): delete that character"),
        BadCase(
            "isolate", "sites: [{name: X, comments: \"a\\u2066b\"}]",
            "comments holds a character that turns the direction of writing (U+2066)"),
        BadCase("C1 control", "sites: [{name: \"X\\u009B\"}]", "name holds a control character (U+009B)"),
        BadCase("two lines", "sites: [{name: \"X\\nY\"}]", "name has several lines: write it on one line"),
        BadCase("line separator", "sites: [{name: \"X\\u2028Y\"}]", "name has several lines"),
        BadCase("tab in a name", "sites: [{name: \"X\\tY\"}]", "name holds a control character (U+0009)"),
        BadCase(
            "direction in a custom field", "sites: [{name: X, custom_fields: {note: \"\\u202Ex\"}}]",
            "custom_fields.note holds a character that turns the direction of writing"),
        BadCase(
            "source of the file", "source: \"x\\e[2J\"\nsites: [{name: X}]",
            "inv/1.yaml:1:9: source holds a control character (U+001B)"),
        BadCase("null slug without a name", "sites: [{slug: ~, region: x}]", "site/?: name is missing: add name:"),
        BadCase(
            "merge keys",
            "sites:\n  - &a {name: X}\n  - {<<: *a, slug: y}\n  - {<<: *a, slug: z}",
            "inv/1.yaml:3:6: merge keys (<<) are not read", "inv/1.yaml:4:6: merge keys (<<) are not read"),
        BadCase(
            "too long", "sites: [{name: X, facility: \"\(String(repeating: "x", count: 51))\"}]", "write at most 50"),
        BadCase("numeric id", "racks: [{name: X, site: {id: 7}}]", "names a site by a number of one database"),
        BadCase(
            "given twice", "devices: [{name: d, \(head), interfaces: [{name: e, device: x}]}]",
            "interface/d:e: device is given by the record around it"),
        BadCase(
            "nested unknown", "devices: [{name: d, \(head), interfaces: [{name: e, ip_adresses: []}]}]",
            "did you mean \"ip_addresses\"?"),
        BadCase(
            "monitoring member", "devices: [{name: d, \(head), monitoring: {snmp_user: x, ssh_prt: 22}}]",
            "unknown field \"ssh_prt\" in monitoring: did you mean \"ssh_port\"?"),
    ]

    static let relations: [BadCase] = [
        BadCase(
            "duplicate", "sites: [{slug: ttdl, name: Other}]",
            "inv/1.yaml:1:9: site/ttdl: this site stands twice, also at inv/0.yaml:8:9"),
        BadCase(
            "dangling", "racks: [{name: X, site: ttld}]",
            "inv/1.yaml:1:25: rack/x: site: there is no site \"ttld\": did you mean \"ttdl\"?"),
        BadCase(
            "dangling in a list", "systems: [{name: S, zones: [dmz, dbx]}]",
            "inv/1.yaml:1:34: system/s: zones: there is no zone \"dbx\": did you mean \"db\"?"),
        BadCase("wrong kind", "systems: [{name: S, components: [site/ttdl]}]", "components cannot refer to a site"),
        BadCase(
            "ambiguous",
            "systems: [{name: dmz, slug: dmz}]\ndependencies: [{slug: d, from: dmz, relation: runs-on, to: site/dr}]",
            "from \"dmz\" names several objects: write one of system/dmz, zone/dmz"),
        BadCase(
            "location cycle", "locations: [{name: A, site: dr, parent: b}, {name: B, site: dr, parent: a}]",
            "location/a: parent leads back to itself: a -> b -> a"),
        BadCase("tenant cycle", "tenants: [{name: A, parent: a}]", "tenant/a: parent leads back to itself: a -> a"),
        BadCase(
            "location at another site", "locations: [{name: X, site: dr, parent: mda}]",
            "location/x: site is dr, but parent mda is at site ttdl"),
        BadCase(
            "rack at another site", "racks: [{name: X, site: dr, location: mda}]", "but location mda is at site ttdl"),
        BadCase(
            "device at another site", "devices: [{name: X, role: server, device_type: r650, site: dr, rack: a-03}]",
            "device/x: site is dr, but rack a-03 is at site ttdl"),
        BadCase(
            "device in another room",
            "locations: [{name: hda, site: ttdl}]\ndevices: [{name: X, \(head), rack: a-03, location: hda}]",
            "location is hda, but its rack a-03 stands in mda"),
        BadCase(
            "vid", "vlans: [{name: A, vid: 7, site: ttdl}, {name: B, vid: 7, site: dr}, {name: C, vid: 7, site: ttdl}]",
            "inv/1.yaml:1:84: vlan/c: vid 7 is taken by vlan/a (inv/1.yaml:1:9) at site ttdl"),
        BadCase(
            "rack units",
            "devices: [{name: X, \(head), rack: a-03, position: 10}, {name: Y, \(head), rack: a-03, position: 11}]",
            "device/y: units U11-U12 of rack a-03 are taken by device/x (inv/1.yaml:1:11): move one of the two"),
        BadCase(
            "above the rack", "devices: [{name: X, \(head), rack: a-03, position: 42}]",
            "units U42-U43 lie outside rack a-03, which has 42"),
        BadCase("position without rack", "devices: [{name: X, \(head), position: 4}]", "position without rack"),
        BadCase(
            "secret", "devices: [{name: X, \(head), monitoring: {snmp_community: public}}]",
            "snmp_community holds something that is not a reference to a secret"),
        BadCase(
            "secret in custom fields", "devices: [{name: X, \(head), custom_fields: {admin_password: hunter2}}]",
            "custom_fields.admin_password holds something"),
    ]

    static let addresses: [BadCase] = [
        BadCase(
            "same prefix", "segments: [{name: S, site: ttdl, ipv4_prefix: 10.20.110.0/24}]",
            "inv/1.yaml:1:47: segment/s: ipv4_prefix 10.20.110.0/24 is the same as 10.20.110.0/24 of segment/dmz-110 "
                + "(inv/0.yaml:14:5) in the global VRF"),
        BadCase(
            "nested prefix", "prefixes: [{prefix: 10.20.110.128/25}]",
            "prefix/10.20.110.128/25: prefix 10.20.110.128/25 lies inside 10.20.110.0/24 of segment/dmz-110"),
        BadCase(
            "prefix around", "prefixes: [{prefix: \"2001:db8::/32\"}]",
            "lies around 2001:db8:110::/64 of segment/dmz-110"),
        BadCase(
            "container in an ordinary prefix", "prefixes: [{prefix: 10.20.110.64/26, status: container}]", "lies inside"
        ),
        BadCase(
            "outside everything", "ip_addresses: [{address: 172.16.0.1/24}]",
            "ip-address/172.16.0.1/24: 172.16.0.1/24 lies in no prefix or segment of the global VRF"),
        BadCase("outside in its VRF", "ip_addresses: [{address: 10.20.110.9/24, vrf: lab}]", "of VRF lab"),
        BadCase(
            "gateway", "segments: [{name: S, site: ttdl, ipv4_prefix: 10.30.0.0/24, gateway4: 10.31.0.1}]",
            "gateway4 10.31.0.1 lies outside ipv4_prefix 10.30.0.0/24"),
        BadCase("gateway alone", "segments: [{name: S, site: ttdl, gateway6: \"2001:db8::1\"}]", "without ipv6_prefix"),
        BadCase(
            "duplicate key", "ip_addresses: [{address: 10.20.110.7/24}, {address: 10.20.110.7/24}]",
            "this ip-address stands twice, also at inv/1.yaml:1:16"),
        BadCase(
            "duplicate with another mask", "ip_addresses: [{address: 10.20.110.7/24}, {address: 10.20.110.7/25}]",
            "10.20.110.7 is also ip-address/10.20.110.7/24 (inv/1.yaml:1:16) in the global VRF"),
        BadCase(
            "outside the segment of its interface",
            "devices: [{name: X, \(head), interfaces: [{name: e, segment: db-120, ip_addresses: [10.20.110.9/24]}]}]",
            "10.20.110.9/24 lies outside 10.20.120.0/24 of segment db-120, which interface x:e is in"),
        BadCase(
            "primary of another", "devices: [{name: X, \(head), primary_ip4: 10.20.110.5}]",
            "device/x: primary_ip4 10.20.110.5 is none of its addresses: add the address to one of its interfaces"),
        BadCase(
            "two primaries",
            "devices: [{name: X, \(head), interfaces: [{name: e, ip_addresses: [{address: 10.20.110.5/24, primary: true}, {address: 10.20.110.6/24, primary: true}]}]}]",
            "device/x has another primary_ip4 at"),
        BadCase(
            "primary said twice",
            "devices: [{name: X, \(head), primary_ip4: 10.20.110.6, interfaces: [{name: e, ip_addresses: [{address: 10.20.110.5/24, primary: true}, 10.20.110.6/24]}]}]",
            "it is marked primary, but device/x has primary_ip4 10.20.110.6"),
    ]

    @Test(arguments: fields + relations + addresses)
    func badInputIsAnsweredWell(_ bad: BadCase) {
        let errors = Fixture.errors(bad.text)
        #expect(errors.count == bad.says.count, "\(errors)")
        for (error, part) in zip(errors, bad.says) { #expect(error.contains(part)) }
        for error in errors { #expect(error.hasPrefix("inv/1.yaml:")) }
    }

    @Test func secretsNeverStandInMessages() {
        for text in ["monitoring: {snmp_community: Xk33-private}", "custom_fields: {api_token: Xk33-private}"] {
            let errors = Fixture.errors("devices: [{name: X, \(Self.head), \(text)}]")
            #expect(errors.count == 1)
            #expect(!errors.joined().contains("Xk33"))
        }
        #expect(
            Fixture.errors("devices: [{name: X, \(Self.head), monitoring: {snmp_community: secret://lab/ro}}]").isEmpty)
    }

    @Test(arguments: [
        "prefixes: [{prefix: 10.20.200.0/22, status: container}, {prefix: 10.20.200.0/24}, {prefix: 10.20.201.0/24}]",
        "segments: [{name: S, site: dr, vrf: lab, ipv4_prefix: 10.20.110.0/24}]",
        "devices: [{name: X, role: server, device_type: shelf, site: ttdl, rack: a-03, position: 5, face: front}, "
            + "{name: Y, role: server, device_type: shelf, site: ttdl, rack: a-03, position: 5, face: rear}]",
        "devices: [{name: X, role: server, device_type: r650, site: ttdl, interfaces: [{name: e, ip_addresses: "
            + "[{address: 10.20.110.2/24, role: vrrp}]}]}, {name: Y, role: server, device_type: r650, site: ttdl, "
            + "interfaces: [{name: e, ip_addresses: [{address: 10.20.110.2/24, role: vrrp}]}]}]",
        "vlan_groups: [{name: x}, {name: y}]\nvlans: [{name: A, vid: 7, site: ttdl, group: x}, {name: B, vid: 7, site: ttdl, group: y}]",
    ])
    func whatIsAllowedPasses(_ text: String) {
        #expect(Fixture.errors(text) == [])
    }

    @Test(arguments: [
        ("ip_addresses: [{address: 10.20.110.9/16}]", "mask /16 differs from 10.20.110.0/24 of segment/dmz-110"),
        (
            "systems: [{name: A}, {name: B}]\ndependencies: [{from: a, relation: depends-on, to: b}, {from: b, relation: runs-on, to: a}]",
            "dependencies go in a circle: system/a -> system/b -> system/a"
        ),
    ])
    func doubtfulInputIsAWarning(_ text: String, _ says: String) throws {
        let warnings = try Fixture.load(Fixture.base, text).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.description.contains(says) == true)
        #expect(warnings.first?.severity == .warning)
    }

    @Test func rulesHoldAgainstWhatIsRecorded() throws {
        let recorded = Fixture.snapshot(try Fixture.load(Fixture.base, Fixture.machine))
        let origins = Dictionary(uniqueKeysWithValues: recorded.all.map { ($0.id, "langson") })
        let text =
            "devices: [{name: X, \(Self.head), rack: a-03, position: 22, interfaces: "
            + "[{name: e, ip_addresses: [10.20.110.11/25]}]}]\nprefixes: [{prefix: 10.20.110.0/26}]\n"
            + "sites: [{name: Other, slug: dr}]"
        let errors = #expect(throws: InputErrors.self) {
            try Fixture.load(text, onto: recorded, origins: origins)
        }
        let lines = errors?.diagnostics.map(\.description) ?? []
        #expect(lines.count == 4)
        #expect(lines.contains { $0.contains("taken by device/srv-dvc-01 (recorded by origin langson)") })
        #expect(lines.contains { $0.contains("is also ip-address/10.20.110.11/24 (recorded by origin langson)") })
        #expect(lines.contains { $0.contains("lies inside 10.20.110.0/24 of segment/dmz-110") })
        #expect(lines.contains { $0.contains("site/dr: origin langson manages it already, this is origin inv") })
    }

    @Test func anUnreadableFileDoesNotMakeItsObjectsMissing() {
        let errors = #expect(throws: InputErrors.self) {
            try Fixture.load("sites: [{name: A", "racks: [{name: R, site: a}, {name: S, site: a, u_height: 0}]")
        }
        #expect(errors?.diagnostics.count == 2)
    }
}
