import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("Pictures on the command line", .tags(.large))
struct DrawCommandTests {
    static let racks = """
        racks:
          - {slug: r1, name: Tủ 1, site: hall}
          - {slug: r2, name: Tủ 2, site: hall}
        """

    static func loaded() async throws -> CommandLine {
        let line = try CommandLine()
        let folder = try line.smallInventory(extra: racks)
        let outcome = await line.run("inventory", "apply", folder, "--reason", "test", "--yes")
        try #require(outcome.status == 0, "\(outcome.stderr)")
        return line
    }

    @Test("DOT and SVG on stdout, the summary on stderr, the same bytes twice")
    func stdout() async throws {
        let line = try await Self.loaded()
        let dot = await line.run("draw", "zones", "--format", "dot")
        #expect(dot.status == 0 && dot.stdout.hasPrefix("digraph \"Zone map\" {"))
        #expect(dot.stderr == "1 picture, 1 boxes.\n")
        let svg = await line.run("draw", "zones", "--site", "hall", "--lang", "vi", "--quiet")
        #expect(svg.status == 0 && svg.stderr.isEmpty)
        #expect(svg.stdout.hasPrefix("<?xml") && svg.stdout.contains("Bản đồ vùng mạng – Phòng máy"))
        #expect(svg.stdout.contains("127.0.30.0/24"))
        let day = try #require(svg.stdout.firstMatch(of: /dữ liệu ngày \d\d\/\d\d\/20\d\d/))
        #expect(!day.output.isEmpty)
        let again = await line.run("draw", "zones", "--site", "hall", "--lang", "vi", "--quiet")
        #expect(again.stdout == svg.stdout)
    }

    @Test("a picture of the past shows what was there") func past() async throws {
        let line = try await Self.loaded()
        let now = await line.run("draw", "rack", "r1")
        #expect(now.status == 0 && now.stdout.contains("Tủ 1"))
        #expect(await line.run("draw", "rack", "r1", "--as-of", "now").stdout == now.stdout)
        #expect(await line.run("draw", "rack", "r1", "--as-of", "1").status == 6)
        #expect(await line.run("draw", "rack", "r1", "--as-of", "soon").status == 64)
    }

    @Test("a file takes one picture, a folder takes many, stdout refuses many")
    func files() async throws {
        let line = try await Self.loaded()
        let file = line.folder.path + "/out/portal.svg"
        let one = await line.run("draw", "system", "portal", "--out", file)
        #expect(one.status == 0 && one.stdout == file + "\n")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("Dependency map – Cổng") && text.contains("web&#45;01"))
        let many = await line.run("draw", "rack", "--site", "hall")
        #expect(many.status == 64 && many.stderr.contains("--out DIR") && many.stdout.isEmpty)
        let folder = line.folder.path + "/racks"
        let sheets = await line.run("draw", "rack", "--site", "hall", "--out", folder, "--face", "front")
        #expect(sheets.status == 0)
        #expect(sheets.stdout == "\(folder)/rack-r1.svg\n\(folder)/rack-r2.svg\n")
        let listed = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(listed == ["rack-r1.svg", "rack-r2.svg"])
        let all = await line.run("draw", "system", "--format", "dot")
        #expect(all.status == 0 && all.stdout.contains("1 systems"))
    }

    @Test("nothing to draw is 6, a wrong line 64, no Graphviz 69, an unwritable place 74")
    func failures() async throws {
        var line = try await Self.loaded()
        let power = await line.run("draw", "power")
        #expect(power.status == 6 && power.stderr.contains("no power recorded"))
        #expect(await line.run("draw", "zones", "--site", "nowhere").status == 6)
        #expect(await line.run("draw", "rack", "nowhere").status == 6)
        #expect(await line.run("draw", "system", "nowhere").status == 6)
        let colour = await line.run("draw", "zones", "--colour-by", "role")
        #expect(colour.status == 64 && colour.stderr.contains("level or zone"))
        #expect(await line.run("draw", "rack", "r1", "--format", "dot").status == 64)
        #expect(await line.run("draw", "rack").status == 64)
        #expect(await line.run("draw", "rack", "r1", "--site", "hall").status == 64)
        #expect(await line.run("draw", "system", "--depth", "0").status == 64)
        #expect(await line.run("draw", "zones", "--limit", "1").status == 64)
        #expect(await line.run("draw", "zones", "--format", "png").status == 64)
        #expect(await line.run("draw", "zones", "--out", "/proc/nowhere/x.svg").status == 74)
        line.environment["HATANG_DOT"] = "/nonexistent/dot"
        let missing = await line.run("draw", "zones")
        #expect(missing.status == 69 && missing.stderr.contains("apt-get install graphviz") && missing.stdout.isEmpty)
        #expect(await line.run("draw", "zones", "--format", "dot").status == 0)
        #expect(await line.run("draw", "rack", "r1").status == 0)
        let empty = try CommandLine()
        #expect(await empty.run("draw", "zones").status == 6)
    }
}
