import Addressing
import ArgumentParser
import CMDB
import Evidence
import Foundation
import IPAM
import Notation
import Storage

/// What commands that give out addresses and blocks ask for.
struct AllocationOptions: ParsableArguments {
    @Flag(help: "Write it down as reserved.") var reserve = false
    @Option(name: .customLong("for"), help: "What it is kept free for.") var purpose: String?
    @Option(help: "Tenant that answers for it, by slug.", completion: .custom(AddressCompletion.tenants))
    var owner: String?
    @Option(help: "Last day of the reservation, such as 2026-12-31.") var until: String?
    @Option(help: "Why, for the ledger; required when something is written.") var reason: String?

    /// Checks what can be checked without an inventory.
    func validate() throws {
        if let until {
            guard until.wholeMatch(of: /\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/) != nil else {
                throw ValidationError("--until \(until) is no day: write it as 2026-12-31")
            }
        }
    }

    /// Refuses writing without a reason, and options of writing where nothing is written.
    func check(writes: Bool) throws {
        let text = reason?.trimmingCharacters(in: .whitespaces) ?? ""
        if writes, text.isEmpty { throw ValidationError("--reason is missing: say why, it stands in the ledger") }
        if !reserve, purpose != nil || until != nil {
            throw ValidationError("--for and --until belong to a reservation: add --reserve")
        }
        if !writes, owner != nil || reason != nil {
            throw ValidationError("--owner and --reason belong to writing: add --reserve")
        }
    }

    /// The fields of a reservation.
    func fields(_ session: Session) throws -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        if reserve {
            fields["status"] = "reserved"
            fields["reserved_by"] = .string(String(session.actor.prefix(100)))
            fields["reserved_for"] = purpose.map { .string($0) }
            fields["reserved_until"] = until.map { .string($0) }
            if let until, until < session.today {
                throw CommandFailure(.usage, "--until \(until) has passed already: today is \(session.today)")
            }
        }
        fields["owner"] = owner.map { .string($0) }
        return fields
    }
}

/// Gives out addresses and blocks: looks, decides and writes under the writer's lock, so that of any number of programs
/// that ask at the same time no two are given the same.
struct AllocationDesk {
    let session: Session
    /// Named to those who wait.
    let command: String
    let limit: Duration

    /// What is to be written.
    struct Order {
        /// Records as in inventory files: list key to records.
        let records: JSONValue
        /// Lapsed records in the way.
        let displaced: [Object]
    }

    /// What was written.
    struct Receipt {
        /// The new records, each with its ledger record.
        let written: [(object: Object, ledger: LedgerRecord)]
        /// Ids of what had lapsed and was removed for it.
        let displaced: [ObjectID]
        let warnings: [Diagnostic]
    }

    /// Decides with `decide` and writes what it orders. Waits while others write, at most `limit`.
    func place<Answer>(
        reason: String, _ decide: (AddressBook) throws -> (Order, Answer)
    ) async throws -> (Receipt, Answer) {
        try await whileLocked { database in
            let book = try session.addressBook(database)
            let (order, answer) = try decide(book)
            let gone = Set(order.displaced.map(\.id))
            let base =
                gone.isEmpty
                ? book.snapshot
                : Snapshot(book.snapshot.all.filter { !gone.contains($0.id) }, sequence: book.snapshot.sequence)
            // Read like a file: the same rules hold as for everything that people write.
            let file = InventoryFile(path: "hatang \(command)", text: order.records.canonical, origin: "command")
            let loaded = try InventoryLoader.load([file], onto: base)
            let made = loaded.objects.map(\.object)
            let replaced = Set(made.map(\.id))
            let changes =
                order.displaced.filter { !replaced.contains($0.id) }.map { Change.delete($0) }
                + made.map { object in
                    book.snapshot[object.id].map { .update(before: $0, after: object) } ?? .create(object)
                }
            let records = try write(changes, reason, book, database)
            let receipts = try made.map { object -> (object: Object, ledger: LedgerRecord) in
                guard let record = records[object.id] else {
                    throw CommandFailure(
                        .internalError, "\(object.id): it was written, but its ledger record is missing")
                }
                return (object, record)
            }
            return (
                Receipt(written: receipts, displaced: order.displaced.map(\.id), warnings: loaded.warnings), answer
            )
        }
    }

    /// Writes changes in one transaction and returns the ledger record of each.
    func write(
        _ changes: [Change], _ reason: String, _ book: AddressBook, _ database: Database
    ) throws -> [ObjectID: LedgerRecord] {
        let result = try database.apply(
            changes: changes, actor: session.actor, reason: reason, at: session.now(),
            expectedSequence: book.snapshot.sequence)
        guard let first = result.firstSequence else { return [:] }
        let records = try database.ledgerRecords(from: first, limit: changes.count)
        return Dictionary(zip(changes.map(\.id), records), uniquingKeysWith: { $1 })
    }

    /// Runs `work` as the one writer. Whoever else writes is waited for; after `limit` it is refused with 7.
    func whileLocked<Result>(_ work: (Database) throws -> Result) async throws -> Result {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            do {
                // What is not there needs no lock, and none is made for it.
                if access(session.databasePath, F_OK) != 0 { _ = try session.database(.writing) }
                let lock = try session.writerLock(command)
                defer { lock.release() }
                let database = try session.database(.writing)
                let result = try work(database)
                try database.close()
                return result
            } catch let error as StorageError where error.code == .locked || error.code == .stale {
                guard clock.now < deadline else {
                    throw CommandFailure(
                        .refused, "\(error) (waited \(limit.components.seconds) s; --wait waits longer)")
                }
            }
            // Not all in step: who waits looks again after a time of his own.
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...35)))
        }
    }
}

extension AllocationDesk.Receipt {
    /// The records with their places in the ledger.
    func json(_ text: String) -> [JSONValue] {
        written.map { object, ledger in
            var members = object.fields.dictionary
            members["id"] = .string(object.id.description)
            members[text] = object.fields[text]
            members["ledger"] = ["seq": .int(ledger.seq), "hash": .string(ledger.hash)]
            return .object(members)
        }
    }

    /// Rows of the same.
    func table(_ text: String) -> TextTable {
        TextTable(
            names: [text, "vrf", "status", "dns_name", "reserved_for", "reserved_until", "owner", "seq", "hash"],
            rows: written.map { object, ledger in
                [text, "vrf", "status", "dns_name", "reserved_for", "reserved_until", "owner"].map {
                    object.text($0) ?? ""
                } + [String(ledger.seq), String(ledger.hash.prefix(16))]
            })
    }

    /// Warnings and what else people should know.
    func tell(_ session: Session) {
        for warning in warnings { session.console.warn(warning.description) }
        if displaced.isEmpty { return }
        session.console.warn(
            session.console.pick(
                vi: "Đã gỡ giữ chỗ quá hạn: ", en: "Removed reservations that were over: ")
                + displaced.map(\.description).joined(separator: ", "))
    }
}
