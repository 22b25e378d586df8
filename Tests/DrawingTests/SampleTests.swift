import CMDB
import Foundation
import TestSupport
import Testing
import Topology

@testable import Drawing

/// The pictures in `Documentation/pictures`: drawn from `Inventory/langson` and recorded anew by
/// `HATANG_RECORD_PICTURES=1 swift test --filter SampleTests`.
@Suite("Sample pictures of the province", .tags(.large))
struct SampleTests {
    static let folder = Fixture.root.appending(path: "Documentation/pictures")

    static func drawn() async throws -> [String: String] {
        let snapshot = try Fixture.shipped("langson")
        let support = SupportGraph(snapshot)
        let graphviz = try Graphviz()
        return [
            "zones": try await graphviz.svg(ZoneMap.draw(snapshot, site: "ttdl-lang-son")),
            "systems": try await graphviz.svg(SystemMap.draw(support)),
            "system-lgsp": try await graphviz.svg(SystemMap.draw(support, system: "lgsp")),
            "power": try await graphviz.svg(PowerDiagram.draw(snapshot, site: "ttdl-lang-son")),
            "rack-b-01": try RackSheets.draw(snapshot, rack: "b-01").svg,
        ]
    }

    @Test("they are there, small, and hold to the rules of every picture")
    func samples() async throws {
        let drawn = try await Self.drawn()
        if ProcessInfo.processInfo.environment["HATANG_RECORD_PICTURES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            for (name, svg) in drawn {
                try svg.write(to: Self.folder.appending(path: name + ".svg"), atomically: true, encoding: .utf8)
            }
        }
        for name in drawn.keys.sorted() {
            let recorded = try String(contentsOf: Self.folder.appending(path: name + ".svg"), encoding: .utf8)
            #expect(recorded.utf8.count < 120_000, "\(name)")
            ParsedXML(recorded).expectSafe()
        }
    }
}
