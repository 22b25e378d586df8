import Addressing
import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import IPAM

@Suite("Address checks") struct CheckTests {
    private typealias Check = AddressFinding.Check

    /// A sound inventory: two machines with both families, a container, a range, two VRFs.
    private static func sound() -> Inventory {
        var inventory = Inventory()
        inventory.add(.vrf, "lab", ["slug": "lab", "name": "Lab"])
        inventory.prefix("10.0.0.0/16", "container")
        inventory.segment(
            "web", ["ipv4_prefix": "10.0.0.0/24", "ipv6_prefix": "2001:db8::/64", "gateway4": "10.0.0.1"])
        inventory.prefix("10.9.0.0/24", "active", vrf: "lab")
        inventory.range("10.0.0.100/24", "10.0.0.199/24", ["mark_populated": true])
        for (n, name) in ["a", "b"].enumerated() {
            inventory.device(
                name, ["primary_ip4": .string("10.0.0.1\(n)"), "primary_ip6": .string("2001:db8::1\(n)")])
            let fields: [String: JSONValue] = [
                "assigned_object": .string("\(name):eth0"), "dns_name": .string("\(name).langson.gov.vn"),
            ]
            inventory.address("10.0.0.1\(n)/24", fields)
            inventory.address("2001:db8::1\(n)/64", fields)
        }
        return inventory
    }

    private func findings(_ inventory: Inventory, domains: [String] = []) -> [AddressFinding] {
        AddressChecks.run(inventory.book, domains: domains).findings
    }

    @Test("a sound inventory has no finding, and every check but that of domains has looked at something") func clean()
    {
        var inventory = Self.sound()
        inventory.address("10.0.0.50/24", ["status": "reserved", "reserved_until": "2026-12-31"])
        let report = AddressChecks.run(inventory.book)
        #expect(report.findings.isEmpty, "\(report.findings)")
        for check in Check.allCases where check != .foreignName {
            #expect(report.looked[check, default: 0] > 0, "\(check) looked at nothing")
        }
        #expect(report.looked[.foreignName] == nil)
        let ours = AddressChecks.run(inventory.book, domains: ["Langson.gov.vn."])
        #expect(ours.findings.isEmpty)
        #expect(ours.looked[.foreignName] == 4)
    }

    /// One change to the sound inventory, and what must be found then: checks, severity, subject.
    private struct Case: Sendable, CustomTestStringConvertible {
        let check: AddressFinding.Check
        let severity: AddressFinding.Severity
        let subject: String
        var domains: [String] = []
        let spoil: @Sendable (inout Inventory) -> Void
        var testDescription: String { "\(check.rawValue) \(subject)" }
    }

    private static let cases: [Case] = [
        Case(check: .duplicateAddress, severity: .error, subject: "10.0.0.10") {
            $0.address("10.0.0.10/32", ["role": "loopback"])
        },
        Case(check: .duplicateAddress, severity: .error, subject: "10.0.0.77") {
            $0.address("10.0.0.77/24", key: "x", ["role": "vip"])
            $0.address("10.0.0.77/24", key: "y", ["role": "vrrp"])
        },
        Case(check: .duplicateAddress, severity: .info, subject: "10.9.0.5") {
            $0.add(.vrf, "lab", ["slug": "lab", "name": "Lab", "enforce_unique": false])
            $0.address("10.9.0.5/24", vrf: "lab", key: "x")
            $0.address("10.9.0.5/24", vrf: "lab", key: "y")
        },
        Case(check: .duplicateAcrossVRFs, severity: .info, subject: "10.0.0.10") {
            $0.prefix("10.0.0.0/20", "active", vrf: "lab")
            $0.address("10.0.0.10/20", vrf: "lab")
        },
        Case(check: .duplicatePrefix, severity: .error, subject: "10.0.0.0/24") { $0.prefix("10.0.0.0/24") },
        Case(check: .prefixAcrossVRFs, severity: .info, subject: "10.0.0.0/24") {
            $0.prefix("10.0.0.0/24", "active", vrf: "lab")
        },
        Case(check: .overlap, severity: .error, subject: "10.0.0.128/25") { $0.prefix("10.0.0.128/25", "container") },
        Case(check: .rangeOverlap, severity: .error, subject: "10.0.0.150-10.0.0.250") {
            $0.range("10.0.0.150/24", "10.0.0.250/24")
        },
        Case(check: .rangeOutside, severity: .warning, subject: "10.0.0.250-10.0.1.5") {
            $0.range("10.0.0.250/24", "10.0.1.5/24")
        },
        Case(check: .homeless, severity: .error, subject: "192.0.2.1/24") { $0.address("192.0.2.1/24") },
        Case(check: .mask, severity: .warning, subject: "10.0.0.60/16") { $0.address("10.0.0.60/16") },
        Case(check: .unusable, severity: .warning, subject: "10.0.0.255/24") { $0.address("10.0.0.255/24") },
        Case(check: .unusable, severity: .warning, subject: "2001:db8::/64") { $0.address("2001:db8::/64") },
        Case(check: .populated, severity: .warning, subject: "10.0.0.100") { $0.address("10.0.0.100/24") },
        Case(check: .nameSyntax, severity: .error, subject: "may_chu.langson.gov.vn") {
            $0.address("10.0.0.61/24", ["dns_name": "may_chu.langson.gov.vn"])
        },
        Case(check: .nameNotUnique, severity: .warning, subject: "a.langson.gov.vn") {
            $0.address("10.0.0.62/24", ["dns_name": "A.langson.gov.vn."])
        },
        Case(check: .pointerNotUnique, severity: .warning, subject: "10.0.0.63") {
            $0.address("10.0.0.63/24", key: "x", ["role": "vip", "dns_name": "v1.langson.gov.vn"])
            $0.address("10.0.0.63/24", key: "y", ["role": "vip", "dns_name": "v2.langson.gov.vn"])
        },
        Case(check: .familyNames, severity: .warning, subject: "device/c") {
            $0.device("c", ["primary_ip4": "10.0.0.70", "primary_ip6": "2001:db8::70"])
            $0.address("10.0.0.70/24", ["assigned_object": "c:eth0", "dns_name": "c.langson.gov.vn"])
            $0.address("2001:db8::70/64", ["assigned_object": "c:eth0"])
        },
        Case(check: .machineName, severity: .info, subject: "dvc.langson.gov.vn") {
            $0.device("d", ["primary_ip4": "10.0.0.71"])
            $0.address("10.0.0.71/24", ["assigned_object": "d:eth0", "dns_name": "dvc.langson.gov.vn"])
        },
        Case(
            check: .foreignName, severity: .warning, subject: "x.notlangson.gov.vn", domains: ["langson.gov.vn"]
        ) { $0.address("10.0.0.72/24", ["dns_name": "x.notlangson.gov.vn"]) },
        Case(check: .reservationOver, severity: .info, subject: "10.0.0.73/24") {
            $0.address("10.0.0.73/24", ["status": "reserved", "reserved_until": "2026-11-20"])
        },
    ]

