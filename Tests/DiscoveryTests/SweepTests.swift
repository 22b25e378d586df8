import Addressing
import Remote
import Synchronization
import TestSupport
import Testing

@testable import Discovery

@Suite(.tags(.small)) struct SweepPlanTests {
    private func plan(_ targets: [String], excluding: [String] = [], limit: Int = 65_536) throws -> SweepPlan {
        try SweepPlan(targets, excluding: excluding, limit: limit)
    }

    @Test("prefixes, ranges and addresses, each address once") func targets() throws {
        let plan = try plan(["192.0.2.0/29", "192.0.2.4-192.0.2.9", "192.0.2.200", "2001:db8::/126"])
        #expect(
            plan.addresses.map(\.description) == [
                "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.8", "192.0.2.9",
                "192.0.2.200", "2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3",
            ])
        #expect(plan.unusable == 2 && plan.excluded == 0)
    }

    @Test("a /31 and a /32 have no network address") func pointToPoint() throws {
        #expect(try plan(["192.0.2.0/31"]).addresses.count == 2)
        #expect(try plan(["192.0.2.0/32"]).addresses.count == 1)
    }

    @Test("exclusions are left out and counted") func exclusions() throws {
        let plan = try plan(["192.0.2.0/24"], excluding: ["192.0.2.128/25", "192.0.2.1"])
        #expect(plan.addresses.count == 126 && plan.excluded == 129)
    }

    @Test("every text that cannot be read is named") func unreadable() {
        let error = #expect(throws: SweepError.self) { try plan(["192.0.2.0/24", "x", "192.0.2.1/24", "1-2-3"]) }
        #expect(error?.code == .unreadable && error?.message.split(separator: "\n").count == 3)
    }

    @Test("too many, and nothing left, are refused") func limits() {
        #expect(throws: SweepError.self) { try plan(["10.0.0.0/8"]) }
        #expect(throws: SweepError.self) { try plan(["::/0"]) }
        let none = #expect(throws: SweepError.self) { try plan(["192.0.2.7"], excluding: ["192.0.2.0/24"]) }
        #expect(none?.code == .nothingToDo)
    }

    @Test("nobody's addresses are not asked") func nobody() throws {
        #expect(throws: SweepError.self) { try plan(["224.0.0.1", "0.0.0.1", "ff02::1", "::"]) }
    }
}

/// Answers from tables.
private struct FakeNetwork: SNMPClient, TCPConnector, ICMPEchoer {
    var agents: [String: String] = [:]
    var closedAgents: Set<String> = []
    var echoes: Set<String> = []
    var open: [String: Set<UInt16>] = [:]
    var refusing: Set<String> = []
    var echoAllowed = true
    let asked = Asked()

    final class Asked: Sendable {
        let addresses = Mutex<Set<String>>([])
        let communities = Mutex<[String]>([])
        let connections = Mutex(0)
    }

    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        let address = target.endpoint.address.description
        asked.addresses.withLock { _ = $0.insert(address) }
        guard case .v2c(let community) = target.credential else { throw error(.timeout, address) }
        let name = community.withBytes { String(decoding: $0, as: UTF8.self) }
        asked.communities.withLock { $0.append("\(address) \(name)") }
        if closedAgents.contains(address) { throw error(.refused, address) }
        guard agents[address] == name else { throw error(.timeout, address) }
        return oids.map { VarBind($0, .octets(Array("x".utf8))) }
    }
    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] { [] }
    func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration {
        asked.connections.withLock { $0 += 1 }
        let address = endpoint.address.description
        if open[address]?.contains(endpoint.port) == true { return .milliseconds(1) }
        throw error(refusing.contains(address) ? .refused : .timeout, address)
    }
    func echo(_ address: IPAddress, subject: String, count: Int, interval: Duration, timeout: Duration) async throws
        -> EchoReport
    {
        guard echoAllowed else { throw RemoteError(.unsupported, subject: subject, message: "not here") }
        return EchoReport(sent: 1, roundTrips: echoes.contains(address.description) ? [.milliseconds(2)] : [])
    }
    private func error(_ code: RemoteError.Code, _ subject: String) -> RemoteError {
        RemoteError(code, subject: subject, message: "test")
    }
}

@Suite(.tags(.small)) struct SweepTests {
    private func sweep(
        _ network: FakeNetwork, communities: [String] = ["a", "b"], echo: Bool = true,
        allowed: @escaping @Sendable (IPAddress) -> Bool = { _ in true }
    ) -> Sweep {
        var options = Sweep.Options()
        options.credentials = communities.map { SweepCredential(label: $0, .v2c(community: Secret($0))) }
        options.concurrency = 8
        return Sweep(
            snmp: network, echoer: echo ? network : nil, connector: network, options: options, allowed: allowed)
    }

    @Test("what answers is found, by whatever it answers; the rest is counted") func findings() async throws {
        var network = FakeNetwork()
        network.agents = ["192.0.2.1": "b"]
        network.echoes = ["192.0.2.2"]
        network.open = ["192.0.2.3": [22]]
        network.refusing = ["192.0.2.4"]
        let report = await sweep(network).run(try SweepPlan(["192.0.2.0/28"]))
        #expect(report.alive.map(\.address.description) == ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])
        #expect(report.asked == 14 && report.silent == 10 && report.notAsked == 0)
        #expect(report.alive[0].credential == "b" && report.alive[0].agent != nil)
        #expect(report.alive[2].openPorts == [22] && report.alive[3].refusedPort)
    }

    @Test("the first credential that is taken is the only one asked further; a closed port ends the trying")
    func credentials() async throws {
        var network = FakeNetwork()
        network.agents = ["192.0.2.1": "a"]
        network.closedAgents = ["192.0.2.2"]
        _ = await sweep(network).run(try SweepPlan(["192.0.2.1-192.0.2.3"]))
        let tried = network.asked.communities.withLock { $0.sorted() }
        #expect(tried == ["192.0.2.1 a", "192.0.2.2 a", "192.0.2.3 a", "192.0.2.3 b"])
    }

    @Test("the guard's word is final") func guarded() async throws {
        let network = FakeNetwork()
        let report = await sweep(network, allowed: { $0.isLoopback }).run(try SweepPlan(["127.0.0.1", "192.0.2.1"]))
        #expect(report.refusedByGuard == 1 && report.asked == 1)
        #expect(network.asked.addresses.withLock { $0 } == ["127.0.0.1"])
    }

    @Test("a kernel that lets us send no echo is said once, and the rest goes on") func noEcho() async throws {
        var network = FakeNetwork()
        network.echoAllowed = false
        network.agents = ["192.0.2.1": "a"]
        let report = await sweep(network).run(try SweepPlan(["192.0.2.1-192.0.2.2"]))
        #expect(report.echoProblem == "not here" && report.alive.count == 1)
        #expect(await sweep(network, echo: false).run(try SweepPlan(["192.0.2.1"])).echoProblem != nil)
    }

    @Test("broken off: what was not asked is told") func cancelled() async throws {
        let network = FakeNetwork()
        let sweep = sweep(network)
        let plan = try SweepPlan(["192.0.2.0/24"])
        let task = Task { await sweep.run(plan) }
        task.cancel()
        let report = await task.value
        #expect(report.asked + report.notAsked == 254)
    }
}
