import Foundation
import Remote

/// The keys that DNSSEC validation starts from.
public struct TrustAnchors: Sendable, Equatable {
    /// DS and DNSKEY records in zone file form, one line each.
    public let records: [String]

    /// Takes records such as `example.vn. IN DS 12345 13 2 0A…`; blank lines and comments (`;`) are passed over.
    ///
    /// Names below none of the anchors are *insecure*, never *bogus*. An empty list makes everything insecure.
    /// - Throws: ``RemoteError`` with code `local`: a line is no DS or DNSKEY record; the message counts lines from 1.
    public init(_ lines: [String]) throws {
        var records: [String] = []
        for (index, line) in lines.enumerated() {
            let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
            if text.isEmpty || text.hasPrefix(";") { continue }
            let words = text.prefix { $0 != ";" }.split(whereSeparator: \.isWhitespace).map { $0.uppercased() }
            // libunbound takes any record here and ignores it later: a typing error must not switch validation off.
            guard words.count >= 5, words.contains("DS") || words.contains("DNSKEY"), !text.contains("\0"),
                (try? UnboundContext(forwarding: nil, anchors: [text])) != nil
            else {
                throw RemoteError(
                    .local, subject: "dns",
                    message: "trust anchor, line \(index + 1): give DS or DNSKEY records, as in a zone file")
            }
            records.append(text)
        }
        self.records = records
    }

    private init(trusted: [String]) { records = trusted }

    /// The root zone's keys as IANA published them: KSK-2017 and KSK-2024 (data.iana.org/root-anchors).
    public static let root = TrustAnchors(trusted: [
        ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
        ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
    ])

    /// The root's keys as the system has them (`/usr/share/dns/root.key`, Debian's dns-root-data), which is kept fresh by
    /// its updates; ``root`` where the file is not there or not readable.
    public static func system(file: String = "/usr/share/dns/root.key") -> TrustAnchors {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let anchors = try? TrustAnchors(text.components(separatedBy: .newlines)), !anchors.records.isEmpty
        else { return .root }
        return anchors
    }
}
