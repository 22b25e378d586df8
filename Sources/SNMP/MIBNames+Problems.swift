extension MIBNames {
    /// Reads the parser's lines: `TEXT: At line N in FILE`, `TEXT near line N of FILE`, `TEXT at line N of FILE`.
    ///
    /// A module that cannot be found and a name that is defined twice are warnings; all else may cost objects.
    static func problems(_ log: String, files: [String]) -> [Problem] {
        var out: [Problem] = []
        for raw in log.split(whereSeparator: \.isNewline) {
            let whole = clean(raw)
            if whole.isEmpty || whole.hasPrefix("MIB search path") { continue }
            let (text, place) = split(whole)
            let problem = Problem(
                file: place.map(\.file) ?? files.first { whole.contains($0) }, line: place?.line, text: text,
                isError: !isWarning(whole))
            if !out.contains(problem) { out.append(problem) }
        }
        return out
    }

    private static func isWarning(_ text: String) -> Bool {
        text.hasPrefix("Warning") || text.hasPrefix("Cannot find module") || text.hasPrefix("Did not find")
            || text.hasPrefix("Importing") || text.hasPrefix("Module ")
    }

    private static func split(_ line: String) -> (text: String, place: (file: String, line: Int)?) {
        for (mark, behind) in [
            (": At line ", " in "), (" near line ", " of "), (" at line ", " of "), (" at line ", " in "),
        ] {
            guard let start = line.firstRange(of: mark) else { continue }
            let rest = line[start.upperBound...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), rest.dropFirst(digits.count).hasPrefix(behind) else { continue }
            let file = rest.dropFirst(digits.count + behind.count)
            if file == "(none)" || file.isEmpty { return (String(line[..<start.lowerBound]), nil) }
            return (String(line[..<start.lowerBound]), (String(file), number))
        }
        return (line, nil)
    }

    private static func clean(_ text: Substring) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(500)))
    }
}
