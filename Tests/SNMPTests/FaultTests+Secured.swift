import Remote
import Synchronization
import TestSupport
import Testing

@testable import SNMP

/// The same over SNMPv3: engines that reboot, messages that are sent again, Reports where answers belong.
@Suite(.tags(.medium)) struct SecuredFaultTests {
    static let name = VarBind(sysName, .octets(Array("fake".utf8)))

    /// One question as the agent sees it; `number` counts questions, not probes, from 0.
    struct Asked {
        let agent: SecureAgent
        let keys: USMKeys
        let messageID: Int32
        let requestID: Int32
        let number: Int

        func answer(_ bindings: [VarBind], boots: Int32? = nil, time: Int32? = nil) -> [UInt8] {
            speaker(boots, time).response(messageID: messageID, requestID: requestID, keys: keys, bindings)
        }

        /// Signed, not enciphered, as agents send Reports.
        func report(_ counter: UInt32, boots: Int32? = nil, time: Int32? = nil) -> [UInt8] {
            speaker(boots, time).report(
                counter, messageID: messageID, keys: USMKeys(authentication: keys.authentication, privacy: nil))
        }

        private func speaker(_ boots: Int32?, _ time: Int32?) -> SecureAgent {
            var speaker = agent
            speaker.boots = boots ?? agent.boots
            speaker.time = time ?? agent.time
            return speaker
        }
    }

    private func peer(_ script: @escaping @Sendable (Asked) -> [[UInt8]]) throws -> SNMPPeer {
        let agent = SecureAgent()
        let keys = try #require(agent.keys)
        let questions = Mutex(0)
        return try SNMPPeer { datagram, _ in
            guard let (messageID, requestID, isOurs) = agent.open(datagram, keys) else { return [] }
            guard isOurs else { return [.init(agent.report(4, messageID: messageID))] }
            // Only signed, as the engine asks after silence: silence again.
            guard let requestID else { return [] }
            let number = questions.withLock { count in
                count += 1
                return count - 1
            }
            let asked = Asked(
                agent: agent, keys: keys, messageID: messageID, requestID: requestID, number: number)
            return script(asked).map { .init($0) }
        }
    }

    private func target(_ peer: SNMPPeer, timeout: Duration = .seconds(5)) throws -> SNMPTarget {
        try SNMPTests.target(
            peer.address, peer.port, user("monitor", auth: .sha256, priv: .aes128), timeout: timeout, retries: 0)
    }

    private func failure(_ body: () async throws -> [VarBind]) async throws -> RemoteError {
        try await #require(throws: RemoteError.self) { _ = try await body() }
    }

    private static func rows(_ range: ClosedRange<UInt32>) -> [VarBind] {
        range.map { VarBind(system.appending($0), .counter64(UInt64($0) << 40)) }
    }

    @Test func `an engine that reboots in the middle of a walk is read to the end, without a gap`() async throws {
        let peer = try peer { asked in
            switch asked.number {
            case 0: return [asked.answer(Self.rows(1...10))]
            // The question still names boots 7: the rebooted engine says what time it is now.
            case 1: return [asked.report(2, boots: 8, time: 0)]
            case 2: return [asked.answer(Self.rows(11...20), boots: 8, time: 0)]
            default: return [asked.answer([VarBind(system, .endOfMibView)], boots: 8, time: 1)]
            }
        }
        let engine = try SNMPEngine()
        let rows = try await engine.walk(system, from: try target(peer), limit: 100)
        #expect(rows == Self.rows(1...20))
        let record = try #require(await engine.exportEngineCache().first)
        #expect(record.boots == 8)
        #expect(engine.statistics.retried == 0)
        #expect(engine.statistics.droppedOutsideWindow == 0)
    }

    @Test func `after the reboot, messages from before it are outside the window`() async throws {
        let peer = try peer { asked in
            switch asked.number {
            case 0: return [asked.answer([Self.name])]
            case 1: return [asked.answer([Self.name], boots: 8, time: 0)]
            // Signed with the right key and the right ids, but from a time that is over.
            default: return [asked.answer([Self.name], boots: 7, time: .max), asked.answer([Self.name], boots: 8)]
            }
        }
        let engine = try SNMPEngine()
        for _ in 0..<3 { #expect(try await engine.get([sysName], from: try target(peer)) == [Self.name]) }
        #expect(engine.statistics.droppedOutsideWindow == 1)
    }

    @Test func `replayed messages are dropped, with and without their ids changed`() async throws {
        let old = Mutex<[[UInt8]]>([])
        let peer = try peer { asked in
            let rows = asked.number < 4 ? Self.rows(UInt32(asked.number * 10 + 1)...UInt32(asked.number * 10 + 10)) : []
            let good = asked.answer(rows.isEmpty ? [VarBind(system, .endOfMibView)] : rows)
            return old.withLock { old in
                // Everything ever said, then the last answer with one byte of its head changed, then the truth twice.
                var bent = good
                bent[12] ^= 1
                let replies = old + [bent, good, good]
                old.append(good)
                return replies
            }
        }
        let engine = try SNMPEngine()
        let rows = try await engine.walk(system, from: try target(peer), limit: 100)
        #expect(rows == Self.rows(1...40))
        #expect(engine.statistics.retried == 0)
        #expect(engine.statistics.sent == 6)
        // 0 + 1 + 2 + 3 + 4 replays; the copies behind the last answer may still be on their way.
        #expect(engine.statistics.droppedUnmatched >= 10)
    }

    /// A Report that comes instead of every answer, and what it means for the request.
    static let reports: [(String, RemoteError.Code, String, @Sendable (Asked) -> [UInt8])] = [
        ("usmStatsUnsupportedSecLevels", .authentication, "security level", { $0.report(1) }),
        ("usmStatsNotInTimeWindows, again and again", .protocolViolation, "notInTimeWindows", { $0.report(2) }),
        ("usmStatsUnknownUserNames", .authentication, "user name", { $0.report(3) }),
        ("usmStatsWrongDigests", .authentication, "authentication pass phrase", { $0.report(5) }),
        ("usmStatsDecryptionErrors", .authentication, "privacy pass phrase", { $0.report(6) }),
        ("a counter that nobody knows", .remote, "1.3.6.1.6.3.15.1.1.77.0", { $0.report(77) }),
        (
            "an unsigned usmStatsNotInTimeWindows", .timeout, "wrong signature",
            { $0.agent.report(2, messageID: $0.messageID) }
        ),
        (
            "an unsigned usmStatsUnknownEngineIDs", .protocolViolation, "engine ids",
            { $0.agent.report(4, messageID: $0.messageID) }
        ),
    ]

    @Test(arguments: reports.indices)
    func `a Report instead of an answer says what is wrong`(at index: Int) async throws {
        let (what, code, words, report) = Self.reports[index]
        let peer = try peer { [report($0)] }
        let engine = try SNMPEngine()
        let agent = try target(peer, timeout: code == .timeout ? .milliseconds(400) : .seconds(5))
        let error = try await failure { try await engine.get([sysName], from: agent) }
        #expect(error.code == code, "\(what): \(error)")
        #expect(error.message.contains(words), "\(what): \(error.message)")
        #expect(peer.received.count <= 9, "\(what)")
    }

    @Test func `a Report without a binding is no message`() async throws {
        let peer = try peer { asked in
            [asked.agent.close(messageID: asked.messageID, keys: nil) { writePDU(.report, id: 0, [], to: &$0) }]
        }
        let engine = try SNMPEngine()
        let agent = try target(peer, timeout: .milliseconds(300))
        #expect(try await failure { try await engine.get([sysName], from: agent) }.code == .timeout)
        #expect(engine.statistics.droppedMalformed >= 1)
    }
}
