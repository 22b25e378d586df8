import Foundation
import Notation
import Testing

@testable import Discovery

/// The string literal in `Embedded/` against the file in `Data/` that people edit.
@Suite struct EmbeddedIdentitiesTests {
    static let room = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Discovery")

    @Test("the data file is embedded, byte for byte")
    func equal() throws {
        let text = try String(contentsOf: Self.room.appending(path: "Data/identities.yaml"), encoding: .utf8)
        if ProcessInfo.processInfo.environment["HATANG_RECORD"] == "1" {
            let made = """
                // swift-format-ignore-file
                // Made from Data/identities.yaml; HATANG_RECORD=1 swift test --filter EmbeddedIdentitiesTests makes it again.

                let identitiesText = #\"\"\"
                \(text.replacing("\n ", with: "\\#n "))
                \"\"\"#

                """
            try #require(!text.contains("\"\"\"#") && !text.contains("\\#"))
            try made.write(
                to: Self.room.appending(path: "Embedded/IdentitiesText.swift"), atomically: true, encoding: .utf8)
            return
        }
        let same = identitiesText == text
        #expect(
            same, "Data/identities.yaml was edited: run HATANG_RECORD=1 swift test --filter EmbeddedIdentitiesTests")
    }

    @Test("no data file is left out")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.room.appending(path: "Data").path)
        #expect(files == ["identities.yaml"])
    }

    @Test("the data file has no errors and is not empty")
    func reads() throws {
        do {
            let rules = try IdentityRuleReader.read(identitiesText, file: "identities.yaml")
            #expect(rules.rules.count > 100)
            #expect(rules.manufacturers[9]?.slug == "cisco")
            #expect(Set(rules.rules.map(\.name)).count == rules.rules.count, "two rules share a name")
        } catch {
            Issue.record("\(error)")
        }
    }
}
