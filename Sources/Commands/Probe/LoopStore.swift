import CMDB
import Dispatch
import Evidence
import Foundation
import Notation
import Probing
import Storage
import Synchronization
import TimeSeries

/// Keeps what a loop brings home.
///
/// Samples are in a file of their own, so they are stored first: a program that ends between the two files has samples
/// without the record of their turn, and the turn is done again. The other order could lose them.
final class LoopStore: ProbeLoopStore {
    private let database: Database
    private let samples: SampleStore
    private let queue = DispatchQueue(label: "hatang.loop.store")
    private let dropped = Mutex<[String]>([])

    init(_ database: Database, _ samples: SampleStore) {
        self.database = database
        self.samples = samples
    }

    /// Why samples were not taken; one line for each series that came with another unit than it has.
    var problems: [String] { dropped.withLock { $0 } }

    func store(_ batch: ProbeLoopBatch) async throws {
        // SQLite blocks its thread: not one of the pool's.
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            queue.async { done.resume(with: Result { try self.write(batch) }) }
        }
    }

    private func write(_ batch: ProbeLoopBatch) throws {
        try write(batch.samples)
        try database.store(
            facts: batch.facts,
            turns: batch.records.map {
                StoredTurn(target: $0.key.target, probe: $0.key.probe, turn: $0.turn, ending: $0.ending.rawValue)
            },
            checks: batch.states.map { key, entry in
                StoredCheck(subject: key.subject, probe: key.probe, check: key.check, json: try Self.json(entry))
            })
    }

    /// One series with a wrong unit must not cost all the others.
    private func write(_ all: [Sample]) throws {
        guard !all.isEmpty else { return }
        do {
            try samples.store(all)
        } catch let error as StorageError where error.code == .conflict {
            for sample in all {
                do {
                    try samples.store([sample])
                } catch let error as StorageError where error.code == .conflict {
                    dropped.withLock { if $0.count < 100, !$0.contains(error.message) { $0.append(error.message) } }
                }
            }
        }
    }

    private static func json(_ entry: StateBoard.Entry) throws -> JSONValue {
        try JSONValue.parse(String(decoding: JSONEncoder().encode(entry), as: UTF8.self))
    }

    /// What the loop before left behind; a check that cannot be read is begun anew and named in `problems`.
    static func memory(
        of database: Database, dependents: @escaping @Sendable (ObjectID) -> Set<ObjectID>
    ) throws -> (memory: ProbeLoopMemory, problems: [String]) {
        let records = try database.turns().map { turn in
            ScheduleRecord(
                key: PairKey(target: turn.target, probe: turn.probe), turn: turn.turn,
                ending: ScheduleEnding(rawValue: turn.ending) ?? .unknown)
        }
        var entries: [CheckKey: StateBoard.Entry] = [:]
        var problems: [String] = []
        for check in try database.checks() {
            let key = CheckKey(subject: check.subject, probe: check.probe, check: check.check)
            do {
                entries[key] = try JSONDecoder().decode(StateBoard.Entry.self, from: Data(check.json.canonical.utf8))
            } catch {
                problems.append("\(check.subject): \(check.probe) \(check.check): its kept state cannot be read")
            }
        }
        return (
            ProbeLoopMemory(records: records, board: StateBoard(entries: entries, dependents: dependents)), problems
        )
    }
}
