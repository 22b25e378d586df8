import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@testable import Commands

@Suite struct AddressCommandTests {
    /// A container, a segment with both families, a VRF, reservations, and a machine.
    private static let inventory = """
        tenants: [{slug: so-tttt, name: Sở TTTT}]
        sites: [{slug: hall, name: Phòng máy}]
        manufacturers: [{slug: lab, name: Lab}]
        device_types: [{slug: box, manufacturer: lab, model: Box}]
        device_roles: [{slug: server, name: Máy chủ}]
        zones: [{slug: dmz, name: DMZ, zone_type: dmz}]
        vrfs: [{slug: lab, name: Lab}]
        vlans: [{slug: v30, vid: 30, name: Web, site: hall}]
        prefixes:
          - {prefix: 10.0.0.0/16, status: container}
          - {prefix: 10.0.0.0/24}
          - {prefix: 10.0.2.0/30}
          - {prefix: 10.5.0.0/24, vrf: lab}
          - {prefix: "2001:db8:1230::/44", status: container}
          - {prefix: "2001:db8:1230::/48"}
        segments:
          - {slug: web, name: Web, site: hall, zone: dmz, vlan: v30, ipv4_prefix: 10.0.30.0/24, gateway4: 10.0.30.1,
             ipv6_prefix: "2001:db8:1231:30::/64"}
        ip_ranges:
          - {start_address: 10.0.0.1/24, end_address: 10.0.0.9/24, status: reserved}
        devices:
          - slug: web-01
            name: web-01
            role: server
            device_type: box
            site: hall
            zone: dmz
            interfaces:
              - {name: eth0, segment: web, ip_addresses: [{address: 10.0.30.5/24, primary: true, dns_name: web-01.example.vn}]}
              - {name: eth1, segment: web}

        """

    private func line(_ extra: String = "") async throws -> CommandLine {
        let line = try CommandLine()
        let folder = (try line.write("inv/a.yaml", Self.inventory + extra) as NSString).deletingLastPathComponent
        let applied = await line.run("inventory", "apply", folder, "--reason", "test")
        try #require(applied.status == 0, "\(applied.stderr)")
        return line
    }

    private func json(_ outcome: Outcome) throws -> JSONValue {
        try #require(try? JSONValue.parse(outcome.stdout), "status \(outcome.status): \(outcome.stderr)")
    }

    @Test("free lists by network, segment and range, with the count in words; nothing free or unknown is 6")
    func free() async throws {
        let line = try await line()
        let free = await line.run("ip", "free", "10.0.0.0/24", "--count", "2", "--format", "json")
        #expect(free.status == 0, "\(free.stderr)")
        let answer = try json(free)
        #expect(answer["free"] == 245)
        #expect(answer["addresses"] == ["10.0.0.10/24", "10.0.0.11/24"])
        #expect(free.stderr.contains("245 of 256"))
        let csv = await line.run("ip", "free", "web", "--family", "4", "--count", "1", "--format", "csv")
        #expect(csv.stdout == "address,network,vrf\r\n10.0.30.2/24,10.0.30.0/24,\r\n", "\(csv.stdout.debugDescription)")
        let six = await line.run("ip", "free", "segment/web", "--family", "6", "--count", "1", "--quiet")
        #expect(six.stdout == "2001:db8:1231:30::1/64\n")
        let range = await line.run("ip", "free", "ip-range/10.0.0.1/24-10.0.0.9/24", "--count", "1", "--quiet")
        #expect(range.stdout == "10.0.0.1/24\n")
        #expect(await line.run("ip", "free", "web").status == 64)
        #expect(await line.run("ip", "free", "10.0.0.1/24").status == 64)
        let far = await line.run("ip", "free", "192.0.2.0/24")
        #expect(far.status == 6)
        let near = await line.run("ip", "free", "webb")
        #expect(near.status == 6)
        #expect(near.stderr.contains("web"))
        let lab = await line.run("ip", "free", "10.5.0.0/24")
        #expect(lab.status == 6)
        #expect(lab.stderr.contains("--vrf lab"))
        #expect(await line.run("ip", "free", "10.5.0.0/24", "--vrf", "lab").status == 0)
        #expect(await line.run("ip", "free", "10.5.0.0/24", "--vrf", "labb").status == 6)
    }

