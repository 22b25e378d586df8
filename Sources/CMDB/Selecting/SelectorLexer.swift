/// The words of a selector with their columns.
struct SelectorToken: Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case open, close
        /// A word, with the first operator that stood outside quotes.
        case word(String, Operator?)
    }

    /// `=`, or one of the comparisons, which are short for a suffix.
    struct Operator: Hashable, Sendable {
        /// Where it begins in the word, in characters.
        let offset: Int
        let length: Int
        let lookup: SelectorTest.Lookup

        /// What begins with `first`, followed by `second`; nil for other characters.
        init?(_ first: Character, _ second: Character?, at offset: Int) {
            let isWide = second == "="
            switch first {
            case "=": (length, lookup) = (1, .exact)
            case "!" where isWide: (length, lookup) = (2, .n)
            case ">": (length, lookup) = isWide ? (2, .gte) : (1, .gt)
            case "<": (length, lookup) = isWide ? (2, .lte) : (1, .lt)
            default: return nil
            }
            self.offset = offset
        }
    }
    let form: Form
    /// 1-based.
    let column: Int
    /// Whether any part stood in quotes: then it is no keyword.
    let isQuoted: Bool

    /// `@web-servers`.
    var isGroup: Bool { if case .word(let word, nil) = form { !isQuoted && word.hasPrefix("@") } else { false } }
}

enum SelectorLexer {
    /// Splits at spaces and parentheses; `"…"` and `'…'` keep them, `\` inside quotes takes the next character as it is.
    static func tokens(_ text: String) throws(SelectorError) -> [SelectorToken] {
        let characters = Array(text)
        var out: [SelectorToken] = []
        var i = 0
        while i < characters.count {
            switch characters[i] {
            case " ", "\t", "\n": i += 1
            case "(":
                out.append(SelectorToken(form: .open, column: i + 1, isQuoted: false))
                i += 1
            case ")":
                out.append(SelectorToken(form: .close, column: i + 1, isQuoted: false))
                i += 1
            default: out.append(try word(characters, &i, text))
            }
        }
        return out
    }

    private static func word(
        _ characters: [Character], _ i: inout Int, _ text: String
    ) throws(SelectorError) -> SelectorToken {
        let start = i
        var word = ""
        var sign: SelectorToken.Operator?
        var isQuoted = false
        // A regular expression may hold parentheses: those opened inside a value belong to it.
        var depth = 0
        while i < characters.count {
            let character = characters[i]
            if character == " " || character == "\t" || character == "\n" { break }
            if character == "(", sign == nil { break }
            if character == "(" { depth += 1 }
            if character == ")" {
                if depth == 0 { break }
                depth -= 1
            }
            if sign == nil {
                let following = i + 1 < characters.count ? characters[i + 1] : nil
                sign = SelectorToken.Operator(character, following, at: word.count)
            }
            if character == "\"" || character == "'" {
                isQuoted = true
                word += try quoted(characters, &i, text)
                continue
            }
            word.append(character)
            i += 1
        }
        return SelectorToken(form: .word(word, sign), column: start + 1, isQuoted: isQuoted)
    }

    private static func quoted(
        _ characters: [Character], _ i: inout Int, _ text: String
    ) throws(SelectorError) -> String {
        let start = i
        let mark = characters[i]
        var out = ""
        i += 1
        while i < characters.count {
            if characters[i] == mark {
                i += 1
                return out
            }
            if characters[i] == "\\", i + 1 < characters.count { i += 1 }
            out.append(characters[i])
            i += 1
        }
        throw SelectorError(text, start + 1, "the quote is not closed", "add \(mark) where the value ends")
    }
}
