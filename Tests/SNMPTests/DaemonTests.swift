import Remote
import SNMP
import TestSupport
import Testing

/// Against a real snmpd.
@Suite(.tags(.large), .serialized) struct DaemonTests {
    @Test func `get and walk over version 2c give what the agent has, in order`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.1"], sysName: "agent-one")
        let engine = try SNMPEngine()
        let agent = try target("127.0.61.1", daemon.port, community(SNMPDaemon.community), maxRepetitions: 3)
        let missing: OID = [1, 3, 6, 1, 2, 1, 1, 99, 0]
        let values = try await engine.get([sysName, missing], from: agent)
        #expect(values == [VarBind(sysName, .octets(Array("agent-one".utf8))), VarBind(missing, .noSuchObject)])

        let rows = try await engine.walk(system, from: agent, limit: 1_000)
        #expect(rows.count > 7)
        #expect(rows.allSatisfy { $0.oid.isWithin(system) })
        #expect(rows.map(\.oid) == rows.map(\.oid).sorted())
        #expect(rows.contains(VarBind(sysName, .octets(Array("agent-one".utf8)))))
        #expect(try await engine.walk(sysName, from: agent, limit: 10).isEmpty)
        #expect(try await failureCode { try await engine.walk(system, from: agent, limit: 5) } == .tooLarge)
    }

    @Test func `a whole walk equals snmpbulkwalk's row by row`() async throws {
        let tool = try #require(findExecutable("snmpbulkwalk"), "install the package 'snmp'")
        let daemon = try await SNMPDaemon(on: ["127.0.61.2"])
        let engine = try SNMPEngine()
        let root: OID = [1, 3, 6, 1, 2, 1, 2]
        let rows = try await engine.walk(
            root, from: try target("127.0.61.2", daemon.port, community(SNMPDaemon.community)), limit: 10_000)
        let theirs = try await runProcess(
            tool, ["-v2c", "-c", SNMPDaemon.community, "-On", "127.0.61.2:\(daemon.port)", root.description],
            env: ["MIBS": ""])
        let names = theirs.text.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(!rows.isEmpty)
        #expect(rows.map { "." + $0.oid.description } == names)
    }

    @Test func `a list longer than one message is asked in parts and stays in order`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.3"])
        let engine = try SNMPEngine()
        let names = (0..<200).map { [1, 3, 6, 1, 2, 1, 1, UInt32($0 % 9 + 1), 0] }.map { OID($0) }
        let values = try await engine.get(
            names, from: try target("127.0.61.3", daemon.port, community(SNMPDaemon.community)))
        #expect(values.map(\.oid) == names)
        #expect(engine.statistics.sent >= 4)
    }

    @Test func `a wrong community is silence, and the message says so`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.4"])
        let engine = try SNMPEngine()
        let agent = try target("127.0.61.4", daemon.port, community("not-this-one"), timeout: .milliseconds(100))
        let error = try await #require(throws: RemoteError.self) { try await engine.get([sysName], from: agent) }
        #expect(error.code == .timeout)
        #expect(error.message.contains("silent or the community is wrong"))
        #expect(!error.message.contains("not-this-one"))
        #expect(engine.statistics.retried == 1)
    }

    static let protocols: [(String, USMAuthProtocol?, USMPrivProtocol?)] = [
        ("monitor", .sha256, .aes128), ("md5des", .md5, .des), ("sha1only", .sha1, nil), ("nobody", nil, nil),
        ("sha1aes256", .sha1, .aes256), ("sha224aes", .sha224, .aes128), ("sha384aes192", .sha384, .aes192),
        ("sha512aes256", .sha512, .aes256),
    ]

    @Test func `every pair of protocols reads and walks`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.5"])
        let engine = try SNMPEngine()
        for (name, auth, priv) in Self.protocols {
            let agent = try target("127.0.61.5", daemon.port, user(name, auth: auth, priv: priv))
            let values = try await engine.get([sysName], from: agent)
            #expect(values == [VarBind(sysName, .octets(Array("lab-agent".utf8)))], "\(name)")
            #expect(try await engine.walk(system, from: agent, limit: 1_000).count > 7, "\(name)")
        }
        let statistics = engine.statistics
        #expect(statistics.droppedUnauthenticated == 0)
        #expect(statistics.droppedOutsideWindow == 0)
        #expect(statistics.retried == 0)
    }

    @Test(arguments: [
        ("monitor", "wrong-pass-phrase", "privpass12"), ("stranger", "authpass12", "privpass12"),
        ("monitor", "authpass12", "wrong-pass-phrase"), ("sha1only", "authpass12", "privpass12"),
    ])
    func `a wrong v3 credential is an authentication failure`(name: String, auth: String, priv: String) async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.6"])
        let engine = try SNMPEngine()
        let credential = user(name, auth: .sha256, priv: .aes128, authPassphrase: auth, privPassphrase: priv)
        let agent = try target("127.0.61.6", daemon.port, credential)
        let error = try await #require(throws: RemoteError.self) { try await engine.get([sysName], from: agent) }
        #expect(error.code == .authentication, "\(error)")
        #expect(!error.description.contains(auth) && !error.description.contains(priv))
    }

    @Test func `an agent restarted in the middle is answered after re-synchronisation`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.7"])
        let engine = try SNMPEngine()
        let agent = try target("127.0.61.7", daemon.port, user("monitor", auth: .sha256, priv: .aes128))
        _ = try await engine.get([sysName], from: agent)
        let before = try #require(await engine.exportEngineCache().first)
        try await daemon.restart()
        #expect(try await engine.get([sysName], from: agent).count == 1)
        let after = try #require(await engine.exportEngineCache().first)
        #expect(after.boots == before.boots + 1)
        #expect(after.engineID == SNMPDaemon.engineID)
        #expect(engine.statistics.keyDerivations == 2)
    }

    @Test func `two devices with one engine id keep clocks of their own`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.8", "127.0.61.9"])
        // A second agent with the same engine id but other boots: a cloned machine.
        let clone = try await SNMPDaemon(on: ["127.0.61.10"], sysName: "clone")
        try await clone.restart()
        try await clone.restart()
        let engine = try SNMPEngine()
        let credential = user("monitor", auth: .sha256, priv: .aes128)
        let agents = [
            try target("127.0.61.8", daemon.port, credential), try target("127.0.61.9", daemon.port, credential),
            try target("127.0.61.10", clone.port, credential),
        ]
        for _ in 0..<3 {
            let results = await engine.poll(agents.map { SNMPRequest(.get([sysName]), from: $0) })
            let names = try results.map { try $0.get().first?.value }
            let (one, two) = (Array("lab-agent".utf8), Array("clone".utf8))
            #expect(names == [.octets(one), .octets(one), .octets(two)])
        }
        let records = await engine.exportEngineCache()
        #expect(records.count == 3)
        #expect(Set(records.map(\.engineID)) == [SNMPDaemon.engineID])
        #expect(Set(records.map(\.boots)).count == 2)
        #expect(engine.statistics.keyDerivations == 2)
        #expect(engine.statistics.retried == 0)
    }

    @Test func `an imported engine saves the discovery, a false one costs only a round trip`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.11"])
        let agent = try target("127.0.61.11", daemon.port, user("monitor", auth: .sha256, priv: .aes128))
        let first = try SNMPEngine()
        _ = try await first.get([sysName], from: agent)
        #expect(first.statistics.sent == 2)
        var records = await first.exportEngineCache()

        let second = try SNMPEngine()
        second.importEngineCache(records)
        _ = try await second.get([sysName], from: agent)
        #expect(second.statistics.sent == 1)

        // A clock far off: the agent says so, signed, and is believed.
        records[0].boots += 5
        let third = try SNMPEngine()
        third.importEngineCache(records)
        _ = try await third.get([sysName], from: agent)
        #expect(third.statistics.sent == 2)

        // Another engine id: the agent says so, and discovery follows from its Report.
        records[0].engineID[7] ^= 1
        let fourth = try SNMPEngine()
        fourth.importEngineCache(records)
        _ = try await fourth.get([sysName], from: agent)
        #expect(fourth.statistics.sent <= 3)
    }

    @Test func `an agent on IPv6 answers through the second socket`() async throws {
        let daemon = try await SNMPDaemon(on: ["::1"])
        let engine = try SNMPEngine()
        for credential in [community(SNMPDaemon.community), user("monitor", auth: .sha256, priv: .aes128)] {
            let agent = try target("::1", daemon.port, credential)
            #expect(try await engine.walk(system, from: agent, limit: 1_000).count > 7)
        }
    }

    @Test func `a table equals its columns walked one by one, in far fewer messages`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.12"])
        let columns: [OID] = [1, 2, 3, 5, 6, 7, 8, 10, 13, 16].map { [1, 3, 6, 1, 2, 1, 2, 2, 1, $0] }
        for credential in [
            community(SNMPDaemon.community), user("monitor", auth: .sha256, priv: .aes128),
            .v1(community: Secret(SNMPDaemon.community)),
        ] {
            let agent = try target("127.0.61.12", daemon.port, credential)
            let single = try SNMPEngine()
            var expected: [[OID]] = []
            for column in columns {
                expected.append(try await single.walk(column, from: agent, limit: 1_000).map(\.oid))
            }
            let engine = try SNMPEngine()
            let table = try await engine.table(columns, from: agent, limit: 1_000)
            #expect(table.map { $0.map(\.oid) } == expected)
            #expect(!expected[0].isEmpty)
            let first = engine.statistics.sent
            #expect(first < single.statistics.sent)
            _ = try await engine.table(columns, from: agent, limit: 1_000)
            #expect(engine.statistics.sent - first <= first)
        }
    }

    @Test func `version 1 reads what version 2c reads, but for the Counter64`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.13"])
        let engine = try SNMPEngine()
        let first = try target("127.0.61.13", daemon.port, .v1(community: Secret(SNMPDaemon.community)))
        let second = try target("127.0.61.13", daemon.port, community(SNMPDaemon.community))
        let missing: OID = [1, 3, 6, 1, 2, 1, 1, 99, 0]
        let values = try await engine.get([missing, sysName], from: first)
        #expect(values == [VarBind(missing, .noSuchInstance), VarBind(sysName, .octets(Array("lab-agent".utf8)))])
        for root in [[1, 3, 6, 1, 2, 1, 2], [1, 3, 6, 1, 2, 1, 31]] as [OID] {
            let old = try await engine.walk(root, from: first, limit: 10_000).map(\.oid)
            let new = try await engine.walk(root, from: second, limit: 10_000)
            let kept = new.filter { if case .counter64 = $0.value { false } else { true } }
            #expect(old == kept.map(\.oid))
            #expect(!old.isEmpty)
        }
    }

    @Test func `cloned agents are reported, one agent with two addresses is told apart`() async throws {
        let daemon = try await SNMPDaemon(on: ["127.0.61.14", "127.0.61.15"])
        let engine = try SNMPEngine()
        let credential = user("monitor", auth: .sha256, priv: .aes128)
        for address in daemon.addresses {
            _ = try await engine.get([sysName], from: try target(address, daemon.port, credential))
        }
        let one = try #require(await engine.duplicateEngineIDs().first)
        #expect(one.endpoints == daemon.addresses.map { "\($0):\(daemon.port)" })
        #expect(!one.clocksDiffer)
        let clone = try await SNMPDaemon(on: ["127.0.61.16"])
        try await clone.restart()
        try await clone.restart()
        _ = try await engine.get([sysName], from: try target("127.0.61.16", clone.port, credential))
        let all = await engine.duplicateEngineIDs()
        #expect(all.map(\.endpoints.count) == [3])
        #expect(all.map(\.clocksDiffer) == [true])
    }
}
