import Addressing
import Glibc
import Remote

/// Engines as plain values, out and in.
extension Worker {
    /// One record per agent; authenticated knowledge goes before guesses.
    func exportCache() -> [SNMPEngineRecord] {
        let wall = realtimeSeconds()
        var known: Set<WireAddress> = []
        var records: [SNMPEngineRecord] = []
        for (peer, agent) in agents {
            guard let engine = agent.bestEngine else { continue }
            known.insert(peer)
            records.append(
                SNMPEngineRecord(
                    address: peer.text, port: peer.port, engineID: engine.engineID, boots: engine.boots,
                    time: engine.estimatedTime(now: seconds), observedAt: wall))
        }
        // Imported and not used yet: kept, so that export after import loses nothing.
        records += hints.filter { !known.contains($0.key) }.map(\.value)
        return records.sorted { ($0.address, $0.port) < ($1.address, $1.port) }
    }

    func importCache(_ records: [SNMPEngineRecord]) {
        for record in records.prefix(configuration.maxDevices) {
            guard (5...32).contains(record.engineID.count), record.boots >= 0, record.time >= 0,
                let address = try? IPAddress(record.address),
                let peer = WireAddress(Endpoint(address: address, port: record.port))
            else { continue }
            hints[peer] = record
        }
    }
}

/// What was learnt about agents as plain values, out and in.
extension Worker {
    /// One record per agent that ever answered and taught anything.
    func exportAgents() -> [SNMPAgentRecord] {
        agents.values.compactMap { agent in
            let isLimited = agent.repetitions.ceiling < RepetitionLimit.unlimited
            guard isLimited || agent.roundTrip.samples > 0 || !agent.tables.entries.isEmpty else { return nil }
            return SNMPAgentRecord(
                address: agent.peer.text, port: agent.peer.port,
                repetitions: isLimited ? agent.repetitions.ceiling : nil, roundTrip: agent.roundTrip,
                tables: agent.tables.entries.map {
                    .init(
                        column: $0.column.description, columns: $0.columns, rows: $0.rows, rowBytes: $0.rowBytes)
                })
        }.sorted { ($0.address, $0.port) < ($1.address, $1.port) }
    }

    func importAgents(_ records: [SNMPAgentRecord]) {
        for record in records.prefix(configuration.maxDevices) {
            guard let address = try? IPAddress(record.address),
                let peer = WireAddress(Endpoint(address: address, port: record.port))
            else { continue }
            let agent = agent(at: peer)
            // What this run has seen itself is newer.
            if !agent.hasAnswered {
                if let repetitions = record.repetitions { agent.repetitions = RepetitionLimit(ceiling: repetitions) }
                let said = record.roundTrip
                agent.roundTrip =
                    RoundTripEstimate(smoothed: said.smoothed, variation: said.variation, samples: said.samples)
                    ?? RoundTripEstimate()
            }
            for table in record.tables.suffix(LearntTables.capacity) {
                guard let column = OID(dotted: table.column), agent.tables.entry(column) == nil,
                    (1...1_000).contains(table.columns), (0...10_000_000).contains(table.rows),
                    (0...100_000_000).contains(table.rowBytes)
                else { continue }
                agent.tables.note(
                    .init(column: column, columns: table.columns, rows: table.rows, rowBytes: table.rowBytes))
            }
        }
    }
}

/// Seconds since 1970.
func realtimeSeconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
}
