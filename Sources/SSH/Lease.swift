import Remote

/// Somebody's right to use a connection: a caller's session, or the session behind a jump host.
///
/// Several leases share one connection; each has at most one command at work.
final class Lease {
    enum Purpose {
        case session
        /// The connection that goes through this one.
        case jump(Connection)
    }

    let id = PendingID.next()
    let target: ShellTarget
    let purpose: Purpose
    /// The caller that waits for the session; nil once it has been answered.
    var opening: Pending<UInt64>?
    /// Where it lives now.
    var connection: Connection?
    /// Where it lives when the system's client has entered.
    var program: Program?
    /// Commands that wait for the current one.
    var queue: [Run] = []
    var current: Run?
    /// The connection had been used before and may have died unnoticed. Until the server has answered once, another
    /// connection may be opened instead, once.
    var mayMove = false
    var hasMoved = false

    init(_ target: ShellTarget, _ purpose: Purpose, opening: Pending<UInt64>? = nil) {
        self.target = target
        self.purpose = purpose
        self.opening = opening
    }

    /// Tells everyone who waits; the lease is over.
    func fail(_ error: RemoteError) {
        let error = RemoteError(error.code, subject: target.subject, message: error.message)
        opening?.finish(.failure(error))
        opening = nil
        let runs = [current].compactMap(\.self) + queue
        (current, queue) = (nil, [])
        for run in runs {
            run.lease = nil
            run.pending.finish(.failure(error))
        }
    }
}

/// What makes two targets the same session; host keys are compared with the present ones at each hand-out instead, and
/// credentials one by one, so that no digest of a secret is kept.
struct PoolKey: Hashable {
    private struct Hop: Hashable {
        let endpoint: Endpoint
        let user: String
        let legacy: [String]
    }
    private let hops: [Hop]

    init(_ target: ShellTarget) {
        hops = (target.jumps + [target]).map {
            Hop(endpoint: $0.endpoint, user: $0.user, legacy: $0.legacyAlgorithms.sorted())
        }
    }
}

extension ShellTarget {
    /// The last machine to pass through, itself behind those before it.
    ///
    /// Jumps that a jump names itself are passed over: ``jumps`` lists the whole way.
    var lastJump: ShellTarget? {
        guard let last = jumps.last else { return nil }
        return ShellTarget(
            subject: last.subject, endpoint: last.endpoint, user: last.user, credential: last.credential,
            hostKeys: last.hostKeys, connectTimeout: last.connectTimeout, legacyAlgorithms: last.legacyAlgorithms,
            jumps: Array(jumps.dropLast()), client: last.client)
    }

    /// Whether `other`, of the same ``PoolKey``, enters with the same credentials everywhere.
    func hasSameCredentials(as other: ShellTarget) -> Bool {
        credential == other.credential && jumps.map(\.credential) == other.jumps.map(\.credential)
    }

    /// Whether `other` has the same keys recorded everywhere.
    func hasSameHostKeys(as other: ShellTarget) -> Bool {
        hostKeys == other.hostKeys && jumps.map(\.hostKeys) == other.jumps.map(\.hostKeys)
    }
}
