import ArgumentParser
import CMDB
import Drawing
import Storage
import Topology

/// Pictures of the inventory.
struct DrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Pictures of the inventory: zones, systems, racks, power.",
        discussion: """
            Equal inventories give equal bytes, so that a picture kept in git shows what has changed. Graphs are laid out \
            by Graphviz (dot, or the program that $HATANG_DOT names); racks need nothing but this program.
            """,
        subcommands: [Zones.self, Systems.self, Racks.self, Power.self])

    static let codes = """
        Exit codes: 0 drawn, 6 nothing there to draw or an unknown name, 64 bad command line, 69 Graphviz is missing or \
        fails, 74 a file could not be written.
        """

    struct Zones: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "zones", abstract: "Network zones, their segments, firewalls and flows.",
            discussion: """
                Zones behind the same firewalls share a frame; an arrow that crosses a frame passes its firewalls. \
                Colours: level (default), zone (the zone's type).

                Examples:
                  hatang draw zones --site ttdl-lang-son --out zones.svg
                  hatang draw zones --format dot | dot -Tpdf > zones.pdf

                \(DrawCommand.codes)
                """)
        @Option(help: "Only the zones of this site.", completion: .custom(SlugCompletion.sites)) var site: String?
        @OptionGroup var options: DrawOptions

        func run() async throws {
            let session = try options.session()
            let database = try session.database()
            let snapshot = try session.inventory(database)
            let asked = options.picture(session, database, snapshot)
            let graph = try await DrawOptions.reported { try ZoneMap.draw(snapshot, site: site, options: asked) }
            let file = try await options.finish(graph, name: "zones" + (site.map { "-" + $0 } ?? ""), session)
            try options.deliver([file], session)
        }
    }

    struct Systems: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "system",
            abstract: "What an information system stands on and who stands on it; or all systems.",
            discussion: """
                Without a slug, all systems: what very many of them need is drawn once, with a number that stands on every \
                system that needs it. Colours: level (default), status, zone, role.

                Examples:
                  hatang draw system lgsp --out lgsp.svg
                  hatang draw system lgsp --depth 4 --colour-by status --out lgsp-deep.svg
                  hatang draw system --lang en > systems.svg

                \(DrawCommand.codes)
                """)
        @Argument(help: "Slug of a system.", completion: .custom(SlugCompletion.systems)) var system: String?
        @Option(help: "How many steps from the system (1 to 12).") var depth = 2
        @OptionGroup var options: DrawOptions

        func validate() throws {
            guard (1...12).contains(depth) else { throw ValidationError("--depth \(depth): give 1 to 12") }
        }

        func run() async throws {
            let session = try options.session()
            let database = try session.database()
            let snapshot = try session.inventory(database)
            let asked = options.picture(session, database, snapshot)
            let support = SupportGraph(snapshot)
            let graph = try await DrawOptions.reported {
                guard let system else { return try SystemMap.draw(support, options: asked) }
                return try SystemMap.draw(support, system: system, depth: depth, options: asked)
            }
            let file = try await options.finish(graph, name: system.map { "system-" + $0 } ?? "systems", session)
            try options.deliver([file], session)
        }
    }

    struct Racks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rack", abstract: "Rack elevations, one A4 sheet each.",
            discussion: """
                With one face, the other half of the sheet is a list to tick off. What is planned is hatched. Colours: \
                role (default), status, level, zone.

                Examples:
                  hatang draw rack a-01 --out a-01.svg
                  hatang draw rack --site ttdl-lang-son --face front --colour-by level --out racks/

                \(DrawCommand.codes)
                """)
        enum Face: String, ExpressibleByArgument, CaseIterable {
            case front, rear, both
        }
        @Argument(help: "Slug of a rack.", completion: .custom(SlugCompletion.racks)) var rack: String?
        @Option(help: "All racks of this site.", completion: .custom(SlugCompletion.sites)) var site: String?
        @Option(help: "front, rear or both.") var face: Face = .both
        @OptionGroup var options: DrawOptions

        func validate() throws {
            guard (rack == nil) != (site == nil) else { throw ValidationError("give either a rack or --site") }
            guard options.format == .svg else {
                throw ValidationError("--format dot: racks are drawn as svg only, they are no graph")
            }
        }

        func run() async throws {
            let session = try options.session()
            let database = try session.database()
            let snapshot = try session.inventory(database)
            let asked = options.picture(session, database, snapshot)
            let faces: [RackFace] =
                switch face {
                case .front: [.front]
                case .rear: [.rear]
                case .both: RackFace.allCases
                }
            let sheets = try await DrawOptions.reported {
                guard let rack else { return try RackSheets.draw(snapshot, site: site, faces: faces, options: asked) }
                return [try RackSheets.draw(snapshot, rack: rack, faces: faces, options: asked)]
            }
            try options.deliver(
                sheets.map { DrawnFile(name: $0.name, text: $0.svg, boxes: $0.boxes, notes: $0.notes) }, session)
        }
    }

    struct Power: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "power", abstract: "One-line diagram of a site's power.",
            discussion: """
                From the grid and generators through panels and UPS to feeds and racks. Colours: status (default), level \
                (the highest of what hangs below).

                Examples:
                  hatang draw power --site ttdl-lang-son --out power.svg
                  hatang draw power --colour-by level --lang en > power.svg

                \(DrawCommand.codes)
                """)
        @Option(help: "Only this site.", completion: .custom(SlugCompletion.sites)) var site: String?
        @OptionGroup var options: DrawOptions

        func run() async throws {
            let session = try options.session()
            let database = try session.database()
            let snapshot = try session.inventory(database)
            let asked = options.picture(session, database, snapshot)
            let graph = try await DrawOptions.reported { try PowerDiagram.draw(snapshot, site: site, options: asked) }
            let file = try await options.finish(graph, name: "power" + (site.map { "-" + $0 } ?? ""), session)
            try options.deliver([file], session)
        }
    }
}

/// Completes slugs of one kind from the inventory of the default data folder.
enum SlugCompletion {
    @Sendable static func sites(_ words: [String], _ index: Int, _ prefix: String) -> [String] { slugs(.site) }
    @Sendable static func racks(_ words: [String], _ index: Int, _ prefix: String) -> [String] { slugs(.rack) }
    @Sendable static func systems(_ words: [String], _ index: Int, _ prefix: String) -> [String] { slugs(.system) }

    private static func slugs(_ kind: Kind) -> [String] {
        guard let options = try? GlobalOptions.parse([]), let session = try? Session(options: options),
            let snapshot = try? session.database().snapshot()
        else { return [] }
        return snapshot.objects(kind).map(\.id.key)
    }
}
