import Remote
import TestSupport
import Testing

@testable import SNMP

@Suite(.tags(.medium)) struct EngineTests {
    static let name = VarBind(sysName, .octets(Array("fake".utf8)))

    @Test func `a cancelled task ends its requests at once`() async throws {
        let peer = try SNMPPeer { _, _ in [] }
        let engine = try SNMPEngine()
        let agent = try target(peer.address, peer.port, community("x"), timeout: .seconds(60))
        let task = Task { await engine.poll((0..<2_000).map { _ in SNMPRequest(.get([sysName]), from: agent) }) }
        while engine.statistics.sent == 0 { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        let results = await task.value
        #expect(results.count == 2_000)
        #expect(results.allSatisfy { if case .failure(let error) = $0 { error.code == .cancelled } else { false } })
        // Nothing of it is left: the engine serves others.
        #expect(try await failureCode { try await engine.get([], from: agent) } == .unsupported)
    }

    @Test func `a task cancelled before it asks sends nothing`() async throws {
        let peer = try SNMPPeer { _, _ in [] }
        let engine = try SNMPEngine()
        let agent = try target(peer.address, peer.port, community("x"), timeout: .seconds(60))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await failureCode { try await engine.get([sysName], from: agent) }
        }
        #expect(try await task.value == .cancelled)
        #expect(engine.statistics.sent == 0)
    }

    @Test func `shutting down fails what waits and what comes later`() async throws {
        let peer = try SNMPPeer { _, _ in [] }
        let engine = try SNMPEngine()
        let agent = try target(peer.address, peer.port, community("x"), timeout: .seconds(60))
        let waiting = Task { try await failureCode { try await engine.get([sysName], from: agent) } }
        while engine.statistics.sent == 0 { try await Task.sleep(for: .milliseconds(2)) }
        engine.shutdown()
        engine.shutdown()
        #expect(try await waiting.value == .closed)
        #expect(try await failureCode { try await engine.get([sysName], from: agent) } == .closed)
        #expect(await engine.exportEngineCache().isEmpty)
    }

    @Test func `a big job does not starve a small one`() async throws {
        let silent = try SNMPPeer { _, _ in [] }
        let quick = try communityPeer { question, _ in [.init(answer(id: question.id, [Self.name]))] }
        var configuration = SNMPEngine.Configuration()
        configuration.maxInFlight = 16
        let engine = try SNMPEngine(configuration: configuration)
        let dead = try target(silent.address, silent.port, community("public"), timeout: .milliseconds(100), retries: 0)
        let big = Task { await engine.poll((0..<320).map { _ in SNMPRequest(.get([sysName]), from: dead) }) }
        while engine.statistics.sent < 16 { try await Task.sleep(for: .milliseconds(1)) }
        let start = ContinuousClock.now
        let live = try target(quick.address, quick.port, community("public"), timeout: .seconds(5))
        #expect(try await engine.get([sysName], from: live) == [Self.name])
        let waited = ContinuousClock.now - start
        let results = await big.value
        // The big job takes twenty rounds of 100 ms; the small one gets the first free place.
        #expect(ContinuousClock.now - start > waited)
        #expect(results.count == 320)
        #expect(engine.statistics.sent == 321)
    }

    @Test func `results stand in the order of the requests, failures among them`() async throws {
        let peer = try communityPeer { question, _ in
            question.names[0] == sysDescr ? [] : [.init(answer(id: question.id, [VarBind(question.names[0], .null)]))]
        }
        let engine = try SNMPEngine()
        let agent = try target(peer.address, peer.port, community("public"), timeout: .milliseconds(100), retries: 0)
        let names = (0..<30).map { $0 % 7 == 3 ? sysDescr : system.appending(9, UInt32($0)) }
        let results = await engine.poll(names.map { SNMPRequest(.get([$0]), from: agent) })
        #expect(results.count == names.count)
        for (name, result) in zip(names, results) {
            switch result {
            case .success(let rows): #expect(rows.map(\.oid) == [name])
            case .failure(let error): #expect(name == sysDescr && error.code == .timeout)
            }
        }
        #expect(await engine.poll([]).isEmpty)
    }

    @Test func `more requests than may wait are refused, the others go on`() async throws {
        let peer = try communityPeer { question, _ in [.init(answer(id: question.id, [Self.name]))] }
        var configuration = SNMPEngine.Configuration()
        configuration.maxQueued = 10
        let engine = try SNMPEngine(configuration: configuration)
        let agent = try target(peer.address, peer.port, community("public"))
        let results = await engine.poll((0..<11).map { _ in SNMPRequest(.get([sysName]), from: agent) })
        #expect(results.allSatisfy { if case .failure(let error) = $0 { error.code == .local } else { false } })
        #expect(try await engine.get([sysName], from: agent) == [Self.name])
    }

    @Test func `datagrams that our own buffer had no room for are counted as ours`() async throws {
        let flood = [SNMPPeer.Reply](repeating: .init([UInt8](repeating: 0, count: 1_400)), count: 200)
        let peer = try communityPeer { question, _ in flood + [.init(answer(id: question.id, [Self.name]))] }
        var configuration = SNMPEngine.Configuration()
        configuration.receiveBuffer = 4_096
        let engine = try SNMPEngine(configuration: configuration)
        let agent = try target(
            peer.address, peer.port, community("public"), timeout: .milliseconds(100), retries: 50)
        for _ in 0..<100 where engine.statistics.socketDrops == 0 { _ = try await engine.get([sysName], from: agent) }
        #expect(engine.statistics.socketDrops > 0)
        #expect(engine.statistics.droppedMalformed > 0)
    }

    @Test func `records that cannot be true are not imported`() async throws {
        let engine = try SNMPEngine()
        let good = SNMPEngineRecord(
            address: "127.0.0.1", port: 161, engineID: [1, 2, 3, 4, 5], boots: 1, time: 2, observedAt: 3)
        var bad = [good, good, good]
        bad[0].address = "example"
        bad[1].engineID = [1]
        bad[2].boots = -1
        engine.importEngineCache(bad + [good])
        #expect(await engine.exportEngineCache() == [good])
    }

    @Test func `names come from MIB files, and unknown ones have none`() throws {
        let folder = try TemporaryFolder("mibs")
        try folder.write(
            """
            HATANG-TEST-MIB DEFINITIONS ::= BEGIN
            hatangTest OBJECT IDENTIFIER ::= { iso 3 6 1 4 1 99999 }
            hatangRoom OBJECT IDENTIFIER ::= { hatangTest 7 }
            END

            """, to: "HATANG-TEST-MIB.txt")
        let names = try MIBNames(directories: [folder.path])
        let room: OID = [1, 3, 6, 1, 4, 1, 99_999, 7]
        #expect(names.fileCount == 1)
        #expect(names.oid(named: "HATANG-TEST-MIB::hatangRoom") == room)
        #expect(names.oid(named: "hatangRoom.3.0") == room.appending(3, 0))
        #expect(names.oid(named: "1.3.6.1.2.1") == [1, 3, 6, 1, 2, 1])
        #expect(names.name(of: room.appending(4)) == "HATANG-TEST-MIB::hatangRoom.4")
        for unknown in ["IF-MIB::ifDescr", "noSuchThing", "", "$(x)", "hatangRoom..1"] {
            #expect(names.oid(named: unknown) == nil, "\(unknown)")
        }
        #expect(throws: RemoteError.self) { try MIBNames(directories: [folder.file("missing")]) }
    }
}
