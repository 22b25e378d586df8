/// CSV by RFC 4180: CRLF, quotes doubled, and cells that a spreadsheet would run as a formula made harmless.
public enum CSV {
    private static let triggers: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// One cell; numbers stay numbers (`-1.5`).
    ///
    /// An apostrophe before formula leaders (OWASP CSV injection), quotes where RFC 4180 asks for them.
    public static func cell(_ text: String) -> String {
        var value = text
        if let first = text.unicodeScalars.first, triggers.contains(first), !isNegativeNumber(text) {
            value = "'" + text
        }
        // By scalar: "\r\n" is one Character, and a quote may carry a combining mark.
        let special = value.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        guard special else { return value }
        var out = String.UnicodeScalarView()
        out.append("\"")
        for scalar in value.unicodeScalars {
            if scalar == "\"" { out.append("\"") }
            out.append(scalar)
        }
        out.append("\"")
        return String(out)
    }

    private static func isNegativeNumber(_ text: String) -> Bool {
        text.utf8.first == 45 && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) || $0 == 46 }
            && Double(text) != nil
    }

    /// One record with its line end.
    public static func row(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A header and records.
    public static func write(header: [String], rows: [[String]]) -> String { ([header] + rows).map(row).joined() }
}
