import CMDB
import Foundation
import Notation
import TestSupport
import Testing
import Topology

@testable import Drawing

@Suite("Zone maps, system maps and power diagrams", .tags(.large))
struct GraphTests {
    static let options = PictureOptions(language: .en, asOf: "2026-11-21")

    @Test("the province's zones: each zone, segment, firewall and flow once, as Graphviz sees them")
    func zones() async throws {
        let snapshot = try Fixture.shipped("langson")
        let picture = try ZoneMap.draw(snapshot, site: "ttdl-lang-son", options: Self.options)
        let xml = ParsedXML(try await Graphviz().svg(picture))
        xml.expectSafe()
        let zones = snapshot.objects(.zone).map(\.id.description)
        let external = ["external/internet", "external/tslcd-1", "external/tslcd-2"]
        #expect(xml.nodes.sorted() == (zones + external).sorted())
        for segment in snapshot.objects(.segment) {
            let prefix = try #require(segment.text("ipv4_prefix"))
            #expect(xml.texts.filter { $0 == prefix }.count == 1, "\(prefix)")
        }
        for firewall in ["fw-bien-1", "fw-bien-2", "fw-loi-1", "fw-loi-2"] {
            #expect(xml.texts.filter { $0.contains(firewall) }.count == 1)
        }
        let pairs = Set(
            snapshot.objects(.flow).map { "\($0.text("source_zone") ?? "")>\($0.text("destination_zone") ?? "")" })
        #expect(xml.edges.filter { $0.hasPrefix("zone/") }.count == pairs.count)
        #expect(xml.edges.count == pairs.count + 3)
        #expect(xml.texts.contains { $0.hasPrefix("✕ any protocol") })
        #expect(xml.texts.contains("tcp 5432 (until 2027-06-30)"))
        #expect(xml.texts.filter { $0 == "L3" }.count == zones.count)
        #expect(picture.notes.isEmpty && picture.boxes == zones.count + 3)
    }

    @Test("equal inventories give equal bytes, in whatever order the records came")
    func determinism() async throws {
        let snapshot = try Fixture.shipped("langson")
        var generator = SeededGenerator("drawing order")
        let graphviz = try Graphviz()
        var first: [String]?
        for _ in 0..<3 {
            let mixed = Snapshot(snapshot.all.shuffled(using: &generator))
            let support = SupportGraph(mixed)
            let zones = try ZoneMap.draw(mixed)
            let drawn =
                [
                    zones.dot, try await graphviz.svg(zones), try PowerDiagram.draw(mixed).dot,
                    try SystemMap.draw(support).dot, try SystemMap.draw(support, system: "lgsp", depth: 5).dot,
                ] + (try RackSheets.draw(mixed, site: nil).map(\.svg))
            #expect(drawn == first ?? drawn)
            first = drawn
        }
    }

    @Test(
        "every picture of the shipped inventories is laid out and safe", arguments: PictureLanguage.allCases,
        ColourBy.allCases)
    func shipped(language: PictureLanguage, colour: ColourBy) async throws {
        let graphviz = try Graphviz()
        var drawn = 0
        for name in ["langson", "lab"] {
            let snapshot = try Fixture.shipped(name)
            let support = SupportGraph(snapshot)
            let options = PictureOptions(language: language, colourBy: colour)
            var graphs: [GraphPicture] = [try SystemMap.draw(support, options: options)]
            if [.level, .zone].contains(colour) { graphs.append(try ZoneMap.draw(snapshot, options: options)) }
            if [.level, .status].contains(colour), name == "langson" {
                graphs.append(try PowerDiagram.draw(snapshot, options: options))
            }
            for system in snapshot.objects(.system).prefix(4) {
                graphs.append(try SystemMap.draw(support, system: system.id.key, depth: 3, options: options))
            }
            for graph in graphs {
                let xml = ParsedXML(try await graphviz.svg(graph))
                xml.expectSafe()
                #expect(Set(xml.nodes).count == xml.nodes.count && xml.nodes.count >= graph.boxes)
                drawn += 1
            }
        }
        #expect(drawn >= 6)
    }

