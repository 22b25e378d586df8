/// What we know of one agent's engine: its id and its clock (RFC 3414 section 2.3), kept per device.
///
/// Keyed by device and not by engine id, so that cloned machines with one id do not push each other out of the window.
struct AgentEngine {
    /// Seconds that a message may be behind (RFC 3414 section 2.2.3).
    static let window: Int64 = 150
    /// snmpEngineBoots at its end: the agent needs a new engine id.
    static let finalBoots = Int32.max

    let engineID: [UInt8]
    private(set) var boots: Int32
    /// snmpEngineTime at `reference`.
    private var time: Int32
    /// Our own clock when `time` was true, in seconds that never go backwards.
    private var reference: Int64
    private var latestReceived: Int32
    /// Whether boots and time come from a message whose MAC was right. Before that they are a guess for the first
    /// request only, and the first authentic message replaces them.
    private(set) var isAuthentic: Bool

    /// A guess from an unauthenticated Report or from a cache.
    init(engineID: [UInt8], guessedBoots: Int32, time: Int32, now: Int64) {
        self.engineID = engineID
        boots = guessedBoots
        self.time = time
        reference = now
        latestReceived = 0
        isAuthentic = false
    }

    /// snmpEngineTime as it should stand now; it stays at its end instead of wrapping.
    func estimatedTime(now: Int64) -> Int32 {
        Int32(clamping: Int64(time) + max(0, now - reference))
    }

    /// Whether an authentic message is inside the time window; moves the clock forward with it (RFC 3414 section 3.2
    /// step 7b).
    mutating func accept(boots messageBoots: Int32, time messageTime: Int32, now: Int64) -> Bool {
        if !isAuthentic {
            guard messageBoots != Self.finalBoots else { return false }
            set(boots: messageBoots, time: messageTime, now: now)
            isAuthentic = true
            return true
        }
        if messageBoots > boots || (messageBoots == boots && messageTime > latestReceived) {
            set(boots: messageBoots, time: messageTime, now: now)
        }
        if boots == Self.finalBoots || messageBoots < boots { return false }
        return Int64(messageTime) >= Int64(estimatedTime(now: now)) - Self.window
    }

    private mutating func set(boots: Int32, time: Int32, now: Int64) {
        self.boots = boots
        self.time = time
        latestReceived = time
        reference = now
    }
}
