import CMDB
import Evidence
import Notation
import Remote

/// Looks at one port of one machine, or at its clock.
struct EndpointCollector {
    let collection: EndpointCollection
    let timeout: Duration
    let adapters: ProbeRunner.Adapters

    func run(_ access: ProbeAccess, _ book: inout Notebook) async {
        let pair = book.pair
        let subject = pair.target.id.description
        let port = String(pair.endpoint.port)
        do {
            switch access {
            case .tcp: try await tcp(&book)
            case .tls(let name):
                let report = try await adapters.tls.inspect(
                    pair.endpoint, serverName: name, subject: subject, timeout: timeout)
                note(Self.members(report, at: book.now()), port, &book)
            case .ntp:
                guard let client = adapters.ntp else { throw missingAdapter("NTP", pair) }
                let report = try await client.query(pair.endpoint, subject: subject, timeout: timeout)
                note(Self.members(report), nil, &book)
            case .smtp(let name):
                guard let inspector = adapters.smtp else { throw missingAdapter("SMTP", pair) }
                let report = try await inspector.greet(
                    pair.endpoint, serverName: name, subject: subject, timeout: timeout)
                note(Self.members(report, at: book.now()), port, &book)
            case .database(let engine):
                guard let greeter = adapters.database else { throw missingAdapter(engine.rawValue, pair) }
                let greeting = try await greeter.greet(pair.endpoint, as: engine, subject: subject, timeout: timeout)
                note(Self.members(greeting), port, &book)
            case .snmp, .ssh, .icmp, .http, .dns:
                throw RemoteError(.local, subject: subject, message: "the probe's kind and access do not fit")
            }
        } catch {
            book.collected.error = remoteError(error, pair)
        }
    }

    private func tcp(_ book: inout Notebook) async throws {
        let pair = book.pair
        let port = String(pair.endpoint.port)
        do {
            let duration = try await adapters.tcp.connect(
                pair.endpoint, subject: pair.target.id.description, timeout: timeout)
            note(["open": true, "ms": milliseconds(duration)], port, &book)
        } catch {
            let problem = remoteError(error, pair)
            guard problem.code == .refused else { throw problem }
            // The machine answered: the port is closed. That is an observation, not a failed one.
            note(["open": false], port, &book)
        }
    }

    /// One fact, with the port, and the address family it was seen over.
    private func note(_ members: [String: JSONValue], _ port: String?, _ book: inout Notebook) {
        let pair = book.pair
        var members = members
        if port != nil { members["port"] = .int(Int64(pair.endpoint.port)) }
        members["family"] = .string(pair.family)
        let value = JSONValue.object(members)
        book.note(port.map { pair.factName(collection.fact, $0) } ?? pair.factName(collection.fact), value)
        book.measure(collection.metrics, of: value, instance: pair.instance(port ?? ""))
    }

    static func members(_ report: TLSReport, at now: Timestamp) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "accepted": .array(report.accepted.map { .string($0.rawValue) }),
            "refused": .array(report.refused.map { .string($0.rawValue) }),
        ]
        if let problem = report.verificationProblem { members["problem"] = .string(CleanText.line(problem)) }
        if let ocsp = report.ocsp {
            members["ocsp"] = .string(ocsp.status.rawValue)
            if let next = ocsp.nextUpdate { members["ocsp_next_update"] = .int(next) }
        }
        guard let leaf = report.chain.first else { return members }
        let seconds = now.milliseconds / 1_000
        let left = Double(leaf.notAfter - seconds) / 86_400
        members["not_before"] = .int(leaf.notBefore)
        members["not_after"] = .int(leaf.notAfter)
        members["days_left"] = .int(Int64(left.rounded(.down)))
        members["subject"] = .string(CleanText.line(leaf.subject))
        members["issuer"] = .string(CleanText.line(leaf.issuer))
        members["key_type"] = .string(CleanText.line(leaf.keyType, limit: 64))
        members["key_bits"] = .int(Int64(leaf.keyBits))
        members["signature_algorithm"] = .string(CleanText.line(leaf.signatureAlgorithm, limit: 64))
        members["sha256"] = .string(leaf.sha256)
        members["names"] = .array(leaf.names.prefix(200).map { .string(CleanText.line($0, limit: 256)) })
        members["self_signed"] = .bool(leaf.subject == leaf.issuer)
        return members
    }

    static func members(_ report: NTPReport) -> [String: JSONValue] {
        func finite(_ number: Double) -> JSONValue { number.isFinite ? .double(number) : .null }
        var members: [String: JSONValue] = [
            "offset_s": finite(report.offset), "offset_abs_s": finite(abs(report.offset)),
            "delay_s": finite(report.delay), "stratum": .int(Int64(report.stratum)), "leap": .int(Int64(report.leap)),
            "reference": .string(CleanText.line(report.referenceID, limit: 64)),
            "root_delay_s": finite(report.rootDelay), "root_dispersion_s": finite(report.rootDispersion),
        ]
        members["synchronised"] = .bool(report.leap != 3 && (1...15).contains(report.stratum))
        return members
    }

    static func members(_ report: SMTPReport, at now: Timestamp) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "banner": .string(CleanText.line(report.banner, limit: 512)),
            "capabilities": .array(report.capabilities.prefix(100).map { .string(CleanText.line($0, limit: 200)) }),
            "starttls": .bool(report.tls != nil), "ms": milliseconds(report.duration),
        ]
        if let tls = report.tls { members["tls"] = .object(Self.members(tls, at: now)) }
        return members
    }

    static func members(_ greeting: DatabaseGreeting) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "engine": .string(greeting.engine.rawValue), "offers_tls": .bool(greeting.offersTLS),
            "ready": .bool(greeting.problem == nil), "ms": milliseconds(greeting.duration),
        ]
        if let version = greeting.version { members["version"] = .string(CleanText.line(version, limit: 100)) }
        if let problem = greeting.problem { members["problem"] = .string(CleanText.line(problem, limit: 200)) }
        return members
    }
}

/// A duration as milliseconds with three places.
func milliseconds(_ duration: Duration) -> JSONValue {
    let ms = Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
    return .double((ms * 1_000).rounded() / 1_000)
}
