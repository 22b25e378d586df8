import Notation

/// Parsers for plain shapes.
enum SimpleParsers {
    static let entryLimit = 10_000

    static func text(_ output: String) throws(ParseProblem) -> JSONValue {
        let line = CleanText.line(CleanText.lines(output, limit: 1).first ?? "")
        if line.isEmpty { throw .unknown("it printed nothing") }
        return .string(line)
    }

    static func int(_ output: String) throws(ParseProblem) -> JSONValue {
        guard let number = Int64(CleanText.trimmed(output)) else { throw .malformed("no whole number was printed") }
        return .int(number)
    }

    static func json(_ output: String) throws(ParseProblem) -> JSONValue {
        // Foundation's decoder refuses nesting beyond 512 levels.
        guard let value = try? JSONValue.parse(output) else { throw .malformed("no JSON was printed") }
        return clean(value)
    }

    private static func clean(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(CleanText.line(text))
        case .array(let elements): .array(elements.prefix(entryLimit).map(clean))
        case .object(let members):
            .object(
                Dictionary(members.map { (CleanText.line($0.key), clean($0.value)) }, uniquingKeysWith: { $1 }))
        default: value
        }
    }

    static func lines(_ output: String) -> JSONValue {
        .array(
            CleanText.lines(output).lazy.map { CleanText.line($0) }.filter { !$0.isEmpty }.prefix(entryLimit)
                .map { .string($0) })
    }

    /// Pairs in the order written. `=`, else the first blank, parts key and value.
    static func pairs(_ lines: some Sequence<Substring>) -> [(key: String, value: String)] {
        var out: [(String, String)] = []
        for raw in lines where out.count < entryLimit {
            let line = CleanText.line(raw)
            guard let first = line.first, first != "#", first != ";", first != "[" else { continue }
            let end = line.firstIndex { $0 == "=" } ?? line.firstIndex { $0 == " " } ?? line.endIndex
            // `KEY value=with equals`: the blank comes first.
            let blank = line.firstIndex { $0 == " " } ?? line.endIndex
            let equals = line[end...].first == "="
            let tail = equals && blank < end && line[blank..<end].contains { $0 != " " } ? blank : end
            let key = CleanText.trimmed(line[..<tail]).lowercased()
            let value = tail == line.endIndex ? "" : CleanText.trimmed(line[line.index(after: tail)...])
            if !key.isEmpty { out.append((key, value)) }
        }
        return out
    }

    static func keyValue(_ output: String) -> JSONValue {
        .object(
            Dictionary(
                pairs(CleanText.lines(output)).map { ($0.key, .string(unquoted($0.value))) },
                uniquingKeysWith: { $1 }))
    }

    /// Without one pair of quotes around it; backslashes before `"`, `$`, `` ` `` and `\` are taken away.
    static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == "\"" || first == "'", text.last == first else {
            return text
        }
        let inner = text.dropFirst().dropLast()
        if first == "'" { return String(inner) }
        var out = ""
        var escaped = false
        for character in inner {
            if !escaped, character == "\\" {
                escaped = true
            } else {
                out.append(character)
                escaped = false
            }
        }
        return out
    }

    static func osRelease(_ output: String) throws(ParseProblem) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (key, value) in pairs(CleanText.lines(output)) { members[key] = .string(unquoted(value)) }
        guard let id = members["id"]?.string, !id.isEmpty else { throw .malformed("os-release has no ID") }
        if members["pretty_name"] == nil { members["pretty_name"] = members["name"] ?? .string(id) }
        return .object(members)
    }

    static func sshd(_ output: String) throws(ParseProblem) -> JSONValue {
        var members: [String: String] = [:]
        for raw in CleanText.lines(output, limit: entryLimit) {
            let line = CleanText.line(raw, limit: 8_192)
            let words = line.split(separator: " ", maxSplits: 1)
            guard let keyword = words.first?.lowercased(),
                keyword.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
            else { continue }
            let value = words.count > 1 ? CleanText.trimmed(words[1]) : ""
            members[keyword] = members[keyword].map { $0 + " " + value } ?? value
        }
        guard members["port"] != nil || members["permitrootlogin"] != nil else {
            throw .malformed("this is not the output of sshd -T")
        }
        return .object(members.mapValues { .string($0) })
    }

    /// The last assignment that is not commented out counts; 0 when there is none, and for values that are no number.
    static func tmout(_ output: String) -> JSONValue {
        var seconds: Int64 = 0
        for raw in CleanText.lines(output) {
            let line = CleanText.line(raw)
            guard !line.hasPrefix("#") else { continue }
            for word in line.split(whereSeparator: { " ;\t&".contains($0) }) where word.hasPrefix("TMOUT=") {
                let value = unquoted(String(word.dropFirst(6)))
                seconds = Int64(value).flatMap { $0 >= 0 ? $0 : nil } ?? 0
            }
        }
        return .int(seconds)
    }
}
