import CMDB
import Evidence
import Notation

/// The facts of one assessment: per subject and name the newest valid one, else the newest stale one.
struct FactIndex: Sendable {
    /// A fact as the rules see it.
    enum Entry: Sendable {
        case valid(Fact)
        case stale(Fact)
    }

    private struct Key: Hashable {
        let subject: ObjectID
        let name: String
        let port: Int64?
    }
    private var entries: [Key: Entry] = [:]
    private var ports: [ObjectID: [String: Set<Int64>]] = [:]
    private var counts: [ObjectID: (all: Int, valid: Int)] = [:]

    /// Facts of which a subject has one per port: `tls.endpoint.443`, or `tls.endpoint` with a `port` in its value.
    static let perPort: Set<String> = ["tls.endpoint", "tcp.port"]
    /// Clocks of the machine that probed and of the one that assesses may differ by this much.
    static let tolerance = Duration.seconds(300)

    init(_ facts: some Sequence<Fact>, at now: Timestamp) {
        for fact in facts {
            counts[fact.subject, default: (0, 0)].all += 1
            // Seen after the moment of the assessment: unknown then.
            guard fact.observedAt <= now + Self.tolerance else { continue }
            let valid = fact.isValid(at: now)
            if valid { counts[fact.subject, default: (0, 0)].valid += 1 }
            let (name, port) = Self.part(fact)
            let key = Key(subject: fact.subject, name: name, port: port)
            if let port { ports[fact.subject, default: [:]][name, default: []].insert(port) }
            switch (entries[key], valid) {
            case (nil, _), (.stale, true): entries[key] = valid ? .valid(fact) : .stale(fact)
            case (.valid(let old), true) where old.observedAt < fact.observedAt: entries[key] = .valid(fact)
            case (.stale(let old), false) where old.observedAt < fact.observedAt: entries[key] = .stale(fact)
            default: break
            }
        }
    }

    private static func part(_ fact: Fact) -> (name: String, port: Int64?) {
        for name in perPort {
            if fact.name == name { return (name, fact.value["port"]?.int) }
            if fact.name.hasPrefix(name + "."), let port = Int64(fact.name.dropFirst(name.count + 1)) {
                return (name, port)
            }
        }
        return (fact.name, nil)
    }

    func entry(_ subject: ObjectID, _ name: String, port: Int? = nil) -> Entry? {
        entries[Key(subject: subject, name: name, port: port.map(Int64.init))]
    }

    /// Every port of `subject` that a fact called `name` speaks of, ascending.
    func ports(_ subject: ObjectID, _ name: String) -> [Int] {
        (ports[subject]?[name] ?? []).sorted().map { Int($0) }
    }

    /// Facts handed in about `subject`, and how many of them are valid.
    func count(_ subject: ObjectID) -> (all: Int, valid: Int) { counts[subject] ?? (0, 0) }

    /// The newest valid fact of `subject`, ties by name.
    func newest(_ subject: ObjectID) -> Fact? {
        var best: Fact?
        for (key, entry) in entries where key.subject == subject {
            guard case .valid(let fact) = entry else { continue }
            if let old = best, (old.observedAt, fact.name) >= (fact.observedAt, old.name) { continue }
            best = fact
        }
        return best
    }
}
