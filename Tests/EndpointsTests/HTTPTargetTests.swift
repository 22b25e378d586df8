import TestSupport
import Testing

@testable import Endpoints

@Suite(.tags(.small)) struct HTTPTargetTests {
    @Test(
        "a URL is taken apart as RFC 9110 says",
        arguments: [
            ("http://a", false, "a", "a", "/"), ("https://A.b/", true, "a.b", "a.b", "/"),
            ("HTTPS://a:443/x?y=1#z", true, "a", "a", "/x?y=1"), ("http://a:443", false, "a", "a:443", "/"),
            ("http://a?q", false, "a", "a", "/?q"),
            ("http://[2001:db8::1]:80/", false, "2001:db8::1", "[2001:db8::1]", "/"),
            ("https://[::1]:8443/p", true, "::1", "[::1]:8443", "/p"), ("http://a:/", false, "a", "a", "/"),
            ("http://192.0.2.1#f", false, "192.0.2.1", "192.0.2.1", "/"),
        ] as [(String, Bool, String, String, String)])
    func good(_ url: String, _ isTLS: Bool, _ host: String, _ authority: String, _ path: String) throws {
        let target = try HTTPTarget(url)
        #expect(target.isTLS == isTLS)
        #expect(target.host == host)
        #expect(target.authority == authority)
        #expect(target.path == path)
    }

    @Test(
        "a URL that could say something else is refused without being repeated",
        arguments: [
            "", "a", "ftp://a/", "http://", "http:///x", "http://a b/", "http://a/\r\nX: y", "http://a/\n", "http://á/",
            "http://user:secret@a/", "http://a:0/", "http://a:65536/", "http://a:x/", "http://[::1", "http://[a]/",
            "http://[::1]x/", "http://::1/", "http://a%20b/", "http://[fe80::1%25eth0]/", "http://a\\b/",
        ])
    func bad(_ url: String) {
        let failure = #expect(throws: HTTPTarget.Failure.self) { try HTTPTarget(url) }
        #expect(failure?.message.contains("secret") == false)
        #expect(failure?.message.isEmpty == false)
    }

    @Test("a URL of any length ends") func long() {
        #expect(throws: HTTPTarget.Failure.self) {
            try HTTPTarget("http://a/" + String(repeating: "x", count: 100_000))
        }
    }
}
