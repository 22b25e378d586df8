import CMDB
import Foundation
import Notation
import TestSupport
import Testing
import Topology

@testable import Drawing

/// Names as an attacker would choose them, in records that no loader would let in.
@Suite("Hostile names", .tags(.large))
struct HostileTests {
    static let names = [
        "</text><script>alert(1)</script>", "\"/><image href=\"http://127.0.0.1/x\"/>",
        "a]; evil [label=\"x\"]; b -> c",
        "x\\", "\\N \\G \\l", "&lt;script&gt; &#60;", "]]>", "<!--", "-->", "<b>bold", "fw\u{202E}gnp.exe\u{200B}",
        "line\nbreak\r\u{0}\u{1B}[31m", "<IMG SRC=\"/etc/passwd\"/>", "'; rm -rf / #", "$(id) `id` ${HOME}",
        "Tu\u{309} đie\u{302}\u{323}n", String(repeating: "x", count: 300), "  ", "🏛️ Trụ sở", "<?xml version=\"1.0\"?>",
    ]

    /// One record of everything that is drawn, called `name` in every text.
    static func inventory(_ name: String) -> Snapshot {
        let text = JSONValue.string(name)
        func id(_ kind: Kind) -> ObjectID { ObjectID(kind, "k" + name) }
        func ref(_ kind: Kind) -> JSONValue { .string(id(kind).key) }
        func full(_ kind: Kind) -> JSONValue { .string(id(kind).description) }
        return Fixture.raw([
            (id(.site), ["name": text]), (id(.location), ["name": text, "site": ref(.site)]),
            (
                id(.zone),
                [
                    "name": text, "site": ref(.site), "zone_type": text, "guarded_by": [ref(.device)],
                    "default_policy": text, "security_level": 3,
                ]
            ),
            (id(.vlan), ["name": text, "vid": 7]),
            (
                id(.segment),
                [
                    "name": text, "zone": ref(.zone), "vlan": ref(.vlan), "ipv4_prefix": text, "ipv6_prefix": text,
                    "status": text, "site": ref(.site),
                ]
            ),
            (
                id(.flow),
                [
                    "source_zone": ref(.zone), "destination_zone": ref(.zone), "protocol": text, "ports": [443],
                    "action": text, "expires": text,
                ]
            ),
            (id(.provider), ["name": text]),
            (
                id(.circuit),
                [
                    "cid": text, "type": text, "provider": ref(.provider), "terminates_on": ref(.device),
                    "commit_rate": 5,
                ]
            ),
            (id(.deviceRole), ["name": text, "color": text]), (id(.manufacturer), ["name": text]),
            (id(.deviceType), ["model": text, "manufacturer": ref(.manufacturer), "u_height": 1]),
            (
                id(.device),
                [
                    "name": text, "role": ref(.deviceRole), "device_type": ref(.deviceType), "site": ref(.site),
                    "rack": ref(.rack), "position": 1, "status": text, "zone": ref(.zone), "asset_tag": text,
                    "serial": text,
                ]
            ),
            (
                id(.rack),
                [
                    "name": text, "site": ref(.site), "location": ref(.location), "u_height": 42, "facility_id": text,
                    "status": text, "power_feeds": [ref(.powerFeed)],
                ]
            ),
            (
                id(.powerPanel),
                ["name": text, "site": ref(.site), "utility": text, "transfer": text, "fed_by": [full(.generator)]]
            ),
            (id(.generator), ["name": text, "site": ref(.site), "capacity_kva": 5, "status": text]),
            (
                id(.powerFeed),
                [
                    "name": text, "site": ref(.site), "power_panel": ref(.powerPanel), "rack": ref(.rack), "side": text,
                    "voltage": 230, "amperage": 16,
                ]
            ),
            (
                id(.system),
                [
                    "name": text, "security_level": 3, "components": [full(.device)], "zones": [ref(.zone)],
                    "site": ref(.site), "status": "active", "role": text,
                ]
            ),
            (ObjectID(.system, "other"), ["name": text, "security_level": 1]),
            (ObjectID(.dependency, "d"), ["from": full(.system), "relation": "depends-on", "to": "system/other"]),
        ])
    }

    @Test("names stay names in every picture", arguments: names)
    func everywhere(name: String) async throws {
        let snapshot = Self.inventory(name)
        let options = PictureOptions(language: .vi, asOf: name)
        let support = SupportGraph(snapshot)
        let graphviz = try Graphviz()
        let graphs = [
            try ZoneMap.draw(snapshot, options: options), try PowerDiagram.draw(snapshot, options: options),
            try SystemMap.draw(support, system: "k" + name, depth: 6, options: options),
            try SystemMap.draw(support, options: options),
        ]
        var documents = try RackSheets.draw(snapshot, site: nil, options: options).map(\.svg)
        for graph in graphs {
            #expect(!graph.dot.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
            documents.append(try await graphviz.svg(graph))
        }
        let shown = DrawnText.clean(name).filter { !$0.isWhitespace }.prefix(12)
        for document in documents {
            let xml = ParsedXML(document)
            xml.expectSafe()
            let all = (xml.texts + xml.elements.filter { $0.name == "title" }.map(\.text)).joined()
            #expect(shown.isEmpty || all.filter { !$0.isWhitespace && $0 != "\u{A0}" }.contains(shown))
            #expect(!document.contains("\u{202E}") && !document.contains("\u{200B}") && !document.contains("\u{1B}"))
        }
        let zones = ParsedXML(try await graphviz.svg(graphs[0]))
        // The zone and the network of the circuit; an attacker's node would be one more.
        #expect(zones.nodes.count == 2)
    }
}
