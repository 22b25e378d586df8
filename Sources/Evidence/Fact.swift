public import CMDB
import Crypto
public import Notation

/// A moment in whole milliseconds since 1970, UTC. Arithmetic is exact and JSON shows RFC 3339.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    public let milliseconds: Int64
    /// Creates a moment.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    /// Earlier is smaller.
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
    /// The moment `duration` later.
    public static func + (a: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(milliseconds: a.milliseconds + seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
    /// From `b` to `a`.
    public static func - (a: Timestamp, b: Timestamp) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }

    /// `2026-11-21T08:30:00.125Z` (RFC 3339).
    public var description: String {
        let (days, ms) = milliseconds.quotientAndRemainderFlooring(86_400_000)
        let (year, month, day) = Self.civil(days)
        func pad(_ n: Int64, _ width: Int) -> String {
            let text = String(n)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let time =
            "\(pad(ms / 3_600_000, 2)):\(pad(ms / 60_000 % 60, 2)):\(pad(ms / 1_000 % 60, 2)).\(pad(ms % 1_000, 3))"
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(time)Z"
    }

    /// The day, `2026-11-21`, in UTC.
    public var day: String { String(description.prefix(10)) }

    /// The first moment (UTC) of a day written `2026-11-21`; nil for anything else.
    public init?(day text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, let y = Int64(parts[0]), let m = Int64(parts[1]),
            let d = Int64(parts[2]), (1...12).contains(m), (1...31).contains(d)
        else { return nil }
        let days = Self.days(y, m, d)
        guard Self.civil(days) == (y, m, d) else { return nil }
        self.init(milliseconds: days * 86_400_000)
    }

    /// Howard Hinnant's civil calendar arithmetic: days since 1970 to year, month, day.
    static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let z = days + 719_468
        let era = z.quotientAndRemainderFlooring(146_097).0
        let doe = z - era * 146_097
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
        let mp = (5 * doy + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1)
    }

    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.quotientAndRemainderFlooring(400).0
        let yoe = y - era * 400
        let doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
    }

    /// Decodes milliseconds.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }
    /// Encodes milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFlooring(_ divisor: Int64) -> (Int64, Int64) {
        let (q, r) = quotientAndRemainder(dividingBy: divisor)
        return r < 0 ? (q - 1, r + divisor) : (q, r)
    }
}

/// One observed value: who, what, when, how long it may be believed, and from whom we have it.
public struct Fact: Hashable, Sendable {
    /// Whom it describes.
    public let subject: ObjectID
    /// Dotted and lower-case: `ssh.sshd.permitrootlogin`, `snmp.system.sys_name`.
    public let name: String
    /// What was seen; lists and tables are arrays and objects.
    public let value: JSONValue
    /// UCUM-like unit (`s`, `By`, `%`, `d`); nil for texts.
    public let unit: String?
    /// When it was seen.
    public let observedAt: Timestamp
    /// How long it may be believed.
    public let validFor: Duration
    /// Probe and endpoint: `ssh-linux-baseline@127.0.10.1:12222`.
    public let source: String

    /// Creates a fact.
    public init(
        subject: ObjectID, name: String, value: JSONValue, unit: String? = nil, observedAt: Timestamp,
        validFor: Duration, source: String
    ) {
        self.subject = subject
        self.name = name
        self.value = value
        self.unit = unit
        self.observedAt = observedAt
        self.validFor = validFor
        self.source = source
    }

    /// `f-` and 16 hex digits of the SHA-256 of subject, name, value, time and source: the same fact has the same id.
    public var id: String {
        let text = JSONValue.array([
            .string(subject.description), .string(name), value, .int(observedAt.milliseconds), .string(source),
        ]).canonical
        return "f-" + Digest.sha256Hex(text.utf8).prefix(16)
    }

    /// The last moment it may be believed.
    public var validUntil: Timestamp { observedAt + validFor }
    /// Whether it may be believed at `moment`.
    public func isValid(at moment: Timestamp) -> Bool { moment <= validUntil }

    /// All of it, with its id, for output.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id), "subject": .string(subject.description), "name": .string(name), "value": value,
            "observed_at": .string(observedAt.description), "valid_until": .string(validUntil.description),
            "source": .string(source),
        ]
        if let unit { members["unit"] = .string(unit) }
        return .object(members)
    }
}

/// One number in time. The series is subject, name and labels together.
public struct Sample: Hashable, Sendable {
    /// Whom it describes.
    public let subject: ObjectID
    /// Dotted, with the SNMP object name where there is one: `snmp.if_hc_in_octets`.
    public let name: String
    /// For example the interface; empty when the subject has one such number.
    public let instance: String
    /// Exact when it is a counter.
    public let value: Number
    /// UCUM-like unit.
    public let unit: String
    /// When it was read.
    public let at: Timestamp

    /// Whole numbers stay exact.
    public enum Number: Hashable, Sendable {
        /// Of 64 bits, or of a source that says no width.
        case counter(UInt64)
        /// Of 32 bits: it wraps within a minute on a busy link.
        case counter32(UInt32)
        case gauge(Double)
    }

    /// Creates a sample.
    public init(subject: ObjectID, name: String, instance: String = "", value: Number, unit: String, at: Timestamp) {
        self.subject = subject
        self.name = name
        self.instance = instance
        self.value = value
        self.unit = unit
        self.at = at
    }
}

/// Hexadecimal digests.
public enum Digest {
    /// SHA-256 in 64 lower-case hex digits.
    public static func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(64)
        appendSHA256Hex(of: Array(bytes)[...], to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
