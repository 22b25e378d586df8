import Remote

/// What we know of one UDP endpoint. Only the engine's thread touches it.
final class Agent {
    let peer: WireAddress
    /// v3: what we know of its engine, once per credential; nearly always one.
    var sites: [SecuredSite] = []
    var roundTrip = RoundTripEstimate()
    /// Whether it ever answered us in a way that was believed.
    var hasAnswered = false
    /// Whether it was silent to the last question of all, so that no time is spent on why.
    var isSilent = false
    var repetitions = RepetitionLimit()
    var tables = LearntTables()

    init(_ peer: WireAddress) { self.peer = peer }

    /// What is kept for the credential `number`.
    func site(_ number: Int, user: [UInt8]) -> SecuredSite {
        if let known = sites.first(where: { $0.number == number }) { return known }
        // An agent asked under ever new credentials must not grow for ever.
        if sites.count >= 8 { sites.removeFirst() }
        let site = SecuredSite(number: number, user: user)
        sites.append(site)
        return site
    }

    /// The engine as it is known best: authenticated knowledge goes before guesses.
    var bestEngine: AgentEngine? {
        sites.first { $0.engine?.isAuthentic == true }?.engine ?? sites.first { $0.engine != nil }?.engine
    }
}

/// One credential at one endpoint (RFC 3414): the agent's engine and clock, and the keys localised for it.
final class SecuredSite {
    /// The credential's number in the key vault.
    let number: Int
    let user: [UInt8]
    var engine: AgentEngine?
    /// Replaced, never changed: an exchange that holds an older one has another engine in mind.
    var session: USMSession?

    init(number: Int, user: [UInt8]) {
        self.number = number
        self.user = user
    }
}

/// Keys at one engine.
final class USMSession {
    let engineID: [UInt8]
    let keys: USMKeys

    init(engineID: [UInt8], keys: USMKeys) {
        self.engineID = engineID
        self.keys = keys
    }
}

/// How many rows at a time one agent can bear: halved when it chokes, slowly raised again.
struct RepetitionLimit: Equatable {
    /// More rows than ever fit into 1,400 bytes: no limit is known.
    static let unlimited = 128
    /// Good answers at the limit before it rises by a quarter.
    static let patience = 16
    /// Answers that came only to a smaller question before they count as choking: one may be a lost datagram.
    static let suspicionsNeeded = 2

    /// max-repetitions at most; 0 means that it cannot do GETBULK at all.
    private(set) var ceiling = Self.unlimited
    private var good = 0
    private var suspicions = 0
    /// The fewest rows that it was silent to.
    private var suspected = Self.unlimited

    init() {}
    /// A limit of an earlier run.
    init(ceiling: Int) { self.ceiling = max(0, min(ceiling, Self.unlimited)) }

    /// It could not answer `rows` rows; 1 row that it could not answer leaves GETNEXT.
    mutating func choked(at rows: Int) {
        ceiling = min(ceiling, rows / 2)
        (good, suspicions, suspected) = (0, 0, Self.unlimited)
    }

    /// Silent to `rows` rows, and then it answered a smaller question.
    mutating func suspect(at rows: Int) {
        suspicions += 1
        suspected = min(suspected, rows)
        if suspicions >= Self.suspicionsNeeded { choked(at: suspected) }
    }

    /// It answered a first question for `rows` rows.
    mutating func succeeded(at rows: Int) {
        if rows >= suspected { (suspicions, suspected) = (0, Self.unlimited) }
        guard ceiling < Self.unlimited, rows >= ceiling else { return }
        good += 1
        guard good >= Self.patience else { return }
        good = 0
        ceiling = min(Self.unlimited, ceiling + max(1, ceiling / 4))
    }
}

/// What walks of one agent have taught about its tables: a bounded list, the longest unused goes first.
struct LearntTables {
    /// One table: how many rows it had and how many bytes one row of the asked columns takes.
    struct Entry: Equatable {
        /// The first asked column.
        let column: OID
        var columns: Int
        var rows: Int
        var rowBytes: Int
    }

    static let capacity = 32
    private(set) var entries: [Entry] = []

    /// What is known of the table whose first asked column is `column`.
    func entry(_ column: OID) -> Entry? { entries.last { $0.column == column } }

    mutating func note(_ entry: Entry) {
        if let place = entries.firstIndex(where: { $0.column == entry.column }) {
            entries.remove(at: place)
        } else if entries.count >= Self.capacity {
            entries.removeFirst()
        }
        entries.append(entry)
    }
}
