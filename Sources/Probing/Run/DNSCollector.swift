import CMDB
import Evidence
import Notation
import Remote

/// Asks one DNS server for its zones' serials and for the names it must resolve.
struct DNSCollector {
    let client: (any DNSClient)?
    let collection: DNSCollection
    let timeout: Duration

    func run(_ ask: DNSAsk, _ book: inout Notebook) async {
        let pair = book.pair
        var first: RemoteError?
        func missed(_ error: any Error, _ label: String) -> RemoteError? {
            let problem = remoteError(error, pair)
            if problem.code == .cancelled { return problem }
            first = first ?? problem
            book.fail(label, "\(problem.message) (\(problem.code))")
            return nil
        }
        for zone in collection.zones == nil ? [] : ask.zones {
            do {
                try await self.zone(zone, &book)
            } catch {
                if let end = missed(error, pair.factName(collection.zones?.fact ?? "dns", zone.name)) {
                    book.collected.error = end
                    return
                }
            }
        }
        for name in collection.names == nil ? [] : ask.names {
            do {
                try await self.name(name, &book)
            } catch {
                if let end = missed(error, pair.factName(collection.names?.fact ?? "dns", Self.label(name))) {
                    book.collected.error = end
                    return
                }
            }
        }
        if book.collected.facts.isEmpty { book.collected.error = first }
    }

    private func zone(_ zone: DNSAsk.Zone, _ book: inout Notebook) async throws {
        let pair = book.pair
        guard let part = collection.zones else { return }
        guard let client else { throw missingAdapter("DNS", pair) }
        try Task.checkCancellation()
        let question = DNSQuestion(zone.name, .soa)
        let report = try await client.ask(
            question, at: pair.endpoint, subject: pair.target.id.description, timeout: timeout)
        var peers: [ZoneAgreement.Peer] = []
        for peer in zone.peers {
            do {
                let answer = try await client.ask(
                    question, at: peer.endpoint, subject: peer.subject.description, timeout: timeout)
                let problem =
                    answer.serial == nil ? "it gave no serial (\(CleanText.line(answer.rcode, limit: 32)))" : nil
                peers.append(.init(subject: peer.subject, serial: answer.serial, problem: problem))
            } catch {
                let problem = remoteError(error, pair)
                if problem.code == .cancelled { throw problem }
                // Whether that server answers is its own probe's matter.
                peers.append(.init(subject: peer.subject, serial: nil, problem: "\(problem.code)"))
            }
        }
        var members = ZoneAgreement.members(own: report.serial, peers: peers)
        members["zone"] = .string(zone.name)
        members["family"] = .string(pair.family)
        members["rcode"] = .string(CleanText.line(report.rcode, limit: 32))
        members["authoritative"] = report.authoritative.map { .bool($0) }
        members["ms"] = milliseconds(report.duration)
        let label = pair.factName(part.fact, zone.name)
        book.note(label, .object(members))
        book.measure(part.metrics, of: .object(members), instance: pair.instance(zone.name))
        if report.serial == nil {
            book.fail(label, "the server gave no SOA of the zone (\(CleanText.line(report.rcode, limit: 32)))")
        }
    }

    private func name(_ name: DNSAsk.Name, _ book: inout Notebook) async throws {
        let pair = book.pair
        guard let part = collection.names else { return }
        guard let client else { throw missingAdapter("DNS", pair) }
        try Task.checkCancellation()
        let subject = pair.target.id.description
        let report =
            name.isOwn
            ? try await client.ask(name.question, at: pair.endpoint, subject: subject, timeout: timeout)
            : try await client.resolve(name.question, through: pair.endpoint, subject: subject, timeout: timeout)
        var members: [String: JSONValue] = [
            "name": .string(name.question.name), "type": .string(name.question.type.rawValue),
            "rcode": .string(CleanText.line(report.rcode, limit: 32)),
            "records": .array(report.records.prefix(100).map { .string(CleanText.line($0, limit: 512)) }),
            "count": .int(Int64(report.records.count)), "security": .string(report.security.rawValue),
            "ms": milliseconds(report.duration), "family": .string(pair.family),
        ]
        members["ttl_s"] = report.ttl.map { .int(Int64($0)) }
        members["bogus_reason"] = report.bogusReason.map { .string(CleanText.line($0, limit: 300)) }
        members["authoritative"] = report.authoritative.map { .bool($0) }
        let label = Self.label(name)
        book.note(pair.factName(part.fact, label), .object(members))
        book.measure(part.metrics, of: .object(members), instance: pair.instance(label))
    }

    static func label(_ name: DNSAsk.Name) -> String {
        "\(name.question.name).\(name.question.type.rawValue.lowercased())"
    }
}

/// Whether the servers of one zone have the same copy of it.
enum ZoneAgreement {
    struct Peer: Sendable, Equatable {
        let subject: ObjectID
        let serial: UInt32?
        let problem: String?
    }

    /// Serial numbers run in a circle (RFC 1982): `a` is behind `b` when the shorter way from it to `b` goes forward.
    static func isBehind(_ a: UInt32, _ b: UInt32) -> Bool { a != b && b &- a < 1 << 31 }

    /// The newest of `serials`; nil for none.
    static func newest(_ serials: [UInt32]) -> UInt32? {
        serials.reduce(nil as UInt32?) { best, serial in
            guard let best else { return serial }
            return isBehind(best, serial) ? serial : best
        }
    }

    /// `serial`, how far it is `behind` the newest one, whether all `agree`, and what each other server said.
    ///
    /// With no other server's serial to compare with, neither `behind` nor `agree` is told.
    static func members(own: UInt32?, peers: [Peer]) -> [String: JSONValue] {
        let others = peers.compactMap(\.serial)
        var members: [String: JSONValue] = [
            "servers_asked": .int(Int64(peers.count + 1)),
            "servers_answered": .int(Int64(others.count + (own == nil ? 0 : 1))),
            "others": .array(
                peers.map { peer in
                    var entry: [String: JSONValue] = ["server": .string(peer.subject.description)]
                    entry["serial"] = peer.serial.map { .int(Int64($0)) }
                    entry["problem"] = peer.problem.map { .string($0) }
                    return .object(entry)
                }),
        ]
        guard let own else { return members }
        members["serial"] = .int(Int64(own))
        guard !others.isEmpty, let newest = newest(others + [own]) else { return members }
        members["newest"] = .int(Int64(newest))
        members["behind"] = .int(Int64(newest &- own))
        members["agree"] = .bool(others.allSatisfy { $0 == own })
        return members
    }
}
