import Remote
import TestSupport
import Testing

@testable import SNMP

/// What an engine learns about agents and how it uses it.
@Suite(.tags(.medium)) struct LearningTests {
    private func agent(
        _ peer: SNMPPeer, timeout: Duration = .seconds(5), retries: Int = 0, maxRepetitions: Int = 50
    ) throws -> SNMPTarget {
        try target(
            peer.address, peer.port, community("public"), timeout: timeout, retries: retries,
            maxRepetitions: maxRepetitions)
    }

    @Test func `a table of known length takes one message, also in the next run`() async throws {
        let objects = TableWalkTests.objects([12, 12, 7])
        let peer = try TableAgent(objects + [VarBind([1, 3, 6, 1, 2, 1, 3], .null)]).peer()
        let engine = try SNMPEngine()
        for _ in 0..<2 {
            let columns = try await engine.table(TableWalkTests.roots(3), from: try agent(peer), limit: 100)
            #expect(columns.map(\.count) == [12, 12, 7])
        }
        #expect(peer.received.count == 3)
        let records = await engine.exportAgents()
        #expect(records.map(\.tables.count) == [1])
        #expect(records.first?.tables.first?.rows == 12)
        #expect(records.first?.repetitions == nil)

        let next = try SNMPEngine()
        next.importAgents(records)
        _ = try await next.table(TableWalkTests.roots(3), from: try agent(peer), limit: 100)
        #expect(peer.received.count == 4)
        #expect(await next.exportAgents().first?.tables == records.first?.tables)
    }

    @Test func `a table that has grown is read whole`() async throws {
        let small = TableWalkTests.objects([5, 5])
        let large = TableWalkTests.objects([50, 50])
        let (before, after) = (TableAgent(small), TableAgent(large))
        let peer = try SNMPPeer { datagram, number in
            guard let asked = AskedQuestion(datagram) else { return [] }
            let (status, _, rows) = (number < 2 ? before : after).answer(asked.body)
            return [.init(SNMPTests.answer(id: asked.id, status: status, rows))]
        }
        let engine = try SNMPEngine()
        let first = try await engine.table(TableWalkTests.roots(2), from: try agent(peer), limit: 100)
        #expect(first.map(\.count) == [5, 5])
        while peer.received.count < 2 { _ = try await engine.getNext([system], from: try agent(peer)) }
        let second = try await engine.table(TableWalkTests.roots(2), from: try agent(peer), limit: 100)
        #expect(second.flatMap { $0 } == large)
    }

    @Test func `columns come back as they were asked, twice if asked twice, and never overlapping`() async throws {
        let peer = try TableAgent(TableWalkTests.objects([3, 2])).peer()
        let engine = try SNMPEngine()
        let roots = TableWalkTests.roots(2)
        let columns = try await engine.table([roots[1], roots[0], roots[1]], from: try agent(peer), limit: 9)
        #expect(columns.map(\.count) == [2, 3, 2])
        #expect(columns.map { $0[0].oid.isWithin(roots[0]) } == [false, true, false])
        await #expect(throws: RemoteError.self) {
            try await engine.table([roots[0], TableWalkTests.entry], from: try agent(peer), limit: 9)
        }
        await #expect(throws: RemoteError.self) { try await engine.table([], from: try agent(peer), limit: 9) }
        let code = try await failureCode {
            try await engine.table(roots, from: try agent(peer), limit: 2).flatMap { $0 }
        }
        #expect(code == .tooLarge)
    }

    @Test func `an agent that says tooBig is asked for less from then on`() async throws {
        var choking = TableAgent(TableWalkTests.objects([40]))
        choking.mostRows = 3
        let peer = try choking.peer()
        let engine = try SNMPEngine()
        let root = TableWalkTests.entry
        #expect(try await engine.walk(root, from: try agent(peer), limit: 100).count == 40)
        #expect(peer.questions.prefix(3).map(\.maxRepetitions) == [10, 5, 2])
        let count = peer.received.count
        #expect(try await engine.walk(root, from: try agent(peer), limit: 100).count == 40)
        #expect(peer.questions.dropFirst(count).allSatisfy { $0.maxRepetitions <= 3 })
        let records = await engine.exportAgents()
        #expect((records.first?.repetitions).map { (2...3).contains($0) } == true)

        let next = try SNMPEngine()
        next.importAgents(records)
        _ = try await next.walk(root, from: try agent(peer), limit: 100)
        #expect((peer.questions.last?.maxRepetitions).map { $0 <= 3 } == true)
    }

    @Test(arguments: [0, 2])
    func `an agent that is silent to many rows is asked for less from then on`(retries: Int) async throws {
        let peer = try TableAgent(TableWalkTests.objects([30])).peer { body, _ in
            body.kind == .getBulk && body.maxRepetitions > 5
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer, timeout: .milliseconds(250), retries: retries)
        let root = TableWalkTests.entry
        // It must be known to live, or nobody would spend time on why it is silent.
        _ = try await engine.getNext([root], from: agent)
        for _ in 0..<2 { #expect(try await engine.walk(root, from: agent, limit: 100).count == 30) }
        let asked = peer.received.count
        let retried = engine.statistics.retried
        #expect(try await engine.walk(root, from: agent, limit: 100).count == 30)
        #expect(engine.statistics.retried == retried)
        #expect(peer.questions.dropFirst(asked).allSatisfy { $0.maxRepetitions <= 5 })
    }

    @Test func `an agent that dies is not asked why more than once`() async throws {
        let peer = try TableAgent(TableWalkTests.objects([3])).peer { body, number in number > 0 }
        let engine = try SNMPEngine()
        let agent = try agent(peer, timeout: .milliseconds(50))
        _ = try await engine.getNext([system], from: agent)
        for expected in [3, 4, 5] {
            #expect(
                try await failureCode { try await engine.walk(TableWalkTests.entry, from: agent, limit: 9) } == .timeout
            )
            #expect(peer.received.count == expected)
        }
    }

    @Test func `round trips are measured on messages that were sent once, and on no others`() async throws {
        let peer = try TableAgent(TableWalkTests.objects([3])).peer { _, number in number == 2 }
        let engine = try SNMPEngine()
        let agent = try agent(peer, timeout: .milliseconds(300), retries: 1)
        #expect(await engine.roundTrip(at: agent.endpoint) == nil)
        let request = SNMPRequest(.getNext([system]), from: agent)
        for expected in [1, 2] as [Int32] {
            let outcome = try #require(await engine.ask([request]).first)
            #expect(outcome.messages == 1)
            #expect(try #require(outcome.roundTrip) >= .zero)
            #expect(await engine.roundTrip(at: agent.endpoint)?.samples == expected)
        }
        // The third question is lost once: nobody knows which try was answered (Karn's rule).
        let outcome = try #require(await engine.ask([request]).first)
        #expect(try outcome.result.get().count == 1)
        #expect(outcome.messages == 2)
        #expect(outcome.roundTrip == nil)
        #expect(await engine.roundTrip(at: agent.endpoint)?.samples == 2)
    }

    @Test func `the estimate is that of RFC 6298 section 2`() {
        var estimate = RoundTripEstimate()
        #expect(estimate.timeout(floor: .milliseconds(1), ceiling: .seconds(2)) == .seconds(2))
        estimate.take(microseconds: 8_000)
        #expect(estimate.smoothed == 8_000 && estimate.variation == 4_000)
        #expect(estimate.timeout(floor: .milliseconds(1), ceiling: .seconds(2)) == .milliseconds(24))
        estimate.take(microseconds: 16_000)
        #expect(estimate.variation == 4_000 + (8_000 - 4_000) / 4)
        #expect(estimate.smoothed == 8_000 + 8_000 / 8)
        estimate.take(microseconds: -5)
        estimate.take(microseconds: .max)
        #expect(estimate.timeout(floor: .milliseconds(1), ceiling: .seconds(2)) == .seconds(2))
        #expect(RoundTripEstimate(smoothed: -1, variation: 0, samples: 1) == nil)
        #expect(RoundTripEstimate(smoothed: 1, variation: 0, samples: 0) == nil)
    }

    @Test func `records that cannot be true are not imported`() async throws {
        let engine = try SNMPEngine()
        let good = SNMPAgentRecord(
            address: "127.0.0.1", port: 161, repetitions: 7, roundTrip: RoundTripEstimate(),
            tables: [.init(column: "1.3.6.1", columns: 1, rows: 2, rowBytes: 3)])
        var (nowhere, absurd) = (good, good)
        nowhere.address = "example"
        absurd.address = "127.0.0.2"
        absurd.repetitions = nil
        absurd.tables = [
            .init(column: "x", columns: 1, rows: 2, rowBytes: 3),
            .init(column: "1.3.6.1", columns: 0, rows: 2, rowBytes: 3),
            .init(column: "1.3.6.1", columns: 1, rows: -2, rowBytes: 3),
        ]
        engine.importAgents([nowhere, absurd, good])
        #expect(await engine.exportAgents() == [good])
    }

    @Test func `one engine id at several addresses is told, and whether the clocks agree`() {
        func record(_ address: String, _ id: UInt8, boots: Int32 = 3, time: Int32 = 500) -> SNMPEngineRecord {
            SNMPEngineRecord(
                address: address, port: 161, engineID: [0x80, 0, 0, 0, id], boots: boots, time: time,
                observedAt: 1_000)
        }
        let found = SNMPEngineRecord.duplicates(in: [
            record("192.0.2.1", 1), record("192.0.2.2", 1, time: 501), record("192.0.2.3", 2),
            record("2001:db8::1", 4), record("192.0.2.4", 4, boots: 9),
        ])
        #expect(found.map(\.engineID) == ["8000000001", "8000000004"])
        #expect(
            found.map(\.endpoints) == [["192.0.2.1:161", "192.0.2.2:161"], ["192.0.2.4:161", "[2001:db8::1]:161"]])
        #expect(found.map(\.clocksDiffer) == [false, true])
    }
}
