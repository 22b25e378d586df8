/// Makes texts of strangers harmless: what machines print ends up on terminals, in tables and in reports.
enum OneLine {
    /// One line: control characters (terminal escapes) and direction marks removed, blanks run together, at most
    /// `limit` characters.
    static func clean(_ text: some StringProtocol, limit: Int = 512) -> String {
        var out = String.UnicodeScalarView()
        var count = 0
        var blank = true
        for scalar in text.unicodeScalars where count < limit {
            switch scalar {
            case "\t", "\n", "\r", " ", "\u{A0}", "\u{2028}", "\u{2029}":
                if blank { continue }
                blank = true
                out.append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200B}"..."\u{200F}", "\u{202A}"..."\u{202E}",
                "\u{2060}"..."\u{2069}", "\u{FEFF}", "\u{E0000}"..."\u{E007F}":
                continue
            default:
                blank = false
                out.append(scalar)
            }
            count += 1
        }
        if out.last == " " { out.removeLast() }
        return String(out)
    }

    /// The text of an octet string, cleaned; nil when nothing is left. What follows a NUL is not text.
    static func text(_ octets: some Sequence<UInt8>, limit: Int = 512) -> String? {
        let body = Array(octets.prefix(4 * limit).prefix { $0 != 0 })
        let line = clean(String(decoding: body, as: UTF8.self), limit: limit)
        return line.isEmpty ? nil : line
    }

    /// Texts that stand for "nothing was filled in".
    static func meaningful(_ text: String?) -> String? {
        guard let text else { return nil }
        let lower = text.lowercased()
        let empty: Set<String> = [
            "", "n/a", "na", "none", "unknown", "unknow", "null", "not specified", "not available", "-", "--", "0",
            "default string", "to be filled by o.e.m.", "to be filled by o.e.m", "system serial number",
            "system product name",
            "system manufacturer", "not applicable", "not settable", "unspecified", "o.e.m.", "serial number", "none ",
            "not present", "no asset tag", "no asset information", "unavailable", "undefined", "(null)", "empty",
            "-99999",
            "not defined", "noserial", "unknown-version",
        ]
        if empty.contains(lower) || lower.allSatisfy({ $0 == "0" || $0 == "." || $0 == "x" || $0 == "-" || $0 == " " })
        {
            return nil
        }
        return text
    }
}
