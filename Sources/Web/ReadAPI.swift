public import CMDB
public import Evidence
import Foundation
import Hummingbird
import Notation

/// What the web room needs to read; the composition root hands it in.
public protocol WebSource: Sendable {
    /// The inventory as it is now.
    func snapshot() throws -> Snapshot
    /// Current facts of one object, or of all.
    func facts(of subject: ObjectID?) throws -> [Fact]
    /// The newest assessment in the form of `hatang.assessment/1`; nil when there is none.
    func latestAssessment() throws -> JSONText?
    /// The moment now.
    func now() -> Timestamp
}

/// A text that is JSON already.
public struct JSONText: Sendable {
    /// The JSON.
    public let text: String
    /// Wraps `text`.
    public init(_ text: String) { self.text = text }
}

/// Routes of the read-only HTTP API, version 1.
///
/// | path | answer |
/// |---|---|
/// | `/` | start page |
/// | `/healthz` | `{"status":"ok"}`, 503 when storage does not answer |
/// | `/metrics` | Prometheus text |
/// | `/api/v1/kinds` | kinds with counts |
/// | `/api/v1/objects/KIND` | array of objects |
/// | `/api/v1/objects/KIND/KEY` | one object |
/// | `/api/v1/facts?subject=KIND/KEY` | array of facts |
/// | `/api/v1/assessment` | the newest assessment |
struct ReadAPI {
    let source: any WebSource

    func routes(_ router: Router<BasicRequestContext>) {
        router.get("/") { request, _ in
            let vietnamese = request.uri.queryParameters["lang"] != "en"
            return try html(StartPage(source: source, vietnamese: vietnamese).render())
        }
        router.get("/healthz") { _, _ in
            do {
                return json(.object(["status": "ok", "objects": .int(Int64(try source.snapshot().count))]))
            } catch {
                return problem(.serviceUnavailable, "storage does not answer")
            }
        }
        router.get("/metrics") { _, _ in
            let text = try MetricsText(snapshot: source.snapshot(), facts: source.facts(of: nil), now: source.now())
                .render()
            return respond(text, "text/plain; version=0.0.4; charset=utf-8")
        }
        let api = router.group("/api/v1")
        api.get("/kinds") { _, _ in
            let snapshot = try source.snapshot()
            return json(
                .array(
                    Kind.allCases.map {
                        .object([
                            "kind": .string($0.rawValue), "count": .int(Int64(snapshot.objects($0).count)),
                        ])
                    }))
        }
        api.get("/objects/:kind") { _, context in
            let name = context.parameters.get("kind") ?? ""
            guard let kind = Kind(rawValue: name) else { return unknownKind(name) }
            return json(.array(try source.snapshot().objects(kind).map(\.json)))
        }
        api.get("/objects/:kind/**") { _, context in
            let name = context.parameters.get("kind") ?? ""
            guard let kind = Kind(rawValue: name) else { return unknownKind(name) }
            let key = context.parameters.getCatchAll().map { $0.removingPercentEncoding ?? String($0) }.joined(
                separator: "/")
            guard let object = try source.snapshot()[ObjectID(kind, key)] else {
                return problem(.notFound, "there is no \(kind.rawValue) with this key")
            }
            return json(object.json)
        }
        api.get("/facts") { request, _ in
            guard let text = request.uri.queryParameters["subject"].map(String.init) else {
                return json(.array(try source.facts(of: nil).map(\.json)))
            }
            guard let id = ObjectID(text) else { return problem(.badRequest, "subject is not KIND/KEY") }
            return json(.array(try source.facts(of: id).map(\.json)))
        }
        api.get("/assessment") { _, _ in
            guard let assessment = try source.latestAssessment() else {
                return problem(.notFound, "nothing was assessed yet: run `hatang compliance assess`")
            }
            return respond(assessment.text, "application/json")
        }
    }

    private func unknownKind(_ name: String) -> Response {
        let known = Kind.allCases.map(\.rawValue)
        return problem(.notFound, "unknown kind: " + NearestName.hint(name, in: known, otherwise: "see /api/v1/kinds"))
    }
}

func json(_ value: JSONValue) -> Response { respond(value.pretty + "\n", "application/json") }

func html(_ text: String) -> Response {
    var response = respond(text, "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
}

func respond(_ text: String, _ type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
        status: status,
        headers: [.contentType: type, .xContentTypeOptions: "nosniff", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}

/// A problem document (RFC 9457).
func problem(_ status: HTTPResponse.Status, _ title: String) -> Response {
    let body = JSONValue.object(["status": .int(Int64(status.code)), "title": .string(title), "type": "about:blank"])
    return respond(body.pretty + "\n", "application/problem+json", status: status)
}
