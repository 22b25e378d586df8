import Remote
import TestSupport
import Testing

@testable import SNMP

/// Against scripted peers that break the rules of SNMPv2c.
@Suite(.tags(.medium)) struct HostilePeerTests {
    static let name = VarBind(sysName, .octets(Array("fake".utf8)))

    private func agent(
        _ peer: SNMPPeer, retries: Int = 1, timeout: Duration = .milliseconds(150), maxRepetitions: Int = 10
    ) throws -> SNMPTarget {
        try target(
            peer.address, peer.port, community("public"), timeout: timeout, retries: retries,
            maxRepetitions: maxRepetitions)
    }

    @Test func `a silent host is asked retries + 1 times and then times out`() async throws {
        let peer = try SNMPPeer { _, _ in [] }
        let engine = try SNMPEngine()
        let agent = try agent(peer, retries: 2, timeout: .milliseconds(60))
        let start = ContinuousClock.now
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .timeout)
        #expect(ContinuousClock.now - start >= .milliseconds(180))
        #expect(engine.statistics.sent == 3)
        #expect(engine.statistics.retried == 2)
    }

    /// How an answer is spoilt, and whether it is dropped (`nil`) or fails the request.
    static let spoilt: [(String, RemoteError.Code, @Sendable ([UInt8]) -> [UInt8])] = [
        ("cut in half", .timeout, { Array($0.prefix($0.count / 2)) }),
        ("last byte missing", .timeout, { Array($0.dropLast()) }),
        ("one byte only", .timeout, { Array($0.prefix(1)) }),
        ("empty", .timeout, { _ in [] }),
        ("outer length too long", .timeout, { [$0[0], $0[1] + 1] + $0.dropFirst(2) }),
        ("outer length of four huge bytes", .timeout, { [$0[0], 0x84, 0xFF, 0xFF, 0xFF, 0xFF] + $0.dropFirst(2) }),
        ("indefinite length", .timeout, { [$0[0], 0x80] + $0.dropFirst(2) + [0, 0] }),
        ("community longer than the message", .timeout, { $0.replacing([0x04, 0x06], with: [0x04, 0x7F]) }),
        ("version 2", .timeout, { $0.replacing([0x02, 0x01, 0x01, 0x04], with: [0x02, 0x01, 0x02, 0x04]) }),
        ("binding longer than its list", .protocolViolation, { $0.replacing([0x06, 0x08], with: [0x06, 0x7E]) }),
        (
            "name that ends inside a part", .protocolViolation,
            { $0.replacing([0x05, 0x00, 0x04], with: [5, 0x80, 4]) }
        ),
        ("unknown type of value", .protocolViolation, { $0.replacing([0x00, 0x04, 0x04], with: [0, 0x5D, 0x04]) }),
    ]

    @Test(arguments: spoilt.indices)
    func `broken encodings are dropped, or fail the request when they are surely meant for it`(at index: Int)
        async throws
    {
        let (what, code, spoil) = Self.spoilt[index]
        let peer = try communityPeer { question, _ in [.init(spoil(answer(id: question.id, [Self.name])))] }
        let engine = try SNMPEngine()
        let agent = try agent(peer, retries: 0, timeout: .milliseconds(100))
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == code, "\(what)")
        #expect(engine.statistics.droppedMalformed == 1, "\(what)")
        #expect(engine.statistics.received == 1)
    }

    @Test func `a wrong request id, community or address is dropped and the right answer still counts`() async throws {
        let peer = try communityPeer { question, _ in
            let good = answer(id: question.id, [Self.name])
            return [
                .init(answer(id: question.id ^ 1, [Self.name])),
                .init(answer(id: question.id, [Self.name], community: "Public")),
                .init(good, fromElsewhere: true), .init(good), .init(good),
            ]
        }
        let engine = try SNMPEngine()
        #expect(try await engine.get([sysName], from: try agent(peer)) == [Self.name])
        // The duplicate behind the good one may still be on its way: a second request comes behind it.
        #expect(try await engine.get([sysName], from: try agent(peer)) == [Self.name])
        #expect(engine.statistics.droppedUnmatched >= 7)
        #expect(engine.statistics.retried == 0)
    }

    @Test func `an answer from another port only is silence`() async throws {
        let peer = try communityPeer { question, _ in
            [.init(answer(id: question.id, [Self.name]), fromElsewhere: true)]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer, retries: 0)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .timeout)
        #expect(engine.statistics.droppedUnmatched == 1)
    }

    @Test func `a lost question is asked again with the same id`() async throws {
        let peer = try communityPeer { question, number in
            number == 0 ? [] : [.init(answer(id: question.id, [Self.name]))]
        }
        let engine = try SNMPEngine()
        #expect(try await engine.get([sysName], from: try agent(peer)) == [Self.name])
        #expect(Set(peer.received.compactMap { Question($0)?.id }).count == 1)
        #expect(peer.received.count == 2)
    }

    @Test func `an endless walk ends at the limit`() async throws {
        let peer = try communityPeer { question, _ in
            let last = question.names[0].parts.last ?? 0
            let rows = (1...UInt32(question.maxRepetitions)).map { VarBind(system.appending(last + $0), .null) }
            return [.init(answer(id: question.id, rows))]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        #expect(try await failureCode { try await engine.walk(system, from: agent, limit: 95) } == .tooLarge)
        #expect(peer.received.count == 10)
    }

    @Test(arguments: [[5, 4], [5, 5], [0, 0]] as [[UInt32]])
    func `names that do not increase end a walk`(tail: [UInt32]) async throws {
        let rows = tail.map { VarBind($0 == 0 ? system : system.appending($0), .integer(1)) }
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, rows))] }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        #expect(try await failureCode { try await engine.walk(system, from: agent, limit: 100) } == .protocolViolation)
        #expect(peer.received.count == 1)
    }

    @Test func `rows behind the asked part are cut off`() async throws {
        let inside = [VarBind(system.appending(1), .integer(1)), VarBind(system.appending(2, 7), .counter64(.max))]
        let peer = try communityPeer { question, _ in
            [.init(answer(id: question.id, inside + [VarBind([1, 3, 6, 1, 2, 1, 2], .integer(3))]))]
        }
        let engine = try SNMPEngine()
        #expect(try await engine.walk(system, from: try agent(peer), limit: 100) == inside)
    }

    @Test func `64 KB of bindings nobody asked for are refused, and a long answer fails as too large`() async throws {
        let rows = (1...4_000).map { VarBind(system.appending(UInt32($0)), .gauge32(UInt32($0))) }
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, rows))] }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        #expect(
            try await failureCode { try await engine.walk(system, from: agent, limit: 9_999) } == .protocolViolation)
        let asked = try await engine.getBulk([system], nonRepeaters: 0, maxRepetitions: 4_000, from: agent)
        #expect(asked == rows)

        var configuration = SNMPEngine.Configuration()
        configuration.maxResponseBytes = 8_192
        let small = try SNMPEngine(configuration: configuration)
        #expect(
            try await failureCode {
                try await small.getBulk([system], nonRepeaters: 0, maxRepetitions: 4_000, from: agent)
            } == .tooLarge)
    }

    @Test func `an agent that cannot do many rows is asked for fewer, down to GETNEXT`() async throws {
        let peer = try SNMPPeer { datagram, _ in
            guard let question = Question(datagram) else { return [] }
            let isBulk = datagram.contains(PDUKind.getBulk.rawValue)
            guard !isBulk else { return [.init(answer(id: question.id, status: ErrorStatus.tooBig, []))] }
            let last = question.names[0] == system ? 0 : question.names[0].parts.last ?? 0
            let row = last < 3 ? VarBind(system.appending(last + 1), .integer(1)) : VarBind(system, .endOfMibView)
            return [.init(answer(id: question.id, [row]))]
        }
        let engine = try SNMPEngine()
        let rows = try await engine.walk(system, from: try agent(peer, maxRepetitions: 8), limit: 100)
        #expect(rows.map(\.oid) == (1...3).map { system.appending($0) })
    }

    @Test func `an error-status is the agent's own refusal`() async throws {
        let peer = try communityPeer { question, _ in
            [.init(answer(id: question.id, status: ErrorStatus.genErr, [Self.name]))]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        let error = try await #require(throws: RemoteError.self) { try await engine.get([sysName], from: agent) }
        #expect(error.code == .remote)
        #expect(error.message.contains("genErr(5)"))
    }

    @Test func `other objects than those asked for are refused`() async throws {
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, [VarBind(sysDescr, .null)]))] }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .protocolViolation)
        #expect(try await failureCode { try await engine.get([], from: agent) } == .unsupported)
        #expect(try await failureCode { try await engine.get([[9, 9]], from: agent) } == .unsupported)
    }
}
