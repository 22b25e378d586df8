import Addressing
import CMDB
import Evidence
import Foundation
import Probing
import Remote
import SNMP
import Storage

/// The probes' view of the secret store.
struct StoredSecrets: SecretResolver {
    let secrets: SecretStore

    func secret(_ name: String) throws -> Secret? {
        do {
            return try secrets.get(name)
        } catch let error as StorageError where error.code == .notFound {
            return nil
        }
    }
}

/// The probes' view of the recorded host keys.
struct StoredHostKeys: HostKeyResolver {
    let keys: HostKeyStore
    func recordedHostKeys(of subject: ObjectID, at endpoint: Endpoint) throws -> [HostKey] {
        try keys.list(subject).map(\.key)
    }
}

/// SNMPv3 engine ids, boots and times between runs, so that a run begins without discovery.
enum EngineCache {
    /// What is remembered of the endpoints that `plan` asks over SNMP.
    static func load(_ plan: ProbePlan, from database: Database) throws -> [SNMPEngineRecord] {
        var records: [String: SNMPEngineRecord] = [:]
        for pair in plan.pairs where pair.probe.kind == .snmp {
            let address = pair.endpoint.description
            guard records[address] == nil, let engine = try database.engine(at: address) else { continue }
            records[address] = SNMPEngineRecord(
                address: pair.endpoint.address.description, port: pair.endpoint.port, engineID: engine.engineID,
                boots: Int32(clamping: engine.boots), time: Int32(clamping: engine.time),
                observedAt: engine.at.milliseconds / 1_000)
        }
        return records.keys.sorted().compactMap { records[$0] }
    }

    static func save(_ records: [SNMPEngineRecord], in database: Database) throws {
        guard !records.isEmpty else { return }
        var engines: [String: StoredEngine?] = [:]
        for record in records {
            guard let address = try? IPAddress(record.address) else { continue }
            engines[Endpoint(address: address, port: record.port).description] = StoredEngine(
                engineID: record.engineID, boots: Int64(record.boots), time: Int64(record.time),
                at: Timestamp(milliseconds: record.observedAt * 1_000))
        }
        try database.storeEngines(engines)
    }

    /// Gives `client` all that is remembered of the agents that `plan` asks.
    static func recall(_ plan: ProbePlan, into client: SNMPEngine, from database: Database) throws {
        client.importEngineCache(try load(plan, from: database))
        let addresses = Set(plan.pairs.filter { $0.probe.kind == .snmp }.map(\.endpoint.description))
        let decoder = JSONDecoder()
        // A text of another version is forgotten: it would only have saved time.
        client.importAgents(
            try database.agentMemories(at: addresses.sorted()).compactMap { _, text in
                try? decoder.decode(SNMPAgentRecord.self, from: Data(text.utf8))
            })
    }

    /// Remembers what `client` has learnt.
    static func keep(_ client: SNMPEngine, in database: Database) async throws {
        try save(await client.exportEngineCache(), in: database)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var memories: [String: String] = [:]
        for record in await client.exportAgents() {
            guard let address = try? IPAddress(record.address) else { continue }
            memories[Endpoint(address: address, port: record.port).description] = String(
                decoding: try encoder.encode(record), as: UTF8.self)
        }
        try database.storeAgentMemories(memories)
    }

    /// Engine ids that several machines claim, in words.
    static func doubles(_ client: SNMPEngine) async -> [String] {
        await client.duplicateEngineIDs().map { double in
            "SNMPv3 engine id \(double.engineID) is claimed by \(double.endpoints.joined(separator: ", ")): "
                + (double.clocksDiffer
                    ? "their clocks differ, so they are cloned machines: give each an engine id of its own"
                    : "one agent with several addresses, or cloned machines")
        }
    }
}
