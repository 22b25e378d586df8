import CMDB
import Evidence
import Notation
import TestSupport
import Testing

@Suite("Ledger chain", .tags(.small))
struct LedgerChainTests {
    private static let signer = LedgerSigner()

    private static func entry(_ number: Int, at: Int64? = nil) -> LedgerEntry {
        LedgerEntry(
            action: "inventory.update", subject: ObjectID(.device, "sw-\(number)"), actor: "an", reason: "thay \"cáp\"",
            at: Timestamp(milliseconds: at ?? Int64(number) * 1_000), payload: ["n": .int(Int64(number))])
    }

    private static func seal(_ entries: [LedgerEntry]) -> [LedgerRecord] {
        var previous = LedgerRecord.genesis
        return entries.enumerated().map { index, entry in
            let record = LedgerRecord(sealing: entry, seq: Int64(index + 1), previous: previous)
            previous = record.hash
            return record
        }
    }

    private static let records = seal((1...20).map { entry($0) })

    private static func head(_ records: [LedgerRecord] = records) throws -> LedgerHead {
        try signer.sign(try #require(records.last), at: Timestamp(milliseconds: 99_000))
    }

    private func verdict(_ records: [LedgerRecord], head: LedgerHead? = nil) throws -> LedgerVerdict {
        LedgerChain.verify(records, head: try head ?? Self.head(), publicKey: Self.signer.publicKey)
    }

    private func found(_ verdict: LedgerVerdict) -> [String] { verdict.faults.map { "\($0.seq) \($0.kind.rawValue)" } }

    @Test("an untouched ledger with its head is intact, and says how much was looked at")
    func intact() throws {
        let verdict = try verdict(Self.records)
        #expect(verdict.isIntact && verdict.checked == 20 && verdict.lastSequence == 20)
        #expect(verdict.lastHash == Self.records[19].hash && verdict.faults.isEmpty)
    }

    @Test("a record is the documented bytes")
    func form() {
        let first = Self.records[0]
        let zeros = String(repeating: "0", count: 64)
        #expect(
            first.record
                == #"{"action":"inventory.update","actor":"an","at":"1970-01-01T00:00:01.000Z","payload":{"n":1},"previous":""#
                + zeros + #"","reason":"thay \"cáp\"","seq":1,"subject":"device/sw-1"}"#)
        #expect(first.hash == Digest.sha256Hex(first.record.utf8))
    }

    @Test("nothing looked at, or no head, is never intact")
    func nothingIsNotSuccess() throws {
        let empty = LedgerChain.verify([], head: nil, publicKey: Self.signer.publicKey)
        #expect(!empty.isIntact && empty.checked == 0 && empty.faults.isEmpty)
        let headless = LedgerChain.verify(Self.records, head: nil, publicKey: Self.signer.publicKey)
        #expect(found(headless) == ["20 head-missing"] && !headless.isIntact)
        let keyless = LedgerChain.verify(Self.records, head: try Self.head(), publicKey: nil)
        #expect(found(keyless) == ["20 head-signature"])
    }

    @Test("an altered record is named, and no other")
    func altered() throws {
        for index in [0, 7, 19] {
            var records = Self.records
            let text = records[index].record.replacing("thay", with: "thây")
            records[index] = LedgerRecord(seq: records[index].seq, record: text, hash: records[index].hash)
            #expect(found(try verdict(records)) == ["\(index + 1) hash-mismatch"])
        }
    }

    @Test("an altered hash is named at the record, and at the next that was sealed behind the true one")
    func alteredHash() throws {
        var records = Self.records
        records[4] = LedgerRecord(seq: 5, record: records[4].record, hash: String(repeating: "a", count: 64))
        #expect(found(try verdict(records)) == ["5 hash-mismatch"])
    }

    @Test("an altered record with a fitting hash breaks the link of the next")
    func alteredAndRehashed() throws {
        var records = Self.records
        let text = records[4].record.replacing("thay", with: "thây")
        records[4] = LedgerRecord(seq: 5, record: text, hash: Digest.sha256Hex(text.utf8))
        #expect(found(try verdict(records)) == ["6 previous-mismatch"])
    }

    @Test("the last record, altered with a fitting hash, does not fit the signed head")
    func alteredLast() throws {
        var records = Self.records
        let text = records[19].record.replacing("thay", with: "thây")
        records[19] = LedgerRecord(seq: 20, record: text, hash: Digest.sha256Hex(text.utf8))
        #expect(found(try verdict(records)) == ["20 head-mismatch"])
    }

    @Test("removed records are named by the first number that is missing")
    func removed() throws {
        var records = Self.records
        records.removeSubrange(4..<7)
        let verdict = try verdict(records)
        #expect(found(verdict) == ["5 gap", "8 previous-mismatch"])
        #expect(verdict.faults[0].message.contains("2 more up to 7"))
        #expect(found(try self.verdict(Array(Self.records.dropFirst()))) == ["1 gap", "2 previous-mismatch"])
    }

    @Test("a removed record whose gap was closed by renumbering is found")
    func renumbered() throws {
        var records = Self.records
        records.remove(at: 18)
        records[18] = LedgerRecord(seq: 19, record: records[18].record, hash: records[18].hash)
        #expect(found(try verdict(records)) == ["19 sequence-differs", "19 previous-mismatch", "20 truncated"])
    }

    @Test("two records that changed places are both named")
    func swapped() throws {
        var records = Self.records
        let (a, b) = (records[9], records[10])
        records[9] = LedgerRecord(seq: 10, record: b.record, hash: b.hash)
        records[10] = LedgerRecord(seq: 11, record: a.record, hash: a.hash)
        let faults = found(try verdict(records))
        #expect(faults.contains("10 sequence-differs") && faults.contains("11 sequence-differs"))
    }

    @Test("a stream in the wrong order is named, and does not hide what follows")
    func outOfOrder() throws {
        var records = Self.records
        records.swapAt(9, 10)
        #expect(found(try verdict(records)).contains("10 out-of-order"))
        records = Self.records
        records.insert(records[3], at: 4)
        #expect(found(try verdict(records)) == ["4 out-of-order", "4 previous-mismatch"])
    }

    @Test("an inserted record is named")
    func inserted() throws {
        var records = Array(Self.records[..<5])
        records.append(LedgerRecord(sealing: Self.entry(99), seq: 6, previous: records[4].hash))
        for record in Self.records[5...] {
            records.append(LedgerRecord(seq: record.seq + 1, record: record.record, hash: record.hash))
        }
        let faults = found(try verdict(records))
        #expect(faults.contains("7 sequence-differs") && faults.contains("7 previous-mismatch"))
        #expect(faults.contains("21 beyond-head") && faults.contains("20 head-mismatch"))
    }

    @Test("records cut off at the end, or put behind it, do not fit the signed head")
    func ends() throws {
        #expect(found(try verdict(Array(Self.records[..<17]))) == ["18 truncated"])
        #expect(found(try verdict([])) == ["1 truncated"])
        let more = Self.seal((1...22).map { Self.entry($0) })
        #expect(found(try verdict(more)) == ["21 beyond-head"])
    }

    @Test("a chain written anew without the key does not fit the signed head")
    func rewritten() throws {
        let other = Self.seal((1...20).map { Self.entry($0, at: 5) })
        #expect(found(try verdict(other)) == ["20 head-mismatch"])
    }

    @Test("a head of another key, or altered in any part, is not believed")
    func forgedHead() throws {
        let true1 = try Self.head()
        var flipped = true1.signature
        flipped[10] ^= 1
        let forged = [
            try LedgerSigner().sign(Self.records[19], at: true1.at),
            LedgerHead(seq: 19, hash: true1.hash, at: true1.at, signature: true1.signature),
            LedgerHead(seq: 20, hash: Self.records[18].hash, at: true1.at, signature: true1.signature),
            LedgerHead(seq: 20, hash: true1.hash, at: true1.at + .milliseconds(1), signature: true1.signature),
            LedgerHead(seq: 20, hash: true1.hash, at: true1.at, signature: flipped),
            LedgerHead(seq: 20, hash: true1.hash, at: true1.at, signature: []),
        ]
        for head in forged {
            let verdict = try verdict(Self.records, head: head)
            #expect(verdict.faults.map(\.kind) == [.headSignature] && !verdict.headVerified)
        }
    }

    @Test(
        "what is not the canonical JSON of a record is named, even with a fitting hash",
        arguments: [
            "", "null", "{}", "[]", "nonsense", #"{"seq":3}"#, #"{"previous":"","seq":"3"}"#,
            #"{"previous": "","seq":3}"#, #"{"seq":3,"previous":""}"#, #"{"previous":"","seq":3,"seq":3}"#,
        ])
    func notCanonical(text: String) throws {
        var records = Self.records
        records[2] = LedgerRecord(seq: 3, record: text, hash: Digest.sha256Hex(text.utf8))
        #expect(found(try verdict(records)) == ["3 not-canonical", "4 previous-mismatch"])
    }

    @Test("hostile numbers trap nothing")
    func hostileNumbers() throws {
        let text = Self.records[0].record
        let hostile = [Int64.min, -1, 0, .max, .max, .min].map { LedgerRecord(seq: $0, record: text, hash: "") }
        let verdict = try verdict(hostile)
        #expect(verdict.checked == 6 && !verdict.faults.isEmpty)
    }

    @Test("every single change of one byte anywhere in the ledger is found")
    func everyByte() throws {
        var random = SeededGenerator("ledger bytes")
        let head = try Self.head()
        for _ in 0..<300 {
            var records = Self.records
            let index = Int.random(in: 0..<records.count, using: &random)
            var bytes = Array(records[index].record.utf8)
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = bytes[place] == 0x61 ? 0x62 : 0x61
            let text = String(decoding: bytes, as: UTF8.self)
            let rehash = Bool.random(using: &random)
            records[index] = LedgerRecord(
                seq: records[index].seq, record: text,
                hash: rehash ? Digest.sha256Hex(text.utf8) : records[index].hash)
            let verdict = LedgerChain.verify(records, head: head, publicKey: Self.signer.publicKey)
            #expect(!verdict.isIntact, "record \(index + 1) byte \(place) rehashed \(rehash)")
            #expect(verdict.faults.first.map { abs($0.seq - Int64(index + 1)) <= 1 } == true)
        }
    }

    @Test("a thousand faults are listed, the rest is counted")
    func manyFaults() throws {
        let bad = (1...1_500).map { LedgerRecord(seq: $0, record: "x", hash: Digest.sha256Hex("x".utf8)) }
        let verdict = LedgerChain.verify(bad, head: nil, publicKey: nil)
        #expect(verdict.faults.count == 1_000 && verdict.unlistedFaults == 501)
    }

    @Test("the signer shows its private half to nobody who prints it")
    func signerIsSilent() throws {
        var dumped = ""
        dump(Self.signer, to: &dumped)
        let hex = Digest.hex(Self.signer.privateKey)
        #expect(!dumped.contains(hex) && !"\(Self.signer)".contains(hex))
        let again = try #require(LedgerSigner(privateKey: Self.signer.privateKey))
        #expect(again.publicKey == Self.signer.publicKey && LedgerSigner(privateKey: [1, 2]) == nil)
    }

    @Test("hex reads back, and refuses what is no hex")
    func hex() {
        #expect(Digest.bytes(hex: Digest.hex(Array(0...255))) == Array(0...255))
        #expect(Digest.bytes(hex: "0g") == nil && Digest.bytes(hex: "abc") == nil && Digest.bytes(hex: "٣٣") == nil)
    }
}
