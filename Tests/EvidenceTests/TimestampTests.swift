import CMDB
import Evidence
import Foundation
import Notation
import TestSupport
import Testing

@Suite("Timestamp", .tags(.small))
struct TimestampTests {
    @Test(
        "known moments print as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_000_000_000_000, "2001-09-09T01:46:40.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (2_147_483_648_000, "2038-01-19T03:14:08.000Z"), (-11_644_473_600_000, "1601-01-01T00:00:00.000Z"),
            (1_795_249_800_125, "2026-11-21T08:30:00.125Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(milliseconds: milliseconds).day == String(text.prefix(10)))
    }

    @Test("agrees with Foundation's calendar over eight centuries")
    func differential() throws {
        var random = SeededGenerator("timestamps")
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        // Foundation's calendar is Julian before 1582-10-15; RFC 3339 is Gregorian throughout.
        let range: ClosedRange<Int64> = -11_000_000_000_000...13_000_000_000_000
        for _ in 0..<2_000 {
            let moment = Timestamp(milliseconds: Int64.random(in: range, using: &random))
            let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let expected = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
                parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            #expect(moment.description.prefix(19) == expected, "\(moment.milliseconds)")
        }
    }

    @Test("every day of four centuries reads back as itself and follows the day before")
    func days() throws {
        var previous: Timestamp?
        var checked = 0
        for day in 0..<146_097 {
            let moment = Timestamp(milliseconds: Int64(day - 60_000) * 86_400_000)
            let text = moment.day
            // One #expect for each of 146,097 days would take most of a minute.
            guard Timestamp(day: text) == moment, previous.map({ $0.day < text }) ?? true else {
                Issue.record("\(text) does not read back")
                return
            }
            previous = moment
            checked += 1
        }
        #expect(checked == 146_097)
    }

    @Test(
        "refuses what is no day",
        arguments: [
            "", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-1-1",
            "2026-11-32", "2026/11/21", "21-11-2026", "2026-11-21T00:00:00Z", "abcd-ef-gh",
        ])
    func noDay(text: String) { #expect(Timestamp(day: text) == nil) }

    @Test("arithmetic is exact to the millisecond")
    func arithmetic() {
        let start = Timestamp(milliseconds: 1_795_249_800_125)
        #expect((start + .milliseconds(875)).description == "2026-11-21T08:30:01.000Z")
        #expect((start + .seconds(-3_600)).description == "2026-11-21T07:30:00.125Z")
        #expect((start + .seconds(90)) - start == .seconds(90))
        #expect(start < start + .milliseconds(1))
    }
}

@Suite("Fact", .tags(.small))
struct FactTests {
    private func fact(
        _ subject: String = "web-01", name: String = "ssh.port", value: Int64 = 22, at: Int64 = 1_000,
        source: String = "probe@a"
    ) -> Fact {
        Fact(
            subject: ObjectID(.device, subject), name: name, value: .int(value),
            observedAt: Timestamp(milliseconds: at),
            validFor: .seconds(60), source: source)
    }

    @Test("the id is that of the documented canonical JSON, so that anybody can compute it")
    func id() {
        // printf '["device/web-01","ssh.port",22,1000,"probe@a"]' | sha256sum
        #expect(
            fact().id == "f-" + Digest.sha256Hex(#"["device/web-01","ssh.port",22,1000,"probe@a"]"#.utf8).prefix(16))
        #expect(Digest.sha256Hex("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(fact().id.count == 18)
    }

    @Test("the same fact has the same id, any other another; unit and validity do not count")
    func identity() {
        let others = [
            fact("web-02"), fact(name: "ssh.ports"), fact(value: 23), fact(at: 1_001), fact(source: "probe@b"),
        ]
        #expect(Set(others.map(\.id) + [fact().id]).count == 6)
        let relabelled = Fact(
            subject: ObjectID(.device, "web-01"), name: "ssh.port", value: 22, unit: "1",
            observedAt: Timestamp(milliseconds: 1_000), validFor: .seconds(5), source: "probe@a")
        #expect(relabelled.id == fact().id)
    }

    @Test("is believed up to the last millisecond of its validity")
    func validity() {
        #expect(fact().isValid(at: Timestamp(milliseconds: 61_000)))
        #expect(!fact().isValid(at: Timestamp(milliseconds: 61_001)))
        #expect(fact().json["valid_until"] == "1970-01-01T00:01:01.000Z")
    }
}
