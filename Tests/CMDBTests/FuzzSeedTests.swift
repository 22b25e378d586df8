import CMDB
import Foundation
import Notation
import TestSupport
import Testing

/// What `Fuzzing/` asks of the readers, on the inputs it kept.
@Suite(.tags(.small))
struct FuzzSeedTests {
    @Test func selectorsAreReadOrRefusedAtAColumnThatExists() throws {
        let snapshot = try #require(SelectorTests.snapshot)
        let seeds = try FuzzSeeds.read("selectors").map { String(decoding: $0, as: UTF8.self) }
        try #require(seeds.count > 300)
        var read = 0
        for text in seeds {
            _ = SelectorCompletion.candidates(for: text, in: snapshot)
            do throws(SelectorError) {
                let selector = try Selector(text)
                let found = try selector.select(snapshot)
                read += 1
                #expect(snapshot.all.filter { selector.matches($0, in: snapshot) } == found, "\(text.debugDescription)")
            } catch {
                #expect((1...text.count + 1).contains(error.column), "\(text.debugDescription)")
            }
        }
        #expect(read > 20 && read < seeds.count)
    }

    @Test func filesAreLoadedOrRefusedAtPlacesInsideThem() throws {
        let seeds = try FuzzSeeds.read("inventory-files").map { String(decoding: $0, as: UTF8.self) }
        try #require(seeds.count > 300)
        var loaded = 0
        for text in seeds {
            let lines = text.utf8.count { $0 == 0x0A || $0 == 0x0D } + text.unicodeScalars.count { $0.value > 0x7F } + 2
            do {
                let inventory = try InventoryLoader.load(
                    [InventoryFile(path: "fuzz/a.yaml", text: text)], onto: Snapshot([]))
                loaded += 1
                let plan = try InventoryPlan.make(from: Snapshot(inventory.objects.map(\.object)), to: inventory)
                #expect(plan.isEmpty, "\(text.debugDescription)")
            } catch let errors as InputErrors {
                #expect(!errors.diagnostics.isEmpty)
                #expect(errors.diagnostics.allSatisfy { $0.position.line <= lines }, "\(text.debugDescription)")
            } catch is EmptyInventory {}
        }
        #expect(loaded > 5 && loaded < seeds.count)
    }
}
