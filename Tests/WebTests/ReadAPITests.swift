import CMDB
import Evidence
import Hummingbird
import HummingbirdTesting
import Logging
import Notation
import Testing

@testable import Web

private struct FixedSource: WebSource {
    var broken = false
    struct Broken: Error {}
    func snapshot() throws -> Snapshot {
        if broken { throw Broken() }
        return Snapshot([
            Object(id: ObjectID(.site, "hall"), fields: ["slug": "hall", "name": "<script>alert(1)</script>"]),
            Object(
                id: ObjectID(.system, "lgsp"), fields: ["slug": "lgsp", "name": "<b>LGSP</b>", "security_level": 3]),
            Object(id: ObjectID(.prefix, "10.0.0.0/24"), fields: ["prefix": "10.0.0.0/24"]),
        ])
    }
    func facts(of subject: ObjectID?) throws -> [Fact] {
        let fact = Fact(
            subject: ObjectID(.site, "hall"), name: "x.y", value: 1, observedAt: Timestamp(milliseconds: 0),
            validFor: .seconds(1), source: "test")
        return subject == nil || subject == fact.subject ? [fact] : []
    }
    func latestAssessment() throws -> JSONText? { nil }
    func now() -> Timestamp { Timestamp(milliseconds: 5_000) }
}

@Suite struct ReadAPITests {
    private func get(_ path: String, source: FixedSource = FixedSource()) async throws -> (Int, String) {
        let application = Application(router: WebServer.router(source))
        return try await application.test(.router) { client in
            try await client.execute(uri: path, method: .get) { response in
                (response.status.code, String(buffer: response.body))
            }
        }
    }

    @Test("health says ok with the number of objects, and 503 when storage is gone") func health() async throws {
        let (status, body) = try await get("/healthz")
        #expect(status == 200)
        #expect(try JSONValue.parse(body)["objects"] == 3)
        #expect(try await get("/healthz", source: FixedSource(broken: true)).0 == 503)
    }

    @Test("objects come as one array, one object by its key even when the key holds a slash") func objects()
        async throws
    {
        let (status, body) = try await get("/api/v1/objects/system")
        #expect(status == 200)
        #expect(try JSONValue.parse(body).array?.count == 1)
        let (one, text) = try await get("/api/v1/objects/prefix/10.0.0.0/24")
        #expect(one == 200)
        #expect(try JSONValue.parse(text)["key"] == "10.0.0.0/24")
    }

    @Test(
        "what is not there is answered with a problem document",
        arguments: ["/api/v1/objects/systen", "/api/v1/objects/system/none", "/api/v1/assessment", "/nowhere"])
    func missing(path: String) async throws {
        let (status, body) = try await get(path)
        #expect(status == 404)
        #expect(try JSONValue.parse(body)["status"] == 404)
    }

    @Test("a misspelt kind gets the nearest name") func nearest() async throws {
        #expect(try await get("/api/v1/objects/systen").1.contains("system"))
    }

    /// The answer to a request that names `host`, over a real connection.
    private func status(host: String?, of paths: [String]) async throws -> [(Int, String)] {
        let application = Application(
            router: WebServer.router(FixedSource()), configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        return try await application.test(.live) { server in
            let client = TestClient(host: "127.0.0.1", port: try #require(server.port), configuration: .init())
            client.connect()
            var out: [(Int, String)] = []
            for path in paths {
                let request = TestClient.Request(path, method: .get, authority: host)
                let response = try await client.execute(request)
                out.append((response.status.code, String(buffer: response.body ?? ByteBuffer())))
            }
            try await client.shutdown()
            return out
        }
    }

    @Test(
        "a request that names another host is refused, whatever it asks for: a page of a stranger may not read along",
        arguments: [
            "", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
            "127.0.0.256", "127.1", "127.0.0.1:", "127.0.0.1:x", "localhost:123456", "[::2]", "[::1", "::1",
            "user@localhost", "0.0.0.0", "[::]:80", "localhost:80:80", "127.+0.0.1", "127.0.0.٣",
        ])
    func strangeHost(_ host: String) async throws {
        #expect(!LoopbackHostMiddleware.isLoopback(host))
    }

    @Test(
        "loopback names and addresses are answered, with any port",
        arguments: [
            "localhost", "localhost:8080", "LocalHost:1", "127.0.0.1", "127.0.0.1:65535", "127.255.3.4:80", "[::1]",
            "[::1]:9000",
        ])
    func ownHost(_ host: String) async throws {
        #expect(LoopbackHostMiddleware.isLoopback(host))
    }

    @Test("the host is checked on every route, and before anything is read") func hostOfEveryRoute() async throws {
        let paths = ["/", "/healthz", "/metrics", "/api/v1/kinds", "/api/v1/objects/system", "/nowhere"]
        for (status, body) in try await status(host: "evil.example:80", of: paths) {
            #expect(status == 421)
            #expect(try JSONValue.parse(body)["status"] == 421)
            #expect(body.contains("127.0.0.1"), "what to do stands there")
            #expect(!body.contains("evil"))
        }
        #expect(try await status(host: "127.0.0.1:1", of: ["/api/v1/kinds"]).map(\.0) == [200])
        #expect(try await status(host: "[::1]:1", of: ["/healthz"]).map(\.0) == [200])
    }

    @Test("inner errors do not leak") func innerErrors() async throws {
        let (status, body) = try await get("/api/v1/kinds", source: FixedSource(broken: true))
        #expect(status == 500)
        #expect(!body.contains("Broken"))
    }

    @Test("names from the inventory are escaped on the start page") func escaping() async throws {
        let (_, body) = try await get("/")
        #expect(!body.contains("<b>LGSP"))
        #expect(body.contains("&lt;b&gt;LGSP"))
    }

    @Test("metrics count objects, and stale facts apart from valid ones") func metrics() async throws {
        let (_, body) = try await get("/metrics")
        #expect(body.contains("hatang_objects{kind=\"system\"} 1"))
        #expect(body.contains("hatang_facts{valid=\"false\"} 1"))
    }
}
