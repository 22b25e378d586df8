import Hummingbird

/// Answers only requests that name this machine itself in `Host`.
///
/// A page of a stranger can point its own name at 127.0.0.1 (DNS rebinding); its script would then read the whole
/// inventory through the browser of whoever opened it. Such a request still names the stranger's host.
struct LoopbackHostMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isLoopback(request.head.authority ?? "") else {
            return problem(
                .misdirectedRequest,
                "only requests to this machine itself are answered: ask for http://127.0.0.1:PORT/ or "
                    + "http://localhost:PORT/, and let a proxy send such a Host")
        }
        return try await next(request, context)
    }

    /// Whether `host`, with or without a port, is `localhost`, in 127.0.0.0/8 (RFC 6890) or `[::1]` (RFC 4291
    /// section 2.5.3).
    static func isLoopback(_ host: String) -> Bool {
        var name = Substring(host)
        let isBracketed = host.hasPrefix("[")
        let colon =
            isBracketed ? host.firstRange(of: "]:")?.upperBound : host.firstIndex(of: ":").map(host.index(after:))
        if let colon {
            guard number(host[colon...], upTo: 65_535) else { return false }
            name = host[..<host.index(before: colon)]
        }
        if isBracketed { return name == "[::1]" }
        if name.lowercased() == "localhost" { return true }
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { number($0, upTo: 255) }
    }

    /// Whether `text` is one to five ASCII digits of at most `limit`.
    private static func number(_ text: Substring, upTo limit: Int) -> Bool {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(text)
        else { return false }
        return value <= limit
    }
}
