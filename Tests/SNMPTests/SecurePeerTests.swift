import Remote
import Synchronization
import TestSupport
import Testing

@testable import SNMP

/// Against scripted SNMPv3 peers: forged, replayed and misplaced messages.
@Suite(.tags(.medium)) struct SecurePeerTests {
    static let name = VarBind(sysName, .octets(Array("fake".utf8)))

    /// A peer that answers probes and lets `script` answer questions.
    private func peer(
        _ agent: SecureAgent = SecureAgent(),
        _ script: @escaping @Sendable (SecureAgent, USMKeys, _ messageID: Int32, _ requestID: Int32) -> [[UInt8]]
    ) throws -> SNMPPeer {
        let keys = try #require(agent.keys)
        return try SNMPPeer { datagram, _ in
            guard let (messageID, requestID, isOurs) = agent.open(datagram, keys) else { return [] }
            guard isOurs, let requestID else { return [.init(agent.report(4, messageID: messageID))] }
            return script(agent, keys, messageID, requestID).map { .init($0) }
        }
    }

    private func target(
        _ peer: SNMPPeer, retries: Int = 0, timeout: Duration = .milliseconds(120)
    ) throws -> SNMPTarget {
        try SNMPTests.target(
            peer.address, peer.port, user("monitor", auth: .sha256, priv: .aes128), timeout: timeout,
            retries: retries)
    }

    @Test func `an honest answer is taken, its replays are not`() async throws {
        let old = Mutex<[[UInt8]]>([])
        let peer = try peer { agent, keys, messageID, requestID in
            let good = agent.response(messageID: messageID, requestID: requestID, keys: keys, [Self.name])
            return old.withLock { old in
                old.append(good)
                // First everything that was ever sent, then the answer.
                return old.dropLast() + [good]
            }
        }
        let engine = try SNMPEngine()
        for _ in 0..<4 { #expect(try await engine.get([sysName], from: try target(peer)) == [Self.name]) }
        #expect(engine.statistics.droppedUnmatched == 6)
        #expect(engine.statistics.sent == 5)
    }

    /// Answers that must not be believed, and what the request ends with.
    static let forgeries: [(String, @Sendable (SecureAgent, USMKeys, Int32, Int32) -> [UInt8])] = [
        ("not signed", { $0.response(messageID: $2, requestID: $3, keys: nil, [Self.name]) }),
        (
            "signed, but not enciphered as the question was",
            {
                let signed = USMKeys(authentication: $1.authentication, privacy: nil)
                return $0.response(messageID: $2, requestID: $3, keys: signed, [Self.name])
            }
        ),
        (
            "one bit of the end changed",
            {
                var bytes = $0.response(messageID: $2, requestID: $3, keys: $1, [Self.name])
                bytes[bytes.count - 1] ^= 1
                return bytes
            }
        ),
        (
            "another engine",
            {
                var other = $0
                other.engineID[8] ^= 1
                return other.response(messageID: $2, requestID: $3, keys: other.keys, [Self.name])
            }
        ),
        ("an unsigned Report of a wrong clock", { agent, _, messageID, _ in agent.report(2, messageID: messageID) }),
    ]

    @Test(arguments: forgeries.indices)
    func `forged answers are dropped and counted`(at index: Int) async throws {
        let (what, forge) = Self.forgeries[index]
        let count = Mutex(0)
        let peer = try peer { agent, keys, messageID, requestID in
            let number = count.withLock { count in
                count += 1
                return count
            }
            // First an honest answer, so that the clock is authentic.
            if number == 1 {
                return [agent.response(messageID: messageID, requestID: requestID, keys: keys, [Self.name])]
            }
            return [forge(agent, keys, messageID, requestID)]
        }
        let engine = try SNMPEngine()
        // Long enough for the forged answer to come in time on a busy machine.
        let agent = try target(peer, timeout: .seconds(2))
        #expect(try await engine.get([sysName], from: agent) == [Self.name])
        let before = await engine.exportEngineCache()
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .timeout, "\(what)")
        #expect(engine.statistics.droppedUnauthenticated == 1, "\(what)")
        #expect(await engine.exportEngineCache().map(\.boots) == before.map(\.boots), "\(what)")
    }

    @Test func `a signed Report of a wrong clock sets it, and the question is asked again`() async throws {
        let count = Mutex(0)
        let peer = try peer { agent, keys, messageID, requestID in
            let number = count.withLock { count in
                count += 1
                return count
            }
            var rebooted = agent
            rebooted.boots = 8
            rebooted.time = 3
            let signed = USMKeys(authentication: keys.authentication, privacy: nil)
            if number == 2 { return [rebooted.report(2, messageID: messageID, keys: signed)] }
            let speaker = number < 2 ? agent : rebooted
            return [speaker.response(messageID: messageID, requestID: requestID, keys: keys, [Self.name])]
        }
        let engine = try SNMPEngine()
        for _ in 0..<3 { #expect(try await engine.get([sysName], from: try target(peer)) == [Self.name]) }
        #expect(await engine.exportEngineCache().map(\.boots) == [8])
        #expect(engine.statistics.sent == 5)
        #expect(engine.statistics.retried == 0)
    }

    @Test func `an answer signed long ago is outside the window`() async throws {
        let count = Mutex(0)
        let peer = try peer { agent, keys, messageID, requestID in
            let number = count.withLock { count in
                count += 1
                return count
            }
            var speaker = agent
            if number == 2 { speaker.time -= 151 }
            if number == 3 { speaker.boots -= 1 }
            return [speaker.response(messageID: messageID, requestID: requestID, keys: keys, [Self.name])]
        }
        let engine = try SNMPEngine()
        let agent = try target(peer, retries: 1)
        #expect(try await engine.get([sysName], from: agent) == [Self.name])
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .timeout)
        #expect(engine.statistics.droppedOutsideWindow == 2)
        // The engine was forgotten: the next request starts with a discovery and works.
        #expect(try await engine.get([sysName], from: agent) == [Self.name])
    }

    @Test func `a late answer to the first try serves the second`() async throws {
        let first = Mutex<[UInt8]?>(nil)
        let peer = try peer { agent, keys, messageID, requestID in
            first.withLock { first in
                if let first { return [first] }
                first = agent.response(messageID: messageID, requestID: requestID, keys: keys, [Self.name])
                return []
            }
        }
        let engine = try SNMPEngine()
        #expect(try await engine.get([sysName], from: try target(peer, retries: 1)) == [Self.name])
        #expect(engine.statistics.retried == 1)
    }

    @Test func `an agent that never knows the engine it names is given up`() async throws {
        let keys = try #require(SecureAgent().keys)
        let peer = try SNMPPeer { datagram, number in
            var agent = SecureAgent()
            agent.engineID[8] = UInt8(truncatingIfNeeded: number)
            return agent.open(datagram, keys).map { [.init(agent.report(4, messageID: $0.messageID))] } ?? []
        }
        let engine = try SNMPEngine()
        let agent = try target(peer)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .protocolViolation)
        #expect(peer.received.count <= 5)
    }

    @Test(arguments: [("short", "privpass12"), ("authpass12", "short")])
    func `a pass phrase below eight bytes never leaves`(auth: String, priv: String) async throws {
        let peer = try SNMPPeer { _, _ in [] }
        let engine = try SNMPEngine()
        let credential = user("monitor", auth: .sha256, priv: .aes128, authPassphrase: auth, privPassphrase: priv)
        let agent = try SNMPTests.target(peer.address, peer.port, credential)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .unsupported)
        #expect(engine.statistics.sent == 0)
    }
}
