/// What an engine learnt about one agent's SNMPv3 engine, as plain values to keep across restarts.
///
/// An imported record saves the discovery round trip. It is a guess only: boots and time are believed again after the
/// first message with a right signature.
public struct SNMPEngineRecord: Sendable, Hashable, Codable {
    /// The agent's address as RFC 5952 writes it.
    public var address: String
    /// Its UDP port.
    public var port: UInt16
    /// snmpEngineID, 5-32 bytes. The same one at several addresses means cloned agents or one agent with several
    /// addresses.
    public var engineID: [UInt8]
    /// snmpEngineBoots.
    public var boots: Int32
    /// snmpEngineTime in seconds at `observedAt`.
    public var time: Int32
    /// Seconds since 1970, UTC.
    public var observedAt: Int64

    /// Creates a record.
    public init(address: String, port: UInt16, engineID: [UInt8], boots: Int32, time: Int32, observedAt: Int64) {
        self.address = address
        self.port = port
        self.engineID = engineID
        self.boots = boots
        self.time = time
        self.observedAt = observedAt
    }
}
