import CMDB
import Evidence
import Notation
import Remote

/// Looks at one TLS or TCP port.
struct EndpointCollector {
    let collection: EndpointCollection
    let timeout: Duration

    func run(tls inspector: any TLSInspector, serverName: String?, _ book: inout Notebook) async {
        let pair = book.pair
        do {
            let report = try await inspector.inspect(
                pair.endpoint, serverName: serverName, subject: pair.target.id.description, timeout: timeout)
            let value = Self.value(report, port: pair.endpoint.port, at: book.now())
            book.note(name(pair), value)
            book.measure(collection.metrics, of: value, instance: String(pair.endpoint.port))
        } catch {
            book.collected.error = remoteError(error, pair)
        }
    }

    func run(tcp connector: any TCPConnector, _ book: inout Notebook) async {
        let pair = book.pair
        let port = JSONValue.int(Int64(pair.endpoint.port))
        do {
            let duration = try await connector.connect(
                pair.endpoint, subject: pair.target.id.description, timeout: timeout)
            let ms = Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
            let value: JSONValue = [
                "port": port, "open": true, "ms": .double((ms * 1_000).rounded() / 1_000),
            ]
            book.note(name(pair), value)
            book.measure(collection.metrics, of: value, instance: String(pair.endpoint.port))
        } catch {
            let problem = remoteError(error, pair)
            if problem.code == .refused {
                // The machine answered: the port is closed. That is an observation, not a failed one.
                book.note(name(pair), ["port": port, "open": false])
            } else {
                book.collected.error = problem
            }
        }
    }

    private func name(_ pair: ProbePair) -> String { "\(collection.fact).\(pair.endpoint.port)" }

    static func value(_ report: TLSReport, port: UInt16, at now: Timestamp) -> JSONValue {
        var members: [String: JSONValue] = [
            "port": .int(Int64(port)),
            "accepted": .array(report.accepted.map { .string($0.rawValue) }),
            "refused": .array(report.refused.map { .string($0.rawValue) }),
        ]
        if let problem = report.verificationProblem { members["problem"] = .string(CleanText.line(problem)) }
        guard let leaf = report.chain.first else { return .object(members) }
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
        return .object(members)
    }
}
