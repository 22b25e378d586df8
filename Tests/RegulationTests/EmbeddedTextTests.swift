import Foundation
import Testing

@testable import Regulation

/// The string literals in `Embedded/` against the files in `Data/` that people edit.
@Suite struct EmbeddedTextTests {
    static let room = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Regulation")

    static let pairs = [
        (data: "duties.yaml", made: "DutiesText.swift", name: "dutiesText", text: dutiesText),
        (data: "levels.yaml", made: "LevelsText.swift", name: "levelsText", text: levelsText),
        (data: "tcvn-11930-2017.yaml", made: "TCVN11930Text.swift", name: "tcvn11930Text", text: tcvn11930Text),
    ]

    @Test("every data file is embedded, byte for byte", arguments: pairs.indices)
    func equal(index: Int) throws {
        let pair = Self.pairs[index]
        let text = try String(contentsOf: Self.room.appending(path: "Data/\(pair.data)"), encoding: .utf8)
        if ProcessInfo.processInfo.environment["HATANG_RECORD"] == "1" {
            let made = """
                // swift-format-ignore-file
                // Made from Data/\(pair.data); HATANG_RECORD=1 swift test --filter EmbeddedTextTests makes it again.

                let \(pair.name) = #\"\"\"
                \(text.replacing("\n ", with: "\\#n "))
                \"\"\"#

                """
            try #require(!text.contains("\"\"\"#") && !text.contains("\\#"))
            try made.write(
                to: Self.room.appending(path: "Embedded/\(pair.made)"), atomically: true, encoding: .utf8)
            return
        }
        let same = pair.text == text
        #expect(same, "Data/\(pair.data) was edited: run HATANG_RECORD=1 swift test --filter EmbeddedTextTests")
    }

    @Test("no data file is left out")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.room.appending(path: "Data").path)
        #expect(files.sorted() == Self.pairs.map(\.data).sorted())
    }
}
