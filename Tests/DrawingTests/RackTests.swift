import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import Drawing

@Suite("Rack elevations", .tags(.small))
struct RackTests {
    static let types = """
        sites: [{slug: hall, name: Phòng máy}]
        manufacturers: [{slug: m, name: M}]
        device_roles: [{slug: server, name: Máy chủ}, {slug: switch, name: Chuyển mạch, color: "aa1409"}]
        device_types:
          - {slug: u1, manufacturer: m, model: One}
          - {slug: u2, manufacturer: m, model: Two, u_height: 2}
          - {slug: half, manufacturer: m, model: Half depth, is_full_depth: false}
          - {slug: tiny, manufacturer: m, model: Half unit, u_height: 0.5}
          - {slug: pdu, manufacturer: m, model: PDU, u_height: 0}

        """

    static func device(_ name: String, _ type: String, _ more: String, role: String = "server") -> String {
        "  - {slug: \(name), name: \(name), role: \(role), device_type: \(type), site: hall, rack: r, \(more)}\n"
    }

    /// Around the loader: it would refuse clashes and devices outside the rack, which old stock may still hold.
    static func elevation(_ rack: [String: JSONValue], _ devices: [(String, [String: JSONValue])]) throws
        -> RackElevation
    {
        let base = try Fixture.records(types).all
        let id = ObjectID(.rack, "r")
        let object = Object(id: id, fields: rack.merging(["name": "R", "site": "hall"]) { a, _ in a })
        let made = devices.map { name, fields in
            Object(
                id: ObjectID(.device, name),
                fields: fields.merging(["name": .string(name), "rack": "r", "role": "server", "site": "hall"]) { a, _ in
                    a
                })
        }
        return RackElevation(object, in: Snapshot(base + [object] + made))
    }

    @Test("units count upwards, downwards and from any number")
    func numbering() throws {
        let up = try Self.elevation(["u_height": 42], [("a", ["device_type": "u2", "position": 40])])
        #expect(up.slots[0].bottom == 39 && up.slots[0].top == 41)
        #expect(up.number(0) == 1 && up.number(41) == 42)
        let down = try Self.elevation(
            ["u_height": 42, "desc_units": true], [("a", ["device_type": "u2", "position": 1])])
        // Units 1 and 2 are the two highest.
        #expect(down.slots[0].bottom == 40 && down.slots[0].top == 42)
        #expect(down.number(41) == 1 && down.number(0) == 42)
        let later = try Self.elevation(
            ["u_height": 10, "starting_unit": 11], [("a", ["device_type": "u1", "position": 11])])
        #expect(later.slots[0].bottom == 0 && later.number(9) == 20)
    }

    @Test("full depth shows on both sides, half depth on its own, and half units count")
    func depth() throws {
        let rack = try Self.elevation(
            ["u_height": 10],
            [
                ("full", ["device_type": "u1", "position": 1, "face": "front"]),
                ("front", ["device_type": "half", "position": 2, "face": "front"]),
                ("rear", ["device_type": "half", "position": 2, "face": "rear"]),
                ("low", ["device_type": "tiny", "position": 5]), ("high", ["device_type": "tiny", "position": 5.5]),
            ])
        #expect(rack.clashes == 0)
        func seen(_ side: RackFace) -> [String] { rack.slots.filter { $0.isSeen(from: side) }.map(\.device.id.key) }
        #expect(seen(.front) == ["full", "front", "low", "high"])
        #expect(seen(.rear) == ["full", "rear", "low", "high"])
        #expect(rack.free(.front).map(\.bottom) == [2, 5] && rack.free(.front).map(\.height) == [2, 5])
    }

    @Test("nothing is hidden: clashes stand side by side, what lies outside and what takes no unit is named")
    func misfits() throws {
        let rack = try Self.elevation(
            ["u_height": 10],
            [
                ("a", ["device_type": "u2", "position": 1]), ("b", ["device_type": "u1", "position": 2]),
                ("c", ["device_type": "u1", "position": 10]), ("d", ["device_type": "u2", "position": 10]),
                ("e", ["device_type": "pdu", "position": 3]), ("f", ["device_type": "u1"]),
            ])
        #expect(rack.clashes == 1)
        #expect(rack.slots.filter { $0.lanes == 2 }.map(\.device.id.key).sorted() == ["a", "b"])
        #expect(Set(rack.slots.filter { $0.lanes == 2 }.map(\.lane)) == [0, 1])
        #expect(rack.outside.map(\.id.key) == ["d"])
        #expect(rack.unplaced.map(\.id.key) == ["e", "f"])
    }

