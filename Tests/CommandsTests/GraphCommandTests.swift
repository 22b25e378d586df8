import Foundation
import Notation
import TestSupport
import Testing

@testable import Commands

/// The commands over the graph, on an inventory applied from files.
@Suite struct GraphCommandTests {
    /// A portal on two servers of one HA group, one of them cabled to a switch through a patch panel, A and B power.
    private func line() async throws -> CommandLine {
        let line = try CommandLine()
        let folder = try line.smallInventory(
            extra: """
                  - {slug: kho, name: Kho, security_level: 2, owner: so-tttt, site: hall}
                dependencies:
                  - {from: system/kho, relation: depends-on, to: device/web-01}
                  - {from: system/portal, relation: backed-up-by, to: device/sw-1}
                """)
        try line.write(
            "inventory/b.yaml",
            """
            device_roles:
              - {slug: core-switch, name: Chuyển mạch}
              - {slug: panel, name: Thanh đấu nối}
            devices:
              - {slug: sw-1, name: sw-1, role: core-switch, device_type: box, site: hall}
              - {slug: pp-1, name: pp-1, role: panel, device_type: box, site: hall}
            interfaces:
              - {device: web-01, name: eth1}
              - {device: sw-1, name: Gi1/0/1}
              - {device: sw-1, name: Gi1/0/2}
            rear_ports: [{device: pp-1, name: r}]
            front_ports: [{device: pp-1, name: "1", rear_port: r}]
            power_ports: [{device: web-01, name: psu-a}, {device: web-01, name: psu-b}]
            power_feeds:
              - {slug: feed-a, name: A, site: hall, side: a}
              - {slug: feed-b, name: B, site: hall, side: b}
            cables:
              - {a_terminations: ["interface/web-01:eth1"], b_terminations: ["front-port/pp-1:1"]}
              - {a_terminations: ["rear-port/pp-1:r"], b_terminations: ["interface/sw-1:Gi1/0/1"]}
              - {a_terminations: ["power-port/web-01:psu-a"], b_terminations: [power-feed/feed-a]}
              - {a_terminations: ["power-port/web-01:psu-b"], b_terminations: [power-feed/feed-b]}
            """)
        let apply = await line.run("inventory", "apply", folder, "--reason", "graph")
        try #require(apply.status == 0, "\(apply.stderr)")
        return line
    }

    @Test("impact names systems, losses and the records that led there, in every format") func impact() async throws {
        let line = try await line()
        let table = await line.run("impact", "device/sw-1")
        #expect(table.status == 0, "\(table.stderr)")
        #expect(table.stdout.contains("portal") && table.stdout.contains("linked-to"))
        #expect(table.stderr.contains("2 systems stop") && table.stderr.contains("of 2 in service"))
        let json = try JSONValue.parse(await line.run("impact", "device/sw-1", "--format", "json").stdout)
        #expect(json["systems"]?.array?.map { $0["system"]?.string } == ["system/portal", "system/kho"])
        let step = json["systems"]?.array?.last?["losses"]?.array?.first?["chain"]?.array?.first
        #expect(step?["record"]?.string?.hasPrefix("dependency/") == true && step?["relation"] == "depends-on")
        #expect(json["systems_considered"] == 2)
        let side = await line.run("impact", "power-feed/feed-a", "--format", "csv")
        #expect(side.stdout.contains("redundancy"))
        let both = await line.run("impact", "power-feed/feed-a", "--also", "power-feed/feed-b", "--format", "yaml")
        #expect(both.stdout.contains("\"down\"") || both.stdout.contains("down"))
        #expect(await line.run("impact", "device/sw-1", "--objects").stdout.contains("unreachable"))
        #expect(await line.run("impact", "device/sw-9").status == 6)
        #expect(await line.run("impact", "zone-x").status == 64)
        #expect(await line.run("impact", "tenant/so-tttt").status == 64)
        #expect(await line.run("impact", "device/sw-1", "--lang", "vi").stderr.contains("hệ thống ngừng"))
    }

    @Test("spof lists points with their way and says no by exit code 2") func singlePoints() async throws {
        let line = try await line()
        let all = await line.run("spof", "--level", "3", "--format", "json")
        #expect(all.status == 2, "\(all.stderr)")
        let points = try JSONValue.parse(all.stdout)["points"]?.array?.compactMap { $0["point"]?.string }
        #expect(points == ["device/pp-1", "device/sw-1", "device/web-01"])
        #expect(await line.run("spof", "--system", "kho", "--parts").stdout.contains("cable/"))
        #expect(await line.run("spof", "--level", "5").status == 6)
        #expect(await line.run("spof", "--level", "9").status == 64)
        #expect(await line.run("spof", "--system", "none").status == 6)
    }

    @Test("path, over needs and over cables; no way is a no") func paths() async throws {
        let line = try await line()
        let needs = await line.run("path", "system/kho", "device/web-01", "--format", "json")
        #expect(needs.status == 0, "\(needs.stderr)")
        let step = try JSONValue.parse(needs.stdout)["paths"]?.array?.first?.array?.first
        #expect(step?["relation"] == "depends-on")
        let cables = await line.run("path", "device/web-01", "device/sw-1", "--via", "cables")
        #expect(cables.status == 0 && cables.stdout.contains("front-port/pp-1:1"))
        #expect(await line.run("path", "system/portal", "system/kho").status == 2)
        #expect(await line.run("path", "system/kho", "system/kho").status == 64)
        #expect(await line.run("path", "system/kho", "device/web-01", "--limit", "0").status == 64)
    }

    @Test("trace: a port, a whole device with its power, an unknown port") func trace() async throws {
        let line = try await line()
        let port = await line.run("trace", "sw-1:Gi1/0/1", "--format", "json")
        #expect(port.status == 0, "\(port.stderr)")
        let trace = try JSONValue.parse(port.stdout)["cables"]?.array?.first
        #expect(trace?["far"] == "interface/web-01:eth1" && trace?["end"] == "connected")
        let device = await line.run("trace", "web-01")
        #expect(device.status == 0, "\(device.stderr)")
        #expect(device.stdout.contains("unconnected") && device.stdout.contains("feed-a"))
        #expect(device.stderr.contains("side A, B"))
        #expect(await line.run("trace", "web-01", "--power", "--format", "csv").stdout.contains("power,"))
        let wrong = await line.run("trace", "sw-1:Gi1/0/3")
        #expect(wrong.status == 6 && wrong.stderr.contains("Gi1/0/"))
        #expect(await line.run("trace", "system/portal").status == 64)
    }

    @Test("cycles: none is 0, a circle is 2 with its members") func cycles() async throws {
        let line = try await line()
        #expect(await line.run("cycles").status == 0)
        try line.write(
            "more/c.yaml",
            """
            dependencies:
              - {from: system/kho, relation: depends-on, to: system/portal}
              - {from: system/portal, relation: depends-on, to: system/kho}
            """)
        let apply = await line.run("inventory", "apply", line.folder.path + "/more", "--reason", "circle")
        #expect(apply.status == 0, "\(apply.stderr)")
        let found = await line.run("cycles")
        #expect(found.status == 2 && found.stdout.contains("system/kho system/portal"))
    }
}
