import CMDB
import Evidence
import Notation
import Remote

/// Asks one port of one machine for its pages, one after the other, and judges each answer.
struct HTTPCollector {
    let inspector: (any HTTPInspector)?
    let collection: HTTPCollection
    let timeout: Duration

    func run(_ pages: [HTTPPage], _ book: inout Notebook) async {
        let pair = book.pair
        var first: RemoteError?
        for page in pages {
            let label = pair.factName(collection.fact, page.key)
            do {
                guard let inspector else { throw missingAdapter("HTTP", pair) }
                try Task.checkCancellation()
                let report = try await inspector.fetch(
                    HTTPCheck(url: page.url, endpoint: pair.endpoint, bodyLimit: collection.bodyLimit),
                    subject: pair.target.id.description, timeout: timeout)
                let (members, problem) = judge(report, page)
                var value = members
                value["family"] = .string(pair.family)
                value["port"] = .int(Int64(pair.endpoint.port))
                book.note(label, .object(value))
                book.measure(collection.metrics, of: .object(value), instance: pair.instance(page.key))
                if let problem { book.fail(label, problem) }
            } catch {
                let problem = remoteError(error, pair)
                if problem.code == .cancelled {
                    book.collected.error = problem
                    return
                }
                first = first ?? problem
                book.fail(label, "\(problem.message) (\(problem.code))")
            }
        }
        // Not one page: what stopped the first one is what is wrong with the server.
        if book.collected.facts.isEmpty { book.collected.error = first }
    }

    /// The fact's members, and what could not be judged.
    func judge(_ report: HTTPReport, _ page: HTTPPage) -> (members: [String: JSONValue], problem: String?) {
        let rightStatus = page.accepts(report.status)
        var members: [String: JSONValue] = [
            "url": .string(CleanText.line(page.url, limit: 2_000)), "status": .int(Int64(report.status)),
            "status_expected": .bool(rightStatus), "version": .string(CleanText.line(report.version, limit: 32)),
            "bytes": .int(Int64(report.bodyBytes)), "complete": .bool(report.isComplete),
            "connect_ms": milliseconds(report.connect), "first_byte_ms": milliseconds(report.firstByte),
            "total_ms": milliseconds(report.total),
        ]
        if let tls = report.tls { members["tls_ms"] = milliseconds(tls) }
        for (header, member) in [
            ("server", "server"), ("location", "location"), ("strict-transport-security", "hsts"),
        ] {
            guard let found = report.headers.first(where: { $0.name == header }) else { continue }
            members[member] = .string(CleanText.line(found.value, limit: 500))
        }
        guard let match = page.match else {
            members["good"] = .bool(rightStatus)
            return (members, nil)
        }
        let searched = report.body.prefix(collection.bodyLimit)
        let isFound = match.isFound(in: String(decoding: searched, as: UTF8.self))
        if !isFound, report.isComplete == false || report.bodyBytes > searched.count {
            members["searched_bytes"] = .int(Int64(searched.count))
            return (
                members,
                "the first \(searched.count) bytes of the body do not hold the pattern, and there are more: raise body_limit"
            )
        }
        members["matched"] = .bool(isFound)
        members["good"] = .bool(rightStatus && isFound)
        return (members, nil)
    }
}
