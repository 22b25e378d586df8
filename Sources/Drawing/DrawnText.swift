import Foundation

/// Names as pictures may show them: they come from people and devices and are trusted with nothing.
enum DrawnText {
    /// In Unicode NFC, on one line, without control characters and without what turns the direction of writing.
    static func clean(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var wasSpace = true
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.value == 0x0A || scalar.value == 0x0D {
                if !wasSpace { out.append(" ") }
                wasSpace = true
            } else if !isHidden(scalar) {
                out.append(scalar)
                wasSpace = false
            }
        }
        while out.last == " " { out.removeLast() }
        return String(out)
    }

    /// What XML 1.0 section 2.2 forbids, and format characters such as U+202E that make text look like another.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: scalar.value >= 0xFFFE
        }
    }

    /// For XML text and attributes, and for HTML-like labels of Graphviz, which are read by an XML parser.
    static func xml(_ text: String) -> String { escaped(clean(text)) }

    /// Only the five characters of XML 1.0 section 2.4.
    static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    /// A quoted string of DOT. Graphviz reads backslash sequences (`\N`, `\l`) and entities inside, so both are escaped.
    static func dot(_ text: String) -> String {
        "\"" + clean(text).replacing("&", with: "&amp;").replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            + "\""
    }

    /// Whole words on lines of about `width` characters; a word that is longer is broken. Never empty.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in clean(text).split(separator: " ") {
            var rest = word
            if !line.isEmpty, line.count + 1 + rest.count > width {
                lines.append(line)
                line = ""
            }
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            line += line.isEmpty ? rest : " " + rest
        }
        if !line.isEmpty { lines.append(line) }
        return lines.isEmpty ? ["–"] : lines
    }

    /// A file name: ASCII letters, digits, `-`, `_`, `.`, not starting with a dot.
    static func fileName(_ text: String) -> String {
        let name = String(
            text.unicodeScalars.map { scalar -> Character in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isPlain || "-_.".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
            })
        return name.hasPrefix(".") ? "-" + name : name
    }
}

/// Widths of DejaVu Sans, so that text can be fitted into boxes without asking a font engine.
///
/// Other sans-serif fonts (Noto Sans, Liberation Sans, Arial) run narrower, so what fits here fits there.
enum TextWidth {
    /// The width of `text` in the unit of `size`.
    static func of(_ text: String, size: Double, bold: Bool = false) -> Double {
        var sum = 0
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
            sum += advance(scalar, bold: bold)
        }
        return Double(sum) * size / 1000
    }

    /// `text`, or as much of it as fits with an ellipsis; empty when not even that does.
    static func fit(_ text: String, into width: Double, size: Double, bold: Bool = false) -> String {
        if of(text, size: size, bold: bold) <= width { return text }
        var kept = text
        while !kept.isEmpty {
            kept.removeLast()
            let short = kept.trimmingCharacters(in: .whitespaces) + "…"
            if of(short, size: size, bold: bold) <= width { return kept.isEmpty ? "" : short }
        }
        return ""
    }

    private static func advance(_ scalar: Unicode.Scalar, bold: Bool) -> Int {
        if scalar.isASCII {
            let index = Int(scalar.value) - 32
            let table = bold ? boldWidths : widths
            return table.indices.contains(index) ? table[index] : 0
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .lowercaseLetter: return bold ? 720 : 650
        case .uppercaseLetter: return bold ? 875 : 860
        default: return 1000
        }
    }

    /// Thousandths of the em, U+0020 to U+007E, from the font's hmtx table.
    private static let widths = [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656,
        557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613,
        635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838,
    ]
    private static let boldWidths = [
        348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696,
        696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775,
        637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675,
        716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924,
        645, 652, 582, 712, 365, 712, 838,
    ]
}
