import Remote
import TestSupport
import Testing

@Suite(.tags(.small)) struct SerialAgreementTests {
    struct Step: Sendable {
        let a, b: UInt32
        let ahead: Int?
    }

    @Test(
        "serials are compared as RFC 1982 does",
        arguments: [
            Step(a: 5, b: 5, ahead: 0), Step(a: 6, b: 5, ahead: 1), Step(a: 5, b: 6, ahead: -1),
            Step(a: 1, b: .max, ahead: 2), Step(a: .max, b: 1, ahead: -2),
            Step(a: 0x8000_0000, b: 0, ahead: nil), Step(a: 0, b: 0x8000_0000, ahead: nil),
            Step(a: 0x7FFF_FFFF, b: 0, ahead: 0x7FFF_FFFF), Step(a: 2_026_112_201, b: 2_026_112_104, ahead: 97),
        ])
    func order(_ step: Step) {
        #expect(ZoneSerial(step.a).ahead(of: ZoneSerial(step.b)) == step.ahead)
    }

    private func serial(_ number: UInt32) -> SerialAgreement.Answer { .serial(ZoneSerial(number)) }

    @Test("agreement needs two servers and every answer") func verdicts() {
        #expect(SerialAgreement([:]).verdict == .unanswered)
        #expect(SerialAgreement(["a": .silent("timeout")]).verdict == .unanswered)
        #expect(SerialAgreement(["a": serial(7)]).verdict == .single)
        #expect(SerialAgreement(["a": serial(7), "b": serial(7)]).verdict == .agree)
        let partly = SerialAgreement(["a": serial(7), "b": .silent("timeout"), "c": .lame("REFUSED")])
        #expect(partly.verdict == .incomplete)
        #expect(partly.silent == ["b": "timeout"])
        #expect(partly.lame == ["c": "REFUSED"])
        #expect(partly.asked == 3)
    }

    @Test("who is behind is named, also across the turn of the numbers") func behind() {
        let result = SerialAgreement(["a": serial(2), "b": serial(.max), "c": serial(1), "d": serial(.max)])
        #expect(result.verdict == .differ)
        #expect(result.newest == ZoneSerial(2))
        #expect(result.lagging.map(\.server) == ["b", "d", "c"])
        #expect(result.lagging.map(\.behind) == [3, 3, 1])
    }

    @Test("serials without an order are called so") func circle() {
        let apart = SerialAgreement(["a": serial(0), "b": serial(0x8000_0000)])
        #expect(apart.verdict == .incomparable)
        #expect(apart.newest == nil && apart.lagging.isEmpty)
        // 0 < 0x60000000 < 0xC0000000 < 0: each is newer than the one before.
        let circle = SerialAgreement(["a": serial(0), "b": serial(0x6000_0000), "c": serial(0xC000_0000)])
        #expect(circle.verdict == .incomparable)
    }

    @Test("a report becomes an answer") func reports() {
        func report(_ rcode: String, _ authoritative: Bool?, _ serial: UInt32?) -> DNSReport {
            DNSReport(
                rcode: rcode, records: [], ttl: nil, security: .unchecked, bogusReason: nil,
                authoritative: authoritative, serial: serial, duration: .zero)
        }
        #expect(SerialAgreement.Answer(report("NOERROR", true, 9)) == .serial(ZoneSerial(9)))
        #expect(SerialAgreement.Answer(report("REFUSED", false, nil)) == .lame("REFUSED"))
        #expect(SerialAgreement.Answer(report("NOERROR", false, 9)) != .serial(ZoneSerial(9)))
        #expect(SerialAgreement.Answer(RemoteError(.timeout, subject: "x", message: "late")) == .silent("late"))
    }
}