    @Test("a system's map: who uses it, what it needs, how many of how many")
    func system() async throws {
        let support = SupportGraph(try Fixture.shipped("langson"))
        let picture = try SystemMap.draw(support, system: "lgsp", options: Self.options)
        let xml = ParsedXML(try await Graphviz().svg(picture))
        #expect(xml.edges.contains("system/dat-dai->system/lgsp"))
        #expect(xml.edges.contains("system/lgsp->system/phong-chong-ma-doc"))
        #expect(xml.edges.contains("cluster/cum-ao-hoa->hub/cluster/cum-ao-hoa#0"))
        #expect(xml.texts.contains("1/8") && xml.texts.contains("8 × Device") && xml.texts.contains("esx-8"))
        #expect(xml.nodes.filter { $0 == "system/lgsp" }.count == 1)
        let near = try SystemMap.draw(support, system: "lgsp", depth: 1, options: Self.options)
        let far = try SystemMap.draw(support, system: "lgsp", depth: 6, options: Self.options)
        #expect(near.boxes < picture.boxes && picture.boxes < far.boxes)
    }

    @Test("all systems once, and numbers for what most of them need")
    func overview() async throws {
        let snapshot = try Fixture.shipped("langson")
        let xml = ParsedXML(try await Graphviz().svg(try SystemMap.draw(SupportGraph(snapshot), options: Self.options)))
        for system in snapshot.objects(.system) {
            let first = DrawnText.lines(system.displayName, width: 30)[0]
            let other = DrawnText.lines(system.displayName, width: 34)[0]
            #expect(xml.texts.contains { $0 == first || $0 == other }, "\(system.id)")
        }
        #expect(xml.texts.contains("①") && xml.texts.contains("② ③") == false)
        #expect(xml.texts.filter { $0.contains("①") }.count > 20)
    }

