import Foundation
import Notation
import TestSupport
import Testing

/// What `Fuzzing/` asks of the table reader, on the inputs it kept.
@Suite(.tags(.small))
struct FuzzSeedTests {
    @Test func tablesAreReadOrRefusedAtPlacesInsideThem() throws {
        let seeds = try FuzzSeeds.read("tables").map { String(decoding: $0, as: UTF8.self) }
        try #require(seeds.count > 50)
        var read = 0
        for text in seeds {
            let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
            do throws(InputErrors) {
                let table = try CSVTable.read(text, file: "fuzz.csv")
                read += 1
                let places = table.rows.flatMap { $0.map(\.position) }
                #expect(
                    places.allSatisfy { (1...lines).contains($0.line) && $0.column >= 1 }, "\(text.debugDescription)")
                #expect(places.map(\.line) == places.map(\.line).sorted(), "\(text.debugDescription)")
            } catch {
                #expect(!error.diagnostics.isEmpty)
                #expect(
                    error.diagnostics.allSatisfy { (1...lines).contains($0.position.line) }, "\(text.debugDescription)")
            }
        }
        #expect(read > 10 && read < seeds.count)
    }
}
