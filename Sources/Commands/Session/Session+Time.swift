import CMDB
import Evidence
import Foundation
import Storage
import Synchronization

/// Which moment `--as-of` names, and whether the command has looked at it.
final class AsOf: Sendable {
    let moment: Moment
    let text: String
    private let used = Mutex(false)

    init(_ moment: Moment, text: String) {
        self.moment = moment
        self.text = text
    }

    /// Whether some answer was of that moment.
    var wasUsed: Bool { used.withLock { $0 } }
    func use() { used.withLock { $0 = true } }
}

extension Session {
    /// The machine's zone; `TZ` says another.
    static func zone(_ environment: [String: String]) -> TimeZone {
        environment["TZ"].flatMap { $0.isEmpty ? nil : TimeZone(identifier: $0) } ?? .current
    }

    /// Reads `--as-of` once; a time without zone is told in UTC.
    static func asOf(_ text: String?, _ environment: [String: String], _ console: Console) throws -> AsOf? {
        guard let text else { return nil }
        guard let moment = Moment(text, zone: zone(environment)) else {
            throw CommandFailure(.usage, "--as-of \(text): \(Moment.forms)")
        }
        if moment == .now { return nil }
        let asOf = AsOf(moment, text: text)
        tell(moment, text, environment, console)
        return asOf
    }

    private static func tell(_ moment: Moment, _ text: String, _ environment: [String: String], _ console: Console) {
        guard case .time(let time, isLocal: true) = moment else { return }
        let zone = zone(environment).identifier
        console.say(
            vi: "\(text) theo giờ máy (\(zone)) là \(time).", en: "\(text) in the machine's zone (\(zone)) is \(time).")
    }

    /// A moment on the command line of one command, such as each side of `diff`.
    func moment(_ text: String) throws -> Moment {
        guard let moment = Moment(text, zone: Self.zone(environment)) else {
            throw CommandFailure(.usage, "\"\(text)\" is not a moment: \(Moment.forms)")
        }
        Self.tell(moment, text, environment, console)
        return moment
    }

    /// The ledger number that `moment` means.
    /// - Throws: `CommandFailure` 64 for one before the first record or after the last, 6 when there is no record.
    func sequence(of moment: Moment, in database: Database) throws -> Int64 {
        guard let (first, last) = try database.inventoryTime() else {
            throw CommandFailure(.nothingToDo, "the inventory is empty: it has no past yet")
        }
        let length = try database.ledgerLength()
        func outside(_ what: String) -> CommandFailure {
            CommandFailure(
                .usage,
                "\(what): the inventory's past goes from \(first.at) (record \(first.seq)) to now (record \(length), newest change \(last.at))"
            )
        }
        switch moment {
        case .now: return length
        case .sequence(let number):
            guard (first.seq...length).contains(number) else { throw outside("there is no state at record \(number)") }
            return number
        case .time(let time, _):
            guard time <= now() else { throw outside("\(time) is in the future") }
            guard let number = try database.ledgerSequence(at: time), number >= first.seq else {
                throw outside("\(time) is before the first record")
            }
            return number
        }
    }

    /// The state the command is asked about: now, or at `--as-of`.
    func state(_ database: Database) throws -> Snapshot {
        guard let past = try past(database) else { return try database.snapshot() }
        return try database.snapshot(asOf: past.seq)
    }

    /// The ledger number and the time that `--as-of` means; nil when it is not given.
    func past(_ database: Database) throws -> (seq: Int64, at: Timestamp)? {
        guard let asOf else { return nil }
        let seq = try sequence(of: asOf.moment, in: database)
        asOf.use()
        if case .time(let time, _) = asOf.moment { return (seq, time) }
        let record = try database.ledgerRecords(from: seq, limit: 1).first
        let at = record.flatMap { LedgerView.time(of: $0) }
        return (seq, at ?? now())
    }

    /// The past cannot be changed.
    func refuseInThePast(_ what: String) throws {
        guard let asOf else { return }
        throw CommandFailure(
            .usage, "--as-of \(asOf.text): \(what) writes, and the past cannot be changed: leave --as-of out")
    }

    /// The right to write, waited for as long as `--wait` allows.
    func writerLock(_ command: String) throws -> WriterLock {
        try refuseInThePast(command)
        let deadline = ContinuousClock.now + .seconds(wait ?? 0)
        while true {
            do {
                return try WriterLock(folder: data, command: command, at: now())
            } catch {
                guard error.code == .locked, ContinuousClock.now < deadline else { throw error }
            }
            try Task.checkCancellation()
            // Not in step with others who wait.
            usleep(UInt32.random(in: 10_000...40_000))
        }
    }
}
