import Remote
import TestSupport
import Testing

@testable import SNMP

/// SNMPv1: GET and GETNEXT only, noSuchName for what there is not.
@Suite(.tags(.medium)) struct FirstVersionTests {
    static let first = SNMPCredential.v1(community: Secret("public"))
    static let objects =
        TableWalkTests.objects([3, 5, 0, 5]) + [
            VarBind(sysName, .octets([65])), VarBind([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1], .counter64(1 << 40)),
            VarBind([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 7, 1], .counter32(9)),
        ]

    private func agent(_ peer: SNMPPeer) throws -> SNMPTarget {
        try target(peer.address, peer.port, Self.first, timeout: .seconds(5), retries: 0)
    }

    @Test func `names that the agent does not have are left out one by one, the others are read`() async throws {
        let peer = try TableAgent(Self.objects).peer()
        let engine = try SNMPEngine()
        let missing: OID = [1, 3, 6, 1, 2, 1, 1, 99, 0]
        let row = TableWalkTests.entry.appending(2, 4)
        let values = try await engine.get([missing, sysName, sysDescr, row], from: try agent(peer))
        #expect(values.map(\.oid) == [missing, sysName, sysDescr, row])
        #expect(values.map(\.value.isException) == [true, false, true, false])
        // Two names are missing: two refusals and one answer.
        #expect(peer.questions.map(\.names.count) == [4, 3, 2])
        #expect(peer.questions.allSatisfy { $0.kind == .get })
        let none = try await engine.get([missing, sysDescr], from: try agent(peer))
        #expect(none == [VarBind(missing, .noSuchInstance), VarBind(sysDescr, .noSuchInstance)])
    }

    @Test func `a long list with gaps comes in parts and in order`() async throws {
        let peer = try TableAgent((0..<200).map { VarBind(system.appending(50, $0 * 2), .gauge32($0)) }).peer()
        let engine = try SNMPEngine()
        let names = (0..<90).map { system.appending(50, $0 * 4 + ($0 % 30 == 7 ? 1 : 0)) }
        let values = try await engine.get(names, from: try agent(peer))
        #expect(values.map(\.oid) == names)
        #expect(values.indices.filter { values[$0].value.isException } == [7, 37, 67])
    }

    @Test func `GETNEXT at the end of everything says so for that name`() async throws {
        let peer = try TableAgent(Self.objects).peer()
        let engine = try SNMPEngine()
        let end: OID = [1, 3, 9]
        let values = try await engine.getNext([system, end], from: try agent(peer))
        #expect(values == [VarBind(sysName, .octets([65])), VarBind(end, .endOfMibView)])
    }

    @Test func `a table is walked by GETNEXT with all columns in one message`() async throws {
        let peer = try TableAgent(Self.objects).peer()
        let engine = try SNMPEngine()
        let columns = try await engine.table(TableWalkTests.roots(4), from: try agent(peer), limit: 100)
        #expect(columns.map(\.count) == [3, 5, 0, 5])
        #expect(columns.flatMap { $0 } == TableWalkTests.objects([3, 5, 0, 5]))
        #expect(peer.questions.allSatisfy { $0.kind == .getNext })
        // Five rows and the end; the column without rows and the shorter one are asked less.
        #expect(peer.questions.map(\.names.count) == [4, 3, 3, 3, 2, 2])
    }

    @Test func `a Counter64 is no value of version 1`() async throws {
        let peer = try TableAgent(Self.objects).peer()
        let engine = try SNMPEngine()
        let table: OID = [1, 3, 6, 1, 2, 1, 31]
        let rows = try await engine.walk(table, from: try agent(peer), limit: 10)
        #expect(rows == [VarBind([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 7, 1], .counter32(9))])
        let counter: OID = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1]
        #expect(try await engine.get([counter], from: try agent(peer)) == [VarBind(counter, .noSuchInstance)])
    }

    @Test func `GETBULK is refused, and an answer of another version is no answer`() async throws {
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, [VarBind(sysName, .null)]))] }
        let engine = try SNMPEngine()
        let agent = try target(peer.address, peer.port, Self.first, timeout: .milliseconds(200), retries: 0)
        let code = try await failureCode {
            try await engine.getBulk([system], nonRepeaters: 0, maxRepetitions: 5, from: agent)
        }
        #expect(code == .unsupported)
        #expect(engine.statistics.sent == 0)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .timeout)
        #expect(engine.statistics.droppedUnmatched == 1)
    }

    @Test func `weak credentials are named, without their secrets`() {
        #expect(Self.first.weaknesses.count == 1)
        #expect(community("public").weaknesses.count == 1)
        #expect(user("a", auth: .sha256, priv: .aes128).weaknesses.isEmpty)
        #expect(user("a", auth: .md5, priv: .des).weaknesses == ["md5 authentication", "des privacy"])
        #expect(user("a", auth: .sha1, priv: .aes256).weaknesses == ["sha1 authentication"])
        #expect(user("a", auth: .sha512).weaknesses == ["no privacy"])
        #expect(user("a").weaknesses == ["no authentication, no privacy"])
    }
}
