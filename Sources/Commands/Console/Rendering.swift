import Notation

/// One answer, many faces: the JSON payload and the table are two views of it.
struct Answer {
    /// What `--format json` and `yaml` print.
    let json: JSONValue
    /// What `--format table` and `csv` print.
    let table: TextTable
    /// What `--quiet` prints: identifiers, one a line.
    let identifiers: [String]

    init(json: JSONValue, table: TextTable, identifiers: [String] = []) {
        self.json = json
        self.table = table
        self.identifiers = identifiers
    }
}

/// Rows of text under headings.
struct TextTable {
    /// Machine names of the columns, for CSV.
    let names: [String]
    /// What people read above them.
    let headings: [String]
    let rows: [[String]]
    /// Colours a cell by column and text.
    let colour: @Sendable (Int, String) -> Console.Colour?

    init(
        names: [String], headings: [String]? = nil, rows: [[String]],
        colour: @escaping @Sendable (Int, String) -> Console.Colour? = { _, _ in nil }
    ) {
        self.names = names
        self.headings = headings ?? names.map { $0.uppercased().replacing("_", with: " ") }
        self.rows = rows
        self.colour = colour
    }
}

extension Console {
    /// Prints `answer` on stdout in the asked format.
    func emit(_ answer: Answer) {
        switch format {
        case .json: Self.output.out(answer.json.pretty + "\n")
        case .yaml: Self.output.out(YAMLText.write(answer.json))
        case .csv: Self.output.out(CSV.write(header: answer.table.names, rows: answer.table.rows))
        case .table:
            if quiet {
                Self.output.out(answer.identifiers.map { $0 + "\n" }.joined())
            } else {
                Self.output.out(layout(answer.table))
            }
        }
    }

    private func layout(_ table: TextTable) -> String {
        guard !table.rows.isEmpty else { return "" }
        let rows = table.rows.map { $0.map(Self.printable) }
        var widths = table.headings.map(Self.displayWidth)
        for row in rows {
            for (i, cell) in row.enumerated() where i < widths.count {
                widths[i] = max(widths[i], Self.displayWidth(cell))
            }
        }
        if Self.output.outIsTerminal { shrink(&widths, to: Self.output.width) }
        var out = line(
            table.headings.enumerated().map {
                paint(fit($1, widths[$0], last: $0 == widths.count - 1), .bold, colourOut)
            })
        for (number, row) in rows.enumerated() {
            out += line(
                row.enumerated().map { i, cell in
                    let text = fit(cell, widths[i], last: i == widths.count - 1)
                    return table.colour(i, table.rows[number][i]).map { paint(text, $0, colourOut) } ?? text
                })
        }
        return out
    }

    private func line(_ cells: [String]) -> String {
        var text = cells.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }

    private func shrink(_ widths: inout [Int], to limit: Int) {
        while widths.reduce(0, +) + 2 * (widths.count - 1) > limit,
            let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 12
        {
            widths[widest] -= 1
        }
    }

    private func fit(_ text: String, _ width: Int, last: Bool) -> String {
        let have = Self.displayWidth(text)
        if have > width {
            var kept = ""
            var used = 0
            for character in text {
                let size = Self.displayWidth(String(character))
                if used + size > width - 1 { break }
                kept.append(character)
                used += size
            }
            return kept + "…" + String(repeating: " ", count: max(0, width - used - 1))
        }
        return last ? text : text + String(repeating: " ", count: width - have)
    }

    /// Columns on a terminal: wide East Asian characters take two.
    static func displayWidth(_ text: String) -> Int {
        text.reduce(0) { sum, character in
            guard let scalar = character.unicodeScalars.first?.value else { return sum }
            let wide =
                (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
                || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
                || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
                || (0x1F300...0x1FAFF).contains(scalar)
            return sum + (wide ? 2 : 1)
        }
    }

    /// `text` without control characters: what comes from devices must not drive the terminal.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(isControl(scalar) ? "·" : scalar) }
        return String(out)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}

/// YAML of JSON values: block style, strings always quoted, so that no reader takes `no` for a truth value.
enum YAMLText {
    static func write(_ value: JSONValue) -> String {
        var out = ""
        write(value, depth: 0, inline: false, &out)
        return out
    }

    private static func write(_ value: JSONValue, depth: Int, inline: Bool, _ out: inout String) {
        let pad = String(repeating: "  ", count: depth)
        switch value {
        case .array(let elements) where !elements.isEmpty:
            if inline { out += "\n" }
            for element in elements {
                out += pad + "-"
                writeAfterMark(element, depth: depth, &out)
            }
        case .object(let members) where !members.isEmpty:
            if inline { out += "\n" }
            for name in members.keys.sorted() {
                out += pad + JSONValue.string(name).canonical + ":"
                writeAfterMark(members[name] ?? .null, depth: depth, &out)
            }
        default: out += (inline ? " " : pad) + value.canonical + "\n"
        }
    }

    private static func writeAfterMark(_ value: JSONValue, depth: Int, _ out: inout String) {
        write(value, depth: depth + 1, inline: true, &out)
    }
}
