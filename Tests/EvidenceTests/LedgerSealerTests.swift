import CMDB
import Evidence
import Notation
import TestSupport
import Testing

@Suite("Sealing many records", .tags(.small))
struct LedgerSealerTests {
    @Test("bytes, hash and number are those of a record sealed by itself, whatever stands in it")
    func sameAsOneByOne() {
        var random = SeededGenerator("ledger sealer")
        let texts = ["", "an", "lý do \"gấp\"\n", "\\\u{7F}\u{0}", "Nguyễn Thị Ánh", "e\u{301}", "\u{1F600}"]
        var sealer = LedgerSealer(after: 0, hash: LedgerRecord.genesis)
        var previous = LedgerRecord.genesis
        for seq in 1...300 {
            let payload: JSONValue = [
                "changes": ["x": ["after": .string(texts.randomElement(using: &random) ?? "")]],
                "n": .int(Int64.random(in: .min ... .max, using: &random)), "d": .double(-0.5), "none": nil,
            ]
            let entry = LedgerEntry(
                action: texts.randomElement(using: &random) ?? "",
                subject: Bool.random(using: &random) ? ObjectID(.prefix, "10.0.0.0/24") : nil,
                actor: texts.randomElement(using: &random) ?? "", reason: texts.randomElement(using: &random) ?? "",
                at: Timestamp(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random)), payload: payload)
            let record = LedgerRecord(sealing: entry, seq: Int64(seq), previous: previous)
            sealer.seal(
                action: entry.action, subject: entry.subject, actor: entry.actor, reason: entry.reason, at: entry.at
            ) { payload.appendCanonical(to: &$0) }
            #expect(
                String(decoding: sealer.record, as: UTF8.self).utf8.elementsEqual(record.record.utf8))
            #expect(String(decoding: sealer.hash, as: UTF8.self) == record.hash && sealer.seq == record.seq)
            previous = record.hash
        }
    }
}