    @Test("watts: what feeds carry, what devices say, and how many say nothing")
    func power() throws {
        let feed = Object(
            id: ObjectID(.powerFeed, "f"),
            fields: ["voltage": 230, "amperage": 32, "phase": "single-phase", "max_utilization": 80])
        #expect(RackElevation.capacity(feed) == 230 * 32 * 0.8)
        let three = Object(
            id: ObjectID(.powerFeed, "f"), fields: ["voltage": 400, "amperage": 32, "phase": "three-phase"])
        #expect(abs((RackElevation.capacity(three) ?? 0) - 17_736) < 1)
        #expect(RackElevation.capacity(Object(id: feed.id, fields: ["voltage": 230] as [String: JSONValue])) == nil)
        let snapshot = try Fixture.records(
            Self.types + "racks: [{slug: r, name: R, site: hall, u_height: 10, max_power_kw: 4.5}]\ndevices:\n"
                + Self.device(
                    "a", "u1",
                    "position: 1, face: front, power_ports: [{name: P1, allocated_draw: 150, maximum_draw: 300}, {name: P2, allocated_draw: 150, maximum_draw: 300}]"
                ) + Self.device("b", "u1", "position: 2, face: front"))
        let rack = try #require(snapshot[ObjectID(.rack, "r")])
        let sum = RackElevation(rack, in: snapshot).power(snapshot)
        #expect(sum.allocated == 300 && sum.maximum == 600 && sum.known == 1 && sum.devices == 2)
        let sheet = try RackSheets.draw(snapshot, rack: "r")
        #expect(sheet.svg.contains("phân bổ 300 W · tối đa 600 W · giới hạn 4,5 kW (có số liệu 1/2 thiết bị)"))
    }

    static func full() throws -> Snapshot {
        var text = types + "racks: [{slug: r, name: Tủ R, site: hall, u_height: 42}]\ndevices:\n"
        for unit in 1...30 { text += device("may-chu-\(unit)", "u1", "position: \(unit), face: front") }
        text += device("du-kien", "u2", "position: 31, face: front, status: planned", role: "switch")
        text += device("hong", "u1", "position: 40, face: rear, status: failed")
        return try Fixture.records(text)
    }

    @Test("every device once on each side, inside the sheet, planned ones hatched")
    func sheet() throws {
        let snapshot = try Self.full()
        for faces in [[RackFace.front], [.rear], RackFace.allCases] {
            let sheet = try RackSheets.draw(snapshot, rack: "r", faces: faces)
            let xml = ParsedXML(sheet.svg)
            xml.expectSafe()
            let shown = xml.elements.compactMap { $0.attributes["data-id"] }
            #expect(shown.count == 32 * faces.count)
            #expect(Set(shown).count == 32)
            #expect(xml.elements.contains { $0.attributes["fill"] == "url(#planned)" })
            for element in xml.elements where element.name == "rect" {
                let edges = ["x", "y", "width", "height"].map { Double(element.attributes[$0] ?? "0") ?? .nan }
                #expect(edges[0] >= 0 && edges[0] + edges[2] <= 210 && edges[1] >= 0 && edges[1] + edges[3] <= 297)
            }
            for element in xml.elements where element.name == "text" {
                let size = Double(element.attributes["font-size"] ?? "") ?? .nan
                let x = Double(element.attributes["x"] ?? "") ?? .nan
                let width = TextWidth.of(element.text, size: size, bold: element.attributes["font-weight"] != nil)
                let left = ["end": x - width, "middle": x - width / 2][element.attributes["text-anchor"] ?? ""] ?? x
                #expect(left >= 0 && left + width <= 210, "\(element.text)")
                #expect(size >= 1.4, "\(element.text) is \(size) mm high")
            }
            #expect(sheet.boxes == 32 && sheet.notes.isEmpty)
        }
    }

    @Test("tall and short racks fit on A4", arguments: [1, 6, 42, 60, 100])
    func heights(units: Int) throws {
        let snapshot = try Fixture.records(
            Self.types + "racks: [{slug: r, name: R, site: hall, u_height: \(units)}]\ndevices:\n"
                + Self.device("top", "u1", "position: \(units), face: front"))
        let xml = ParsedXML(try RackSheets.draw(snapshot, rack: "r").svg)
        xml.expectSafe()
        #expect(xml.texts.filter { $0 == String(units) }.count >= 4)
        let lowest =
            xml.elements.filter { $0.name == "rect" && $0.attributes["data-id"] == nil }
            .compactMap { Double($0.attributes["y"] ?? "") }.max() ?? 0
        #expect(lowest < 290)
    }

    @Test("one sheet a rack, numbered, and the colour's word stands on the sheet", arguments: ColourBy.allCases)
    func pages(colour: ColourBy) throws {
        let snapshot = try Fixture.shipped("langson")
        let options = PictureOptions(language: .en, colourBy: colour, asOf: "2026-11-21")
        let sheets = try RackSheets.draw(snapshot, site: "ttdl-lang-son", options: options)
        #expect(sheets.count == snapshot.objects(.rack).count)
        for (index, sheet) in sheets.enumerated() {
            let xml = ParsedXML(sheet.svg)
            xml.expectSafe()
            #expect(xml.texts.contains("Page \(index + 1)/\(sheets.count)"))
            let rack = snapshot.objects(.rack).first { "rack-\($0.id.key)" == sheet.name }
            let devices = snapshot.referrers(of: try #require(rack).id, kind: .device, field: "rack")
            let shown = Set(xml.elements.compactMap { $0.attributes["data-id"] })
            // What takes no unit is named below the faces instead.
            #expect(shown == Set(devices.filter { $0["position"] != nil }.map(\.id.description)))
            for device in devices where device["position"] == nil {
                #expect(xml.texts.contains { $0.contains(device.displayName) }, "\(device.id)")
            }
        }
        #expect(sheets.reduce(0) { $0 + $1.boxes } == snapshot.objects(.device).filter { $0["position"] != nil }.count)
    }
}
