import Addressing
import Glibc
import Remote

/// Engines as plain values, out and in.
extension Worker {
    /// One record per agent; authenticated knowledge goes before guesses.
    func exportCache() -> [SNMPEngineRecord] {
        var best: [WireAddress: AgentEngine] = [:]
        for (place, engine) in devices where engine.isAuthentic || best[place.peer] == nil {
            best[place.peer] = engine
        }
        let wall = realtimeSeconds()
        var records = best.map { peer, engine in
            SNMPEngineRecord(
                address: peer.text, port: peer.port, engineID: engine.engineID, boots: engine.boots,
                time: engine.estimatedTime(now: seconds), observedAt: wall)
        }
        // Imported and not used yet: kept, so that export after import loses nothing.
        records += hints.filter { best[$0.key] == nil }.map(\.value)
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

/// Seconds since 1970.
func realtimeSeconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
}