    @Test("each fault is found, alone, with its records", arguments: cases)
    private func fault(_ wanted: Case) {
        var inventory = Self.sound()
        wanted.spoil(&inventory)
        let found = findings(inventory, domains: wanted.domains)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.check == wanted.check)
        #expect(found.first?.severity == wanted.severity)
        #expect(found.first?.subject == wanted.subject)
        let known = Set(inventory.snapshot.all.map(\.id))
        #expect(found.allSatisfy { !$0.records.isEmpty && Set($0.records).isSubset(of: known) })
    }

    @Test("every check has a case above") func allTried() {
        #expect(Set(Self.cases.map(\.check)) == Set(Check.allCases))
    }

    @Test("addresses of one shared role on several machines are no duplicates, nor is a name they share") func shared()
    {
        var inventory = Self.sound()
        inventory.address("10.0.0.90/24", key: "x", ["role": "vrrp", "dns_name": "gw.langson.gov.vn"])
        inventory.address("10.0.0.90/24", key: "y", ["role": "vrrp", "dns_name": "gw.langson.gov.vn"])
        inventory.address("10.0.0.91/24", ["role": "anycast", "dns_name": "gw.langson.gov.vn"])
        #expect(findings(inventory).isEmpty)
    }

    @Test(
        "host names by RFC 1123",
        arguments: [
            ("web-01.langson.gov.vn", true), ("WEB.langson.gov.vn.", true), ("3com.vn", true), ("a", true),
            ("xn--lng-sn-3wa.vn", true), ("", false), (".", false), ("a..b", false), ("-a.vn", false),
            ("a-.vn", false), ("a_b.vn", false), ("máy.vn", false), ("10.0.0.1", false), ("*.vn", false),
            ("a b.vn", false), (String(repeating: "a", count: 63) + ".vn", true),
            (String(repeating: "a", count: 64) + ".vn", false),
            (Array(repeating: "abcdefghi", count: 26).joined(separator: "."), false),
        ])
    func names(name: String, isRight: Bool) {
        #expect((HostName.fault(name) == nil) == isRight, "\(name): \(HostName.fault(name) ?? "no fault")")
    }

    @Test("the shipped province passes without error or warning") func shipped() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Inventory/langson").path
        let names = try #require(FileManager.default.enumerator(atPath: folder)).allObjects.compactMap { $0 as? String }
        let files = try names.filter { $0.hasSuffix(".yaml") }.map {
            InventoryFile(path: $0, text: try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
        }
        let snapshot = Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
        let report = AddressChecks.run(AddressBook(snapshot, today: "2026-11-21"))
        #expect(!report.hasProblems, "\(report.findings.filter { $0.severity != .info })")
        #expect(report.looked[.duplicateAddress, default: 0] > 50)
    }
}
