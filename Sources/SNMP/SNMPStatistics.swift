import Synchronization

/// What an engine did since it was made. Counts only grow.
public struct SNMPStatistics: Sendable, Equatable, Codable {
    /// Messages handed to the kernel, retries and discovery included.
    public var sent: UInt64 = 0
    /// Datagrams that arrived, dropped ones included.
    public var received: UInt64 = 0
    /// Messages sent again because no answer came in time.
    public var retried: UInt64 = 0
    /// Answers to nothing that is outstanding: wrong address, id or community, late, duplicated, replayed.
    public var droppedUnmatched: UInt64 = 0
    /// Datagrams that are no SNMP message.
    public var droppedMalformed: UInt64 = 0
    /// v3 messages whose signature is wrong or missing where one must be.
    public var droppedUnauthenticated: UInt64 = 0
    /// v3 messages with a right signature but outside the time window (RFC 3414 section 3.2 step 7).
    public var droppedOutsideWindow: UInt64 = 0
    /// Datagrams that the kernel threw away because our receive buffer was full (SO_RXQ_OVFL): our fault, not the
    /// devices'. The kernel tells the count with the next datagram that does arrive, so the last ones of a storm may
    /// show late; a time-out while this number grows is to be laid at our door.
    public var socketDrops: UInt64 = 0
    /// ICMP messages that said that an endpoint refuses or cannot be reached, believed ones and others.
    public var refusals: UInt64 = 0
    /// Pass phrases hashed to keys: one per credential and protocol, however many devices use it.
    public var keyDerivations: UInt64 = 0
}

/// The live counters; the engine's thread adds, anybody reads.
final class Counters: Sendable {
    let sent = Atomic<UInt64>(0)
    let received = Atomic<UInt64>(0)
    let retried = Atomic<UInt64>(0)
    let droppedUnmatched = Atomic<UInt64>(0)
    let droppedMalformed = Atomic<UInt64>(0)
    let droppedUnauthenticated = Atomic<UInt64>(0)
    let droppedOutsideWindow = Atomic<UInt64>(0)
    let socketDrops = Atomic<UInt64>(0)
    let refusals = Atomic<UInt64>(0)
    let keyDerivations = Atomic<UInt64>(0)

    var snapshot: SNMPStatistics {
        SNMPStatistics(
            sent: sent.load(ordering: .relaxed),
            received: received.load(ordering: .relaxed),
            retried: retried.load(ordering: .relaxed),
            droppedUnmatched: droppedUnmatched.load(ordering: .relaxed),
            droppedMalformed: droppedMalformed.load(ordering: .relaxed),
            droppedUnauthenticated: droppedUnauthenticated.load(ordering: .relaxed),
            droppedOutsideWindow: droppedOutsideWindow.load(ordering: .relaxed),
            socketDrops: socketDrops.load(ordering: .relaxed),
            refusals: refusals.load(ordering: .relaxed),
            keyDerivations: keyDerivations.load(ordering: .relaxed))
    }
}
