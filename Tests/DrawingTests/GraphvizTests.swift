import Foundation
import TestSupport
import Testing

@testable import Drawing

@Suite("Graphviz as a child process", .tags(.large))
struct GraphvizTests {
    static let picture = GraphPicture(dot: "digraph { a -> b }", boxes: 2, notes: [])

    private static func message(_ program: String, _ timeout: Duration = .seconds(120), limit: Int = 1 << 20) async
        -> String
    {
        do {
            return try await Graphviz(program: program, timeout: timeout, outputLimit: limit).svg(picture)
        } catch {
            return error.description
        }
    }

    @Test("a missing program says what to install")
    func missing() async {
        let text = await Self.message("/nonexistent/dot")
        #expect(text.contains("apt-get install graphviz") && text.contains("--format dot"))
        #expect(await Self.message("no-such-program-of-graphviz").contains("is not there"))
    }

    @Test("a program that fails, says nothing or does not end is reported, never taken for a picture")
    func failing() async throws {
        let folder = try TemporaryFolder()
        let fails = try folder.write(
            "#!/bin/sh\necho 'syntax error in \u{1B}[31mline 1' >&2\nexit 1\n", to: "fails", mode: 0o700)
        let text = await Self.message(fails)
        #expect(text.contains("syntax error in [31mline 1") && !text.contains("\u{1B}"))
        let silent = try folder.write("#!/bin/sh\nexit 0\n", to: "silent", mode: 0o700)
        #expect(await Self.message(silent).contains("no reason given"))
        let slow = try folder.write("#!/bin/sh\nexec /bin/sleep 600\n", to: "slow", mode: 0o700)
        #expect(await Self.message(slow, .milliseconds(300)).contains("not done within"))
        let endless = try folder.write("#!/bin/sh\nexec /usr/bin/yes '<svg>'\n", to: "endless", mode: 0o700)
        let much = await Self.message(endless, .seconds(5), limit: 100_000)
        #expect(much.contains("could not be run") || much.contains("not done within"))
    }

    @Test("a file that is no DOT is refused with Graphviz's own words")
    func syntax() async throws {
        await #expect(throws: DrawingError.self) {
            try await Graphviz().svg(GraphPicture(dot: "digraph { a -> ", boxes: 0, notes: []))
        }
    }
}
