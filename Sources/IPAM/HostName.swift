/// Names of hosts in the domain name system.
public enum HostName {
    /// In lower case, without a final dot: two names are the same when these are.
    public static func canonical(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    /// The first label: `web-01` of `web-01.example.vn`.
    public static func label(_ name: String) -> String {
        canonical(name).split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    }

    /// Whether the name is `domain` or lies under it.
    public static func isUnder(_ name: String, _ domain: String) -> Bool {
        let (name, domain) = (canonical(name), canonical(domain))
        return name == domain || name.hasSuffix("." + domain)
    }

    /// What is wrong with it as a host name by RFC 1123 section 2.1 and the sizes of RFC 1035 section 2.3.4; nil for
    /// nothing. A final dot is allowed.
    public static func fault(_ name: String) -> String? {
        let text = canonical(name)
        if text.isEmpty { return "it is empty" }
        if text.utf8.count > 253 { return "it has \(text.utf8.count) characters, at most 253 are allowed" }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            if label.isEmpty { return "it has an empty label" }
            let shown = String(label) ?? "?"
            if label.count > 63 {
                return "the label \"\(shown.prefix(20))…\" has \(label.count) characters, at most 63"
            }
            let hyphen = UInt8(ascii: "-")
            if label.first == hyphen || label.last == hyphen {
                return "the label \"\(shown)\" begins or ends with a hyphen"
            }
            let isPlain = label.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == hyphen
            }
            if !isPlain { return "the label \"\(shown)\" has characters other than a-z, 0-9 and -" }
        }
        // RFC 1123 section 2.1: what looks like an address must not be taken for a name.
        if let last = labels.last, last.allSatisfy({ (0x30...0x39).contains($0) }) {
            return "its last label is a number, as of an address"
        }
        return nil
    }
}
