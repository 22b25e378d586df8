import Addressing
import CMDB
import Evidence
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
}
