import Addressing

/// What a URL says about a request (RFC 9110 section 4.2, RFC 9112 section 3.2.1).
struct HTTPTarget: Equatable, Sendable {
    /// Whether TLS comes first.
    let isTLS: Bool
    /// For SNI and the certificate's name; addresses without brackets.
    let host: String
    /// For the Host field: with the port when it is not the scheme's own.
    let authority: String
    /// Path and query; at least `/`.
    let path: String

    /// What is wrong with a URL; the URL itself may hold secrets and is not in it.
    struct Failure: Error, Equatable {
        let message: String
    }

    init(_ url: String) throws(Failure) {
        var rest = Substring(url)
        let lower = url.prefix(8).lowercased()
        if lower.hasPrefix("https://") {
            (isTLS, rest) = (true, rest.dropFirst(8))
        } else if lower.hasPrefix("http://") {
            (isTLS, rest) = (false, rest.dropFirst(7))
        } else {
            throw Failure(message: "the URL must begin with http:// or https://")
        }
        // Nothing that ends a line or a word of the request may get into it (RFC 9112 section 11.1).
        guard url.utf8.count <= 8_000, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(
                message: "the URL must have at most 8,000 printable ASCII characters: write others as %XX, and names "
                    + "with other letters as xn--")
        }
        rest = rest.prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Failure(message: "the URL must not hold a user name or password")
        }
        let (host, port) = try Self.split(authority)
        let own = isTLS ? 443 : 80
        self.host = host
        let shown = host.contains(":") ? "[\(host)]" : host
        self.authority = port == nil || port == own ? shown : "\(shown):\(port ?? own)"
        let path = rest.dropFirst(authority.count)
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }

    private static func split(_ authority: Substring) throws(Failure) -> (host: String, port: Int?) {
        var (host, port): (Substring, Substring?) = (authority, nil)
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw Failure(message: "the URL's [ has no ]") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":"), case .v6(let address)? = try? IPAddress(host),
                address.zone == nil
            else { throw Failure(message: "the URL's brackets hold no IPv6 address") }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        let isName = host.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || [45, 46, 58, 95].contains($0)
        }
        guard !host.isEmpty, host.utf8.count <= 253, isName, authority.hasPrefix("[") || !host.contains(":") else {
            throw Failure(message: "the URL has no host name or address")
        }
        guard let port, !port.isEmpty else { return (host.lowercased(), nil) }
        guard let number = UInt16(port), number > 0 else {
            throw Failure(message: "the URL's port must be a number from 1 to 65535")
        }
        return (host.lowercased(), Int(number))
    }
}
