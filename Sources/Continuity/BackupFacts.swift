public import CMDB
public import Evidence
import Notation
public import Regulation

/// What a copy holds, in the words of `data_kinds` of a system.
public enum DataKind: String, CaseIterable, Sendable {
    /// Settings of systems and devices.
    case config
    /// Images of operating systems.
    case osImage = "os_image"
    /// Databases.
    case database
    /// Files people work on.
    case businessData = "business_data"
    /// Whatever the owner calls important.
    case important
}

extension RestoreDrill.Report {
    /// Facts that a proven drill yields on `subject`; none when it proved nothing.
    ///
    /// `backup.last_success.KIND` is as old as the backup, `backup.last_restore_test.KIND` as the comparison. Each kind
    /// has facts of its own, so that a copy of one kind never speaks for another.
    /// - Parameter validFor: how long a drill stands for the copies after it, see ``BackupDuties/drillInterval(of:_:)``.
    public func facts(about subject: ObjectID, kind: DataKind, validFor: Duration) -> [Fact] {
        guard isProven, let proof, let snapshot = backup.snapshot, let backedUpAt, let verifiedAt else { return [] }
        func fact(_ name: String, _ at: Timestamp, _ value: JSONValue) -> Fact {
            Fact(
                subject: subject, name: "\(name).\(kind.rawValue)", value: value, observedAt: at, validFor: validFor,
                source: source)
        }
        return [
            fact(
                "backup.last_success", backedUpAt,
                [
                    "at": .string(backedUpAt.description), "snapshot": .string(snapshot),
                    "files": .int(Int64(backup.files)), "bytes": .int(backup.bytes),
                ]),
            fact(
                "backup.last_restore_test", verifiedAt,
                [
                    "at": .string(verifiedAt.description), "snapshot": .string(snapshot),
                    "files_compared": .int(Int64(proof.filesCompared)), "bytes_compared": .int(proof.bytesCompared),
                ]),
        ]
    }
}

extension BackupDuties {
    /// How often `object` must prove a restore: by its own level, else (a machine, a system without level) the shortest
    /// interval of the table; nil for a table without levels.
    public static func drillInterval(of object: Object, _ table: DutyTable) -> Duration? {
        if let level = object.int("security_level"), let duty = table.duty(level: level) {
            return duty.restoreDrill.value
        }
        return (1...5).compactMap { table.duty(level: $0)?.restoreDrill.value }.min()
    }
}
