import Notation
import Testing

@testable import Regulation

@Suite struct DutyTableTests {
    @Test("the embedded table has all five levels and every figure a known source")
    func embedded() throws {
        let table = try DutyTable.embedded()
        #expect(table.duties.keys.sorted() == [1, 2, 3, 4, 5])
        #expect(table.tiers.count == 4)
        #expect(Set(table.titles.keys) == Set(DutyReader.names))
        let three = try #require(table.duty(level: 3))
        #expect(three.rto.value == .seconds(8 * 3600))
        #expect(three.rto.mark == .ours)
        #expect(three.rto.duty == .seconds(24 * 3600))
        #expect(three.copies.value == 3)
        #expect(three.copies.mark == .standard)
        #expect(three.rpoFiles.duty == nil)
        #expect(table.duty(level: 1)?.planExercise == nil)
        #expect(table.duty(level: 2)?.rto.mark == .guidance)
        #expect(table.duty(level: 5)?.offsite.value.minDistanceKm == 30)
        #expect(table.duty(level: 4)?.restoreDrill.bound?.value == .seconds(183 * 86_400))
        #expect(table.duty(level: 0) == nil)
        #expect(table.duty(level: 6) == nil)
    }

    @Test("log retention is 1, 1, 3, 6, 12 months and the same as in the catalogue")
    func logs() throws {
        let table = try DutyTable.embedded()
        #expect((1...5).map { table.duty(level: $0)?.logRetentionMonths.value } == [1, 1, 3, 6, 12])
    }

    @Test("duties never get weaker as the level rises")
    func monotone() throws {
        let table = try DutyTable.embedded()
        for level in 1..<5 {
            let (low, high) = try (#require(table.duty(level: level)), #require(table.duty(level: level + 1)))
            #expect(high.rpoFiles.value <= low.rpoFiles.value)
            #expect(high.rpoDatabase.value <= low.rpoDatabase.value)
            #expect(high.rto.value <= low.rto.value)
            #expect(high.copies.value >= low.copies.value)
            #expect(high.media.value >= low.media.value)
            #expect(high.restoreDrill.value <= low.restoreDrill.value)
            #expect(high.verifyFull.value <= low.verifyFull.value)
            #expect(high.logRetentionMonths.value >= low.logRetentionMonths.value)
        }
    }

    @Test("a level 4 system in a Tier II hall needs a second site; other schemes are not translated")
    func tiers() throws {
        let table = try DutyTable.embedded()
        let rto = Duration.seconds(4 * 3600)
        let alone = table.judgeHall(rto: rto, scheme: "uptime", grade: 2, hasSecondSite: false)
        #expect(alone.outcome == .violated)
        #expect(alone.reason.en.contains("22h42m") && alone.reason.en.contains("none registered"))
        #expect(table.judgeHall(rto: rto, scheme: "uptime", grade: 2, hasSecondSite: true).outcome == .holds)
        #expect(table.judgeHall(rto: rto, scheme: "uptime", grade: 3, hasSecondSite: false).outcome == .holds)
        #expect(table.judgeHall(rto: rto, scheme: "tia-942", grade: 2, hasSecondSite: false).outcome == .unknown)
        #expect(table.judgeClaim(rto: rto, scheme: "uptime", grade: 2).outcome == .holds)
        #expect(table.judgeClaim(rto: rto, scheme: "uptime", grade: 3).outcome == .violated)
    }

    @Test("every error of a bad table is told with its place")
    func errors() {
        let bad = dutiesText.replacing(
            "1: {value: 72h, mark: D, source: DEFAULT}", with: "1: {value: 72x, mark: Q, source: DEFOULT, colour: red}"
        )
        .replacing("5: {value: independent,", with: "5: {value: independant,")
        let error = #expect(throws: InputErrors.self) { try DutyTable.load(bad, file: "d.yaml") }
        let text = error?.description ?? ""
        #expect(text.contains("rto/1: value is not a duration"))
        #expect(text.contains("mark \"Q\" is not known"))
        #expect(text.contains("did you mean \"DEFAULT\"?"))
        #expect(text.contains("unknown key \"colour\""))
        #expect(text.contains("did you mean \"independent\"?"))
        #expect(error?.diagnostics.count == 5)
        #expect(error?.diagnostics.allSatisfy { $0.position.line > 1 } == true)
    }

    @Test("an empty table is refused", arguments: ["", "# nothing\n", "[]", "figures: {}\nsources: {}\ntiers: []\n"])
    func empty(text: String) {
        #expect(throws: InputErrors.self) { try DutyTable.load(text, file: "d.yaml") }
    }
}