    @Test("next only tells; with --reserve it writes an address and hands out a receipt with its ledger record")
    func reserve() async throws {
        let line = try await line()
        for _ in 0..<2 {
            let told = await line.run("ip", "next", "10.0.0.0/24", "--quiet")
            #expect(told.stdout == "10.0.0.10/24\n")
        }
        let written = await line.run(
            "ip", "next", "10.0.0.0/24", "--reserve", "--for", "cổng mới", "--owner", "so-tttt", "--until",
            "2099-12-31", "--dns-name", "Moi.example.vn", "--reason", "phiếu 17", "--format", "json")
        #expect(written.status == 0, "\(written.stderr)")
        let receipt = try #require(try json(written)["written"]?.array?.first)
        #expect(receipt["id"] == "ip-address/10.0.0.10/24")
        #expect(receipt["dns_name"] == "moi.example.vn")
        #expect(receipt["reserved_by"] == "tester")
        let history = try json(
            await line.run("inventory", "history", "ip-address/10.0.0.10/24", "--format", "json"))
        let record = try #require(history.array?.first)
        #expect(record["seq"] == receipt["ledger"]?["seq"])
        #expect(record["hash"] == receipt["ledger"]?["hash"])
        let shown = try json(await line.run("inventory", "show", "ip-address/10.0.0.10/24", "--format", "json"))
        #expect(shown["status"] == "reserved")
        #expect(shown["reserved_until"] == "2099-12-31")
        #expect(shown["reserved_for"] == "cổng mới")
        #expect(shown["owner"] == "so-tttt")
        #expect(await line.run("ip", "next", "10.0.0.0/24", "--quiet").stdout == "10.0.0.11/24\n")
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("assign puts the address on the interface; one of another segment is refused by the inventory's rules")
    func assign() async throws {
        let line = try await line()
        let good = await line.run(
            "ip", "next", "web", "--family", "6", "--assign", "web-01:eth1", "--reason", "x", "--quiet")
        #expect(good.status == 0, "\(good.stderr)")
        #expect(good.stdout == "2001:db8:1231:30::1/64\n")
        let shown = try json(await line.run("ip", "show", "2001:db8:1231:30::1", "--format", "json"))
        #expect(shown["places"]?.array?.first?["machines"] == ["device/web-01"])
        let bad = await line.run("ip", "next", "10.0.0.0/24", "--assign", "web-01:eth1", "--reason", "x")
        #expect(bad.status == 65)
        #expect(bad.stderr.contains("lies outside"), "\(bad.stderr)")
        #expect(
            await line.run("ip", "next", "web", "--family", "6", "--assign", "web-01:eth9", "--reason", "x").status == 6
        )
        #expect(await line.run("ip", "show", "10.0.0.10").status == 0)
        #expect(await line.run("ip", "next", "10.0.0.0/24", "--quiet").stdout == "10.0.0.10/24\n")
    }

