public import CMDB
public import Notation
public import Remote

/// Gives the secrets that `secret://name` references of the inventory name.
public protocol SecretResolver: Sendable {
    /// The secret called `name` (without `secret://`); nil when there is none.
    /// - Throws: when the store cannot be read; the message holds no secret.
    func secret(_ name: String) throws -> Secret?
}

/// Remembers the host keys that a person has compared and recorded.
public protocol HostKeyResolver: Sendable {
    /// Keys recorded for a machine at an endpoint, besides those of the inventory; empty when there are none.
    func recordedHostKeys(of subject: ObjectID, at endpoint: Endpoint) throws -> [HostKey]
}

/// Knows SNMP objects by their names in MIB files.
///
/// Definitions ask it only for names that are not in ``WellKnownNames``, so that MIB files are read only when needed.
public protocol ObjectNames: Sendable {
    /// The identifier of `ACME-MIB::acmeTemp` or `acmeTemp`, without an instance; nil when no file defines it.
    /// - Throws: when the files cannot be read; every error with file and line.
    func oid(named name: String) throws(InputErrors) -> OID?
    /// Names that are known, for "did you mean".
    func knownNames() -> [String]
}

/// The records that a selector finds, in a stable order; empty when it finds none.
///
/// It throws for a selector that cannot be read.
public typealias ObjectQuery = @Sendable (String) throws -> [Object]

extension ProbePlan.Context {
    /// Chooses by ``CMDB/Selector`` from `snapshot`; a text that names no kind means devices and virtual machines.
    public static func selecting(from snapshot: Snapshot) -> ObjectQuery {
        { text in try Selector(text, default: [.device, .virtualMachine]).select(snapshot) }
    }
}
