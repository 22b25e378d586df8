public import Remote

/// What an engine learnt about one agent beyond its SNMPv3 engine, as plain values to keep across restarts.
///
/// Nothing of it is needed for right answers: it saves round trips and time-outs only.
public struct SNMPAgentRecord: Sendable, Hashable, Codable {
    /// One table as it was when it was last walked.
    public struct Table: Sendable, Hashable, Codable {
        /// The first column that was asked, in dotted decimal.
        public var column: String
        /// How many columns were asked side by side.
        public var columns: Int
        /// Rows of the longest column.
        public var rows: Int
        /// Bytes of one row of all asked columns on the wire.
        public var rowBytes: Int

        /// Creates a record.
        public init(column: String, columns: Int, rows: Int, rowBytes: Int) {
            self.column = column
            self.columns = columns
            self.rows = rows
            self.rowBytes = rowBytes
        }
    }

    /// The agent's address as RFC 5952 writes it.
    public var address: String
    /// Its UDP port.
    public var port: UInt16
    /// max-repetitions that it can bear; nil when it never choked, 0 when it can only do GETNEXT.
    public var repetitions: Int?
    /// Its smoothed round-trip time.
    public var roundTrip: RoundTripEstimate
    /// At most 32, the most recently walked last.
    public var tables: [Table]

    /// Creates a record.
    public init(address: String, port: UInt16, repetitions: Int?, roundTrip: RoundTripEstimate, tables: [Table]) {
        self.address = address
        self.port = port
        self.repetitions = repetitions
        self.roundTrip = roundTrip
        self.tables = tables
    }
}

/// One SNMPv3 engine id that several endpoints claim as theirs.
public struct SNMPDuplicateEngine: Sendable, Hashable, Codable {
    /// snmpEngineID in hexadecimal.
    public let engineID: String
    /// Where it was seen: `address:port`, sorted.
    public let endpoints: [String]
    /// Whether boots and time differ between them: surely several agents, such as cloned machines, and not one agent
    /// with several addresses.
    public let clocksDiffer: Bool
}

extension SNMPEngineRecord {
    /// The engine ids that more than one of `records` has, sorted by id.
    ///
    /// Such agents are read without harm, because all state is kept per address; but managers that keep it per engine
    /// id lock themselves out of one when they talk to the other, so it is worth a report.
    public static func duplicates(in records: [SNMPEngineRecord]) -> [SNMPDuplicateEngine] {
        Dictionary(grouping: records, by: \.engineID).filter { $0.value.count > 1 }.map { id, places in
            // When each engine believes that it was started; read a few seconds apart it may differ by a few.
            let starts = places.map { $0.observedAt - Int64($0.time) }
            let spread = (starts.max() ?? 0) - (starts.min() ?? 0)
            return SNMPDuplicateEngine(
                engineID: id.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(),
                endpoints: places.map { "\($0.address.contains(":") ? "[\($0.address)]" : $0.address):\($0.port)" }
                    .sorted(),
                clocksDiffer: spread > 5 || Set(places.map(\.boots)).count > 1)
        }.sorted { $0.engineID < $1.engineID }
    }
}