    @Test("power from the grid to the racks, each box once, sides and states in words")
    func power() async throws {
        let snapshot = try Fixture.records(Self.plant(racks: 2))
        let picture = try PowerDiagram.draw(snapshot, site: "hall", options: Self.options)
        let xml = ParsedXML(try await Graphviz().svg(picture))
        xml.expectSafe()
        #expect(
            xml.nodes.sorted() == [
                "generator/g1", "power-feed/r1-a", "power-feed/r1-b", "power-feed/r2-a", "power-feed/r2-b",
                "power-panel/grid:Line 471", "power-panel/main", "power-panel/pa", "power-panel/pb", "rack/r1",
                "rack/r2",
                "ups/ua", "ups/ub",
            ])
        #expect(xml.edges.count == 14)
        #expect(xml.texts.contains("FEED A") && xml.texts.contains("● failed"))
        #expect(picture.notes.isEmpty)
    }

    static func plant(racks: Int) -> String {
        var text = """
            sites: [{slug: hall, name: Hall}]
            generators: [{slug: g1, name: G1, site: hall, capacity_kva: 100, auto_start: true}]
            ups:
              - {slug: ua, name: UPS A, site: hall, side: a, fed_by: [power-panel/main]}
              - {slug: ub, name: UPS B, site: hall, side: b, status: failed, fed_by: [power-panel/main]}
            power_panels:
              - {slug: main, name: Main, site: hall, utility: Line 471, transfer: automatic, fed_by: [generator/g1]}
              - {slug: pa, name: Panel A, site: hall, side: a, fed_by: [ups/ua]}
              - {slug: pb, name: Panel B, site: hall, side: b, fed_by: [ups/ub]}

            """
        text += "racks:\n" + (1...racks).map { "  - {slug: r\($0), name: R\($0), site: hall}\n" }.joined()
        text += "power_feeds:\n"
        for rack in 1...racks {
            for side in ["a", "b"] {
                text += "  - {slug: r\(rack)-\(side), name: R\(rack)-\(side), site: hall, power_panel: p\(side), "
                text += "rack: r\(rack), side: \(side), voltage: 230, amperage: 32}\n"
            }
        }
        return text
    }

    @Test("a large hall is heaped, and the picture says so")
    func heaps() async throws {
        let snapshot = try Fixture.records(Self.plant(racks: 300))
        let picture = try PowerDiagram.draw(snapshot, options: Self.options)
        #expect(picture.boxes <= 150)
        let note = "900 feeds and racks are drawn as 3 heaps (more than 150 boxes)"
        #expect(picture.notes == [note])
        let xml = ParsedXML(try await Graphviz().svg(picture))
        #expect(xml.texts.contains("▲ " + note))
        #expect(xml.texts.filter { $0 == "300 × Power feed" }.count == 2 && xml.texts.contains("300 × Rack"))
    }

    @Test(
        "a system with very many parts is drawn within the limit, and says what it left out", arguments: [10, 40, 150])
    func many(limit: Int) throws {
        var text = """
            sites: [{slug: s, name: S}]
            clusters: [{slug: c, name: C, type: kvm, site: s}]
            virtual_machines:

            """
        text += (1...400).map { "  - {slug: vm-\($0), name: vm-\($0), cluster: c}\n" }.joined()
        let names = (1...400).map { "virtual-machine/vm-\($0)" }.joined(separator: ", ")
        text += "tenants: [{slug: t, name: T}]\nsystems: [{slug: big, name: Big, owner: t, components: [\(names)]}]\n"
        let graph = SupportGraph(try Fixture.records(text))
        let picture = try SystemMap.draw(
            graph, system: "big", depth: 5, options: PictureOptions(language: .en, limit: limit))
        #expect(picture.boxes <= limit)
        #expect(picture.notes.contains { $0.contains("394 records") }, "\(picture.notes)")
        for note in picture.notes { #expect(picture.dot.contains(DrawnText.xml(note))) }
    }

    @Test("a zone with very many segments counts the rest")
    func segments() throws {
        var text = "sites: [{slug: s, name: S}]\nzones: [{slug: z, name: Z, zone_type: dmz, site: s}]\nsegments:\n"
        text += (0..<250).map { "  - {slug: n\($0), name: N\($0), site: s, zone: z, ipv4_prefix: 10.0.\($0).0/24}\n" }
            .joined()
        let picture = try ZoneMap.draw(try Fixture.records(text), options: Self.options)
        #expect(picture.notes == ["101 segments are counted, not listed (more than 150 in a zone)"])
        #expect(picture.dot.contains("… 101 more"))
    }

    @Test("nothing to draw, unknown names and impossible colours are errors")
    func errors() throws {
        let empty = try Fixture.records("sites: [{slug: s, name: S}]")
        let support = SupportGraph(empty)
        func expect(_ part: String, _ body: () throws -> Void) {
            do {
                try body()
                Issue.record("drawn: \(part)")
            } catch {
                #expect("\(error)".contains(part))
            }
        }
        expect("there are 0 zones of 0") { _ = try ZoneMap.draw(empty) }
        expect("there are 0 zones at site/s of 0") { _ = try ZoneMap.draw(empty, site: "s") }
        expect("there is no power recorded at site/s") { _ = try PowerDiagram.draw(empty, site: "s") }
        expect("there are 0 racks") { _ = try RackSheets.draw(empty, site: "s") }
        expect("there are 0 systems") { _ = try SystemMap.draw(support) }
        expect("site/x is not in the inventory") { _ = try ZoneMap.draw(empty, site: "x") }
        expect("rack/x is not in the inventory") { _ = try RackSheets.draw(empty, rack: "x") }
        expect("system/x is not in the inventory") { _ = try SystemMap.draw(support, system: "x") }
        let langson = try Fixture.shipped("langson")
        #expect(throws: DrawingError.colour(.role, allowed: [.level, .zone])) {
            try ZoneMap.draw(langson, options: PictureOptions(colourBy: .role))
        }
        #expect(throws: DrawingError.colour(.zone, allowed: [.status, .level])) {
            try PowerDiagram.draw(langson, options: PictureOptions(colourBy: .zone))
        }
    }

    @Test("cycles in power and dependencies end")
    func cycles() throws {
        let snapshot = Fixture.raw([
            (ObjectID(.powerPanel, "a"), ["name": "A", "fed_by": ["power-panel/b", "power-panel/a"]]),
            (ObjectID(.powerPanel, "b"), ["name": "B", "fed_by": ["power-panel/a"]]),
            (ObjectID(.system, "x"), ["name": "X", "security_level": 2]),
            (ObjectID(.dependency, "1"), ["from": "system/x", "relation": "depends-on", "to": "device/d"]),
            (ObjectID(.device, "d"), ["name": "D"]),
            (ObjectID(.dependency, "2"), ["from": "device/d", "relation": "depends-on", "to": "system/x"]),
        ])
        #expect(try PowerDiagram.draw(snapshot, options: PictureOptions(colourBy: .level)).boxes == 2)
        #expect(try SystemMap.draw(SupportGraph(snapshot), system: "x", depth: 12).boxes == 2)
    }
}