    @Test("what cannot be written is refused and changes nothing")
    func refusals() async throws {
        let line = try await line()
        let before = await line.run("audit", "verify", "--format", "json").stdout
        let cases: [(Int32, [String])] = [
            (64, ["ip", "next", "10.0.0.0/24", "--reserve"]),
            (64, ["ip", "next", "10.0.0.0/24", "--until", "2099-01-01"]),
            (64, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--until", "2099-13-01"]),
            (64, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--until", "2020-01-01"]),
            (64, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--dns-name", "a_b.vn"]),
            (64, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--count", "2", "--dns-name", "a.vn"]),
            (7, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--dns-name", "WEB-01.example.vn"]),
            (7, ["ip", "next", "10.0.0.0/16", "--reserve", "--reason", "x"]),
            (6, ["ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--owner", "so-ttt"]),
            (6, ["ip", "next", "10.0.2.0/30", "--count", "3"]),
            (6, ["ip", "next", "10.0.2.0/30", "--count", "3", "--reserve", "--reason", "x"]),
            (7, ["prefix", "next", "10.0.0.0/24", "--length", "26", "--reserve", "--reason", "x"]),
            (64, ["prefix", "next", "10.0.0.0/16", "--length", "33"]),
            (64, ["prefix", "next", "10.0.0.0/16", "--length", "24", "--sparse", "25"]),
            (64, ["prefix", "next", "10.0.0.0/16", "--length", "24", "--reserve", "--reason", " "]),
            (6, ["prefix", "next", "192.0.2.0/24", "--length", "26"]),
            (6, ["prefix", "next", "10.0.0.0/16", "--length", "17", "--count", "2"]),
        ]
        for (status, arguments) in cases {
            let outcome = await line.run(arguments)
            #expect(outcome.status == status, "\(arguments.joined(separator: " ")): \(outcome.stderr)")
            #expect(outcome.stdout.isEmpty)
        }
        #expect(await line.run("audit", "verify", "--format", "json").stdout == before)
    }

    @Test("prefix next follows its strategy and reserves; the map, the free list and utilisation agree")
    func prefixes() async throws {
        let line = try await line()
        let parent = "2001:db8:1230::/44"
        func next(_ strategy: String, _ more: String...) async -> String {
            await line.run(["prefix", "next", parent, "--length", "48", "--strategy", strategy, "--quiet"] + more)
                .stdout
        }
        #expect(await next("first-fit") == "2001:db8:1232::/48\n")
        #expect(await next("leftmost") == "2001:db8:1238::/48\n")
        #expect(await next("centermost") == "2001:db8:1232::/48\n")
        #expect(await next("rightmost", "--sparse", "46") == "2001:db8:1234::/48\n")
        let written = await line.run(
            "prefix", "next", parent, "--length", "48", "--strategy", "leftmost", "--count", "2", "--reserve", "--for",
            "huyện", "--until", "2099-01-01", "--reason", "x", "--format", "json")
        #expect(written.status == 0, "\(written.stderr)")
        let ids = try json(written)["written"]?.array?.compactMap { $0["id"]?.string }
        #expect(ids == ["prefix/2001:db8:1234::/48", "prefix/2001:db8:1238::/48"])
        let free = try json(await line.run("prefix", "free", parent, "--format", "json"))
        // Sixteen around the segment's /64, six between the four /48 that are in use.
        #expect(free["blocks"]?.array?.count == 22)
        let map = try json(await line.run("prefix", "map", parent, "--length", "48", "--format", "json"))
        let states = map["cells"]?.array?.compactMap { $0["state"]?.string }
        #expect(
            states == [
                "full", "partial", "free", "free", "reserved", "free", "free", "free", "reserved", "free", "free",
                "free", "free", "free", "free", "free",
            ])
        let use = try json(await line.run("prefix", "utilization", "prefix status=container", "--format", "json"))
        let percents = use.array?.compactMap { $0["percent"]?.number }
        #expect(use.array?.count == 2)
        #expect(percents?.last.map { $0 > 18.75 && $0 < 18.7501 } == true, "\(use)")
        #expect(await line.run("prefix", "utilisation", "--above", "99").status == 6)
        #expect(await line.run("prefix", "utilisation", "prefix site=nowhere").status == 6)
    }

    @Test("the map on a terminal has a character for each cell and a legend; the picture is a file") func map()
        async throws
    {
        let line = try await line()
        let svg = line.folder.path + "/map.svg"
        let map = await line.run("prefix", "map", "10.0.0.0/16", "--length", "20", "--svg", svg)
        #expect(map.status == 0, "\(map.stderr)")
        #expect(map.stdout.contains("▒·▒") || map.stdout.contains("▒▒·"), "\(map.stdout)")
        #expect(map.stdout.contains("partly used 2"))
        #expect(try String(contentsOfFile: svg, encoding: .utf8).hasPrefix("<svg"))
        #expect(await line.run("prefix", "map", "10.0.0.0/16", "--length", "30").status == 64)
        #expect(await line.run("prefix", "map", "10.0.0.0/16", "--length", "12").status == 64)
    }

    @Test("check is 0 when nothing is wrong and 2 when something is; names outside our domains are told")
    func check() async throws {
        let line = try await line()
        #expect(await line.run("ip", "check").status == 0)
        let foreign = await line.run("ip", "check", "--domain", "langson.gov.vn", "--format", "json")
        #expect(foreign.status == 2)
        #expect(try json(foreign)["findings"]?.array?.first?["check"] == "foreign-name")
        #expect(await line.run("ip", "check", "--domain", "example.vn").status == 0)
        #expect(await line.run("ip", "check", "--severity", "loud").status == 64)
    }

    @Test("show tells what an address is; nothing known is 6; pairs tell which segment lacks a family") func show()
        async throws
    {
        let line = try await line()
        let shown = await line.run("ip", "show", "10.0.30.5/24", "--format", "json")
        let place = try #require(try json(shown)["places"]?.array?.first)
        #expect(place["segment"] == "web")
        #expect(place["zones"] == ["dmz"])
        #expect(place["vlan"] == 30)
        #expect(place["machines"] == ["device/web-01"])
        #expect(place["names"] == ["web-01.example.vn"])
        #expect(place["free"] == false)
        #expect(await line.run("ip", "show", "192.0.2.1").status == 6)
        #expect(await line.run("ip", "show", "192.0.2").status == 64)
        #expect(await line.run("prefix", "pairs").status == 0)
        #expect(await line.run("prefix", "pairs", "--lacking").status == 0)
    }

    @Test("reservations that are over are listed and released, but not those in files or in use") func expire()
        async throws
    {
        let old = """
            ip_addresses:
              - {address: 10.0.0.100/24, status: reserved, reserved_until: 2020-01-01}

            """
        let line = try await line(old)
        let listed = await line.run("ip", "expire", "--format", "json")
        #expect(listed.status == 0)
        #expect(try json(listed).array?.first?["outcome"]?.string?.contains("a.yaml:") == true, "\(listed.stdout)")
        let released = await line.run("ip", "expire", "--release", "--reason", "x")
        #expect(released.status == 3)
        #expect(await line.run("inventory", "show", "ip-address/10.0.0.100/24").status == 0)
        // Its space stays taken: the file would bring it back.
        let free = await line.run("ip", "free", "10.0.0.0/24", "--count", "100", "--quiet")
        #expect(!free.stdout.contains("10.0.0.100/24"))
        #expect(await line.run("ip", "expire", "--release").status == 64)
    }

    @Test("a reservation of the command line that is over is given to the next who asks, and named") func takeOver()
        async throws
    {
        let line = try await line()
        let folder = line.folder.path + "/data"
        let old = Object(
            id: ObjectID(.ipAddress, "10.0.2.1/30"),
            fields: ["address": "10.0.2.1/30", "status": "reserved", "reserved_until": "2020-01-01"])
        let block = Object(
            id: ObjectID(.prefix, "10.0.1.0/24"),
            fields: ["prefix": "10.0.1.0/24", "status": "reserved", "reserved_until": "2020-01-01"])
        do {
            let database = try Database(path: folder + "/hatang.sqlite")
            try database.apply(
                changes: [.create(old), .create(block)], actor: "tester", reason: "old", at: Timestamp(milliseconds: 0))
            try database.close()
        }
        let listed = try json(await line.run("ip", "expire", "--format", "json"))
        #expect(listed.array?.map { $0["outcome"]?.string } == ["over", "over"])
        let taken = await line.run(
            "ip", "next", "10.0.2.0/30", "--reserve", "--until", "2099-01-01", "--reason", "new", "--format", "json")
        #expect(taken.status == 0, "\(taken.stderr)")
        let receipt = try json(taken)
        #expect(receipt["displaced"] == ["ip-address/10.0.2.1/30"])
        #expect(receipt["written"]?.array?.first?["reserved_until"] == "2099-01-01")
        let larger = await line.run(
            "prefix", "next", "10.0.0.0/16", "--length", "25", "--reserve", "--reason", "new", "--format", "json")
        #expect(try json(larger)["written"]?.array?.first?["prefix"] == "10.0.1.0/25")
        #expect(try json(larger)["displaced"] == ["prefix/10.0.1.0/24"])
        #expect(await line.run("inventory", "show", "prefix/10.0.1.0/24").status == 6)
        #expect(await line.run("audit", "verify").status == 0)
        let none = await line.run("ip", "expire")
        #expect(none.stderr.contains("0 of 3"), "\(none.stderr)")
    }

    @Test("release deletes what is over and says in which ledger record") func release() async throws {
        let line = try await line()
        let old = Object(
            id: ObjectID(.ipAddress, "10.0.0.100/24"),
            fields: ["address": "10.0.0.100/24", "status": "reserved", "reserved_until": "2020-01-01"])
        do {
            let database = try Database(path: line.folder.path + "/data/hatang.sqlite")
            try database.apply(
                changes: [.create(old)], actor: "tester", reason: "old", at: Timestamp(milliseconds: 0))
            try database.close()
        }
        let released = await line.run("ip", "expire", "--release", "--reason", "clean-up", "--format", "json")
        #expect(released.status == 0, "\(released.stderr)")
        let row = try #require(try json(released).array?.first)
        #expect(row["outcome"] == "released")
        #expect(row["ledger"]?["seq"]?.int != nil)
        #expect(await line.run("inventory", "show", "ip-address/10.0.0.100/24").status == 6)
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("who writes waits for another writer, and is refused with 7 after --wait") func waiting() async throws {
        let line = try await line()
        let lock = try WriterLock(
            folder: line.folder.path + "/data", command: "somebody else", at: Timestamp(milliseconds: 0))
        let refused = await line.run("ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--wait", "0")
        #expect(refused.status == 7)
        #expect(refused.stderr.contains("somebody else"))
        async let waiter = line.run("ip", "next", "10.0.0.0/24", "--reserve", "--reason", "x", "--quiet")
        // Reading waits for nobody.
        #expect(await line.run("ip", "next", "10.0.0.0/24", "--quiet").stdout == "10.0.0.10/24\n")
        lock.release()
        #expect(await waiter.stdout == "10.0.0.10/24\n")
    }
}
