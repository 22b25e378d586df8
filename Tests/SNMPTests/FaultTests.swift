import Remote
import Synchronization
import TestSupport
import Testing

@testable import SNMP

/// Devices that vanish, lie and talk past the question, over SNMPv2c: each ends in an answer or in a clear error.
@Suite(.tags(.medium)) struct FaultTests {
    static let name = VarBind(sysName, .octets(Array("fake".utf8)))
    /// Long enough for an answer that does come on a busy machine.
    static let patient = Duration.seconds(5)
    /// For what is never answered.
    static let brief = Duration.milliseconds(150)

    private func agent(
        _ peer: SNMPPeer, timeout: Duration = patient, retries: Int = 0, maxRepetitions: Int = 10
    ) throws -> SNMPTarget {
        try target(
            peer.address, peer.port, community("public"), timeout: timeout, retries: retries,
            maxRepetitions: maxRepetitions)
    }

    private func failure(_ body: () async throws -> [VarBind]) async throws -> RemoteError {
        try await #require(throws: RemoteError.self) { _ = try await body() }
    }

    @Test func `half of the devices vanish and return: the others are read in every cycle`() async throws {
        let areGone = Mutex(false)
        let peers = try (0..<20).map { index in
            try communityPeer { question, _ in
                if index.isMultiple(of: 2), areGone.withLock({ $0 }) { return [] }
                return [
                    .init(answer(id: question.id, [VarBind(sysName, .octets(Array("device-\(index)".utf8)))]))
                ]
            }
        }
        let engine = try SNMPEngine()
        for (cycle, gone) in [false, true, false, true, false].enumerated() {
            areGone.withLock { $0 = gone }
            let requests = try peers.enumerated().map { index, peer in
                let dies = gone && index.isMultiple(of: 2)
                return SNMPRequest(.get([sysName]), from: try agent(peer, timeout: dies ? Self.brief : Self.patient))
            }
            let results = await engine.poll(requests)
            #expect(results.count == peers.count)
            for (index, result) in results.enumerated() {
                switch result {
                case .success(let rows):
                    #expect(!gone || !index.isMultiple(of: 2), "cycle \(cycle)")
                    #expect(rows.map(\.value) == [.octets(Array("device-\(index)".utf8))], "cycle \(cycle)")
                case .failure(let error):
                    #expect(gone && index.isMultiple(of: 2) && error.code == .timeout, "cycle \(cycle): \(error)")
                    #expect(error.message.contains("no answer from"))
                }
            }
        }
        #expect(engine.statistics.droppedUnmatched == 0)
    }

    /// A v2c message of any kind.
    private static func message(_ kind: PDUKind, id: Int32, _ binding: VarBind) -> [UInt8] {
        written { writer in
            writePDU(kind, id: id, [binding], to: &writer)
            writer.octets(Array("public".utf8))
            writer.integer(1)
            writer.header(0x30, since: 0)
        }
    }

    /// Answers that are none, each by itself; every one of them must be counted as ours to drop.
    static let strangers: [(String, @Sendable (Int32) -> [UInt8])] = [
        ("wrong request id", { answer(id: $0 ^ 0x10, [name]) }),
        ("request id 0", { _ in answer(id: 0, [name]) }),
        ("wrong community", { answer(id: $0, [name], community: "private") }),
        ("empty community", { answer(id: $0, [name], community: "") }),
        ("a Report instead of a Response", { message(.report, id: $0, name) }),
        ("our own question, sent back", { message(.get, id: $0, VarBind(sysName, .null)) }),
        (elsewhere, { answer(id: $0, [name]) }),
    ]
    private static let elsewhere = "another port of the same host"

    @Test(arguments: strangers.indices)
    func `an answer that is none is dropped, however often it comes`(at index: Int) async throws {
        let (what, reply) = Self.strangers[index]
        let peer = try communityPeer { question, _ in
            let bytes = reply(question.id)
            return (0..<50).map { _ in .init(bytes, fromElsewhere: what == Self.elsewhere) }
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer, timeout: .milliseconds(400))
        let error = try await failure { try await engine.get([sysName], from: agent) }
        #expect(error.code == .timeout, "\(what)")
        #expect(error.subject == "device/test-agent")
        #expect(error.message.contains("no answer from 127.0.0.1:\(peer.port) in 1 try"), "\(what): \(error.message)")
        let statistics = engine.statistics
        #expect(statistics.droppedUnmatched == statistics.received, "\(what)")
        #expect(statistics.received > 0, "\(what)")
    }

    @Test func `one device cannot answer for another`() async throws {
        let asked = Mutex<Int32?>(nil)
        let victim = try communityPeer { question, _ in
            asked.withLock { $0 = question.id }
            return []
        }
        let liar = try SNMPPeer(on: "127.0.0.2") { datagram, _ in
            guard let question = Question(datagram) else { return [] }
            let lie = asked.withLock { $0 }.map { answer(id: $0, [Self.name]) }
            return [lie, answer(id: question.id, [Self.name])].compactMap { $0 }.map { .init($0) }
        }
        let engine = try SNMPEngine()
        let silent = try agent(victim, timeout: .milliseconds(600))
        async let first = failureCode { try await engine.get([sysName], from: silent) }
        while asked.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await engine.get([sysName], from: try agent(liar)) == [Self.name])
        #expect(try await first == .timeout)
        #expect(engine.statistics.droppedUnmatched == 1)
    }

    @Test func `duplicate and late answers of a walk are dropped, its rows come once`() async throws {
        let old = Mutex<[[UInt8]]>([])
        let peer = try communityPeer { question, _ in
            let last = question.names[0] == system ? 0 : question.names[0].parts.last ?? 0
            let rows =
                last < 40
                ? (1...10).map { VarBind(system.appending(last + $0), .gauge32(last + $0)) }
                : [VarBind(question.names[0], .endOfMibView)]
            let good = answer(id: question.id, rows)
            return old.withLock { old in
                let replies = old + [good, good, good]
                old.append(good)
                return replies.map { .init($0) }
            }
        }
        let engine = try SNMPEngine()
        let rows = try await engine.walk(system, from: try agent(peer), limit: 100)
        #expect(rows.map(\.oid) == (1...40).map { system.appending($0) })
        #expect(engine.statistics.retried == 0)
        #expect(engine.statistics.droppedUnmatched >= 10)
    }

    @Test(arguments: [false, true])
    func `a walk that never ends stops at its limit, after as many questions as it needs`(oneByOne: Bool) async throws {
        let peer = try communityPeer { question, _ in
            let last = question.names[0] == system ? 0 : question.names[0].parts.last ?? 0
            let count = oneByOne ? 1 : max(1, UInt32(question.maxRepetitions))
            return [
                .init(
                    answer(id: question.id, (1...count).map { VarBind(system.appending(last + $0), .null) }))
            ]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        let error = try await failure { try await engine.walk(system, from: agent, limit: 200) }
        #expect(error.code == .tooLarge)
        #expect(error.message.contains("more than 200 rows below \(system)"))
        #expect(peer.received.count <= (oneByOne ? 201 : 21))
    }

    /// Rows by which a walk would go round in circles.
    static let circles: [(String, [OID])] = [
        ("the root itself", [system]), ("one row twice", [system.appending(3), system.appending(3)]),
        ("a step back", [system.appending(4), system.appending(2)]),
        ("a row before the root", [[1, 3, 6, 1, 2, 1, 0, 5]]), ("the shortest name", [[0, 0]]),
    ]

    @Test(arguments: circles.indices)
    func `names that do not increase end a walk at once`(at index: Int) async throws {
        let (what, names) = Self.circles[index]
        let peer = try communityPeer { question, _ in
            [.init(answer(id: question.id, names.map { VarBind($0, .integer(1)) }))]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        let error = try await failure { try await engine.walk(system, from: agent, limit: 1_000) }
        #expect(error.code == .protocolViolation, "\(what)")
        #expect(error.message.contains("do not increase"), "\(what): \(error.message)")
        #expect(peer.received.count == 1, "\(what)")
    }

    @Test func `a circle over several answers is seen`() async throws {
        let peer = try communityPeer { question, number in
            let from = UInt32(number % 2) * 10
            return [
                .init(answer(id: question.id, (1...10).map { VarBind(system.appending(from + $0), .null) }))
            ]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        let error = try await failure { try await engine.walk(system, from: agent, limit: 1_000) }
        #expect(error.code == .protocolViolation)
        #expect(peer.received.count == 3)
    }

    @Test func `64 KB of bindings are refused unless they were asked for`() async throws {
        // The largest answer that a datagram carries: 65,507 bytes are about 3,900 rows.
        let rows = (1...3_900).map { VarBind(system.appending(UInt32($0)), .gauge32(UInt32($0))) }
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, rows))] }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        for body: () async throws -> [VarBind] in [
            { try await engine.get([sysName], from: agent) }, { try await engine.getNext([system], from: agent) },
            { try await engine.walk(system, from: agent, limit: 10_000) },
            { try await engine.getBulk([system], nonRepeaters: 0, maxRepetitions: 10, from: agent) },
        ] {
            let error = try await failure(body)
            #expect(error.code == .protocolViolation)
            #expect(error.message.contains("3900 objects"), "\(error.message)")
        }
        #expect(try await engine.getBulk([system], nonRepeaters: 0, maxRepetitions: 3_900, from: agent) == rows)
        #expect(engine.statistics.socketDrops == 0)
    }

    /// A counter's encoding and what it means; nil is an error, never a cut number.
    static let counters: [([UInt8], SNMPValue?)] = [
        ([0x41, 1, 0x00], .counter32(0)),
        // "-1" of an agent that takes its counter for an INTEGER: the bits of the counter.
        ([0x41, 4, 0xFF, 0xFF, 0xFF, 0xFF], .counter32(.max)), ([0x41, 4, 0x80, 0, 0, 0], .counter32(1 << 31)),
        ([0x41, 5, 0, 0xFF, 0xFF, 0xFF, 0xFF], .counter32(.max)), ([0x41, 5, 1, 0, 0, 0, 0], nil),
        ([0x41, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], nil), ([0x41, 0], nil),
        ([0x41, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], nil),
        ([0x42, 5, 2, 0, 0, 0, 0], nil), ([0x43, 5, 2, 0, 0, 0, 0], nil),
        ([0x46, 9, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .counter64(.max)),
        ([0x46, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], .counter64(.max - 1)),
        ([0x46, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0], nil), ([0x46, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], nil),
        ([0x02, 5, 1, 0, 0, 0, 0], nil), ([0x02, 4, 0x80, 0, 0, 0], .integer(.min)),
    ]

    /// An answer whose value stands as `encoding`, tag and length included.
    private static func rawAnswer(id: Int32, _ name: OID, _ encoding: [UInt8]) -> [UInt8] {
        written { writer in
            for byte in encoding.reversed() { writer.byte(byte) }
            writer.oid(name)
            writer.header(0x30, since: 0)
            writer.header(0x30, since: 0)
            for number in [0, 0, id] { writer.integer(number) }
            writer.header(PDUKind.response.rawValue, since: 0)
            writer.octets(Array("public".utf8))
            writer.integer(1)
            writer.header(0x30, since: 0)
        }
    }

    @Test(arguments: counters.indices)
    func `negative and overlong counters are exact or refused`(at index: Int) async throws {
        let (encoding, meaning) = Self.counters[index]
        let peer = try communityPeer { question, _ in
            [.init(Self.rawAnswer(id: question.id, sysName, encoding))]
        }
        let engine = try SNMPEngine()
        let agent = try agent(peer)
        guard let meaning else {
            let error = try await failure { try await engine.get([sysName], from: agent) }
            #expect(error.code == .protocolViolation, "\(encoding)")
            #expect(error.message.contains("encoding rules"), "\(error.message)")
            return
        }
        #expect(try await engine.get([sysName], from: agent) == [VarBind(sysName, meaning)], "\(encoding)")
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x00, 0x41], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE1, 0xBA], [0x1B, 0x5B, 0x33, 0x31, 0x6D],
            [],
        ] as [[UInt8]])
    func `a sysDescr that is no UTF-8 comes as its bytes`(bytes: [UInt8]) async throws {
        let binding = VarBind(sysDescr, .octets(bytes))
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, [binding]))] }
        let engine = try SNMPEngine()
        #expect(try await engine.get([sysDescr], from: try agent(peer)) == [binding])
    }
}
