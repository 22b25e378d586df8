/// A version of a zone as its SOA record numbers it (RFC 1982: serials go round at 2^32).
public struct ZoneSerial: Hashable, Sendable, CustomStringConvertible {
    /// The number as it stands in the record.
    public let number: UInt32

    /// Wraps a serial.
    public init(_ number: UInt32) { self.number = number }

    /// Decimal.
    public var description: String { String(number) }

    /// How many steps `self` is ahead of `other`; negative when behind, nil when they are exactly 2^31 apart, for which
    /// RFC 1982 section 3.2 defines no order. `ZoneSerial(1).ahead(of: ZoneSerial(4_294_967_295)) == 2`.
    public func ahead(of other: ZoneSerial) -> Int? {
        let steps = Int32(bitPattern: number &- other.number)
        return steps == .min ? nil : Int(steps)
    }
}

/// Whether the servers of one zone serve the same version of it; a verdict over what each of them answered.
public struct SerialAgreement: Sendable, Equatable {
    /// What one server said when asked for the zone's SOA.
    public enum Answer: Sendable, Equatable {
        /// It is an authority for the zone and serves this version.
        case serial(ZoneSerial)
        /// It answered, and not as an authority for the zone: `REFUSED`, no SOA, no AA bit; the text says which.
        case lame(String)
        /// No answer came; the text says why.
        case silent(String)
    }

    /// What all answers together mean.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// All servers asked, at least two, serve the same version.
        case agree
        /// At least one serves an older version than another.
        case differ
        /// The serials have no order between them (RFC 1982 section 3.2), or go round in a circle.
        case incomparable
        /// Those that answered agree, and not all answered as authorities.
        case incomplete
        /// Fewer than two servers were asked: there is nothing to compare.
        case single
        /// None answered as an authority.
        case unanswered
    }

    /// A server that lags.
    public struct Lag: Sendable, Equatable {
        /// Its name as given.
        public let server: String
        /// What it serves.
        public let serial: ZoneSerial
        /// Steps behind the newest, at least 1.
        public let behind: Int
    }

    /// What all answers together mean.
    public let verdict: Verdict
    /// The newest version served; nil when nobody told one or they have no order.
    public let newest: ZoneSerial?
    /// Servers with older versions, worst first, then by name.
    public let lagging: [Lag]
    /// Servers that answered and are no authority, with what they said, by name.
    public let lame: [String: String]
    /// Servers that did not answer, with the reason, by name.
    public let silent: [String: String]
    /// Servers asked.
    public let asked: Int

    /// Judges `answers`, keyed by the server's name or endpoint.
    public init(_ answers: [String: Answer]) {
        var serials: [(server: String, serial: ZoneSerial)] = []
        var lame: [String: String] = [:]
        var silent: [String: String] = [:]
        for (server, answer) in answers {
            switch answer {
            case .serial(let serial): serials.append((server, serial))
            case .lame(let reason): lame[server] = reason
            case .silent(let reason): silent[server] = reason
            }
        }
        let distinct = Set(serials.map(\.serial))
        let newest = distinct.first { candidate in
            distinct.allSatisfy { candidate.ahead(of: $0).map { $0 >= 0 } ?? false }
        }
        asked = answers.count
        self.lame = lame
        self.silent = silent
        self.newest = newest
        lagging = serials.compactMap { server, serial in
            guard let behind = newest?.ahead(of: serial), behind > 0 else { return nil }
            return Lag(server: server, serial: serial, behind: behind)
        }.sorted { ($1.behind, $0.server) < ($0.behind, $1.server) }
        verdict =
            switch distinct.count {
            case 0: .unanswered
            case 1 where answers.count == 1: .single
            case 1: serials.count == answers.count ? .agree : .incomplete
            default: newest == nil ? .incomparable : .differ
            }
    }
}

extension SerialAgreement.Answer {
    /// What ``DNSClient/ask(_:at:subject:timeout:)`` for a zone's SOA came to.
    public init(_ report: DNSReport) {
        if report.rcode != "NOERROR" {
            self = .lame(report.rcode)
        } else if report.authoritative != true {
            self = .lame("it does not say that it is an authority for the zone")
        } else if let serial = report.serial {
            self = .serial(ZoneSerial(serial))
        } else {
            self = .lame("it serves no SOA record of that name")
        }
    }

    /// What a failed question means: silence, with its reason.
    public init(_ error: RemoteError) { self = .silent(error.message) }
}
