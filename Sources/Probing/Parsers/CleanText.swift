/// Makes texts of strangers harmless: what machines print ends up on terminals, in tables and in reports.
enum CleanText {
    /// Without spaces, tabs and line ends at both ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        var body = Substring(text)
        while let first = body.unicodeScalars.first, blank(first) { body.unicodeScalars.removeFirst() }
        while let last = body.unicodeScalars.last, blank(last) { body.unicodeScalars.removeLast() }
        return String(body)
    }

    /// One line: control characters (terminal escapes) and direction marks removed, at most `limit` characters.
    static func line(_ text: some StringProtocol, limit: Int = 1_024) -> String {
        var out = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars where count < limit {
            let kept: Unicode.Scalar
            switch scalar {
            case "\t", "\n", "\r": kept = " "
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200B}"..."\u{200F}", "\u{2028}"..."\u{202E}",
                "\u{2060}"..."\u{2069}", "\u{FEFF}":
                continue
            default: kept = scalar
            }
            out.append(kept)
            count += 1
        }
        return trimmed(String(out))
    }

    /// Lines without their ends; at most `limit` of them.
    static func lines(_ text: String, limit: Int = 100_000) -> [Substring] {
        var out: [Substring] = []
        for line in Substring(text).split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline }) {
            if out.count == limit { break }
            out.append(line)
        }
        if out.last?.isEmpty == true { out.removeLast() }
        return out
    }

    /// Words between blanks.
    static func words(_ text: some StringProtocol) -> [String] {
        Substring(text).split { $0 == " " || $0 == "\t" }.map { String($0) }
    }

    private static func blank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }
}
