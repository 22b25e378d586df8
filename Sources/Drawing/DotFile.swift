import Foundation

/// One line of a legend.
enum LegendItem: Hashable {
    /// A filled box with its word on it.
    case swatch(Ink, String)
    /// A line as it is drawn, and what it says.
    case line(String, colour: String, String)
}

/// A DOT file in the making: frame, title, legend, then statements in the order in which they are added.
struct DotFile {
    static let fonts = "DejaVu Sans,Noto Sans,sans-serif"

    let title: String
    let subtitle: String
    var legend: [LegendItem] = []
    /// Rows of the frame below the legend, each a whole HTML-like table.
    var banners: [String] = []
    /// What is not shown one by one.
    var notes: [String] = []
    /// Graph attributes beyond the common ones, already written as DOT.
    var attributes: [String] = []
    private(set) var statements: [String] = []
    private(set) var boxes = 0
    private var depth = 1

    init(title: String, subtitle: String) {
        self.title = title
        self.subtitle = subtitle
    }

    /// A node whose HTML-like label is `table`.
    mutating func node(_ id: String, _ table: String, _ more: [String] = []) {
        boxes += 1
        add("\(DotText.quoted(id)) [\((["label=<\(table)>"] + more).joined(separator: ", "))];")
    }

    /// A small round mark between boxes; not counted as a box.
    mutating func mark(_ id: String, _ label: String) {
        add(
            "\(DotText.quoted(id)) [shape=ellipse, style=filled, fillcolor=\"#ffffff\", margin=\"0.03,0.02\", "
                + "width=0.3, height=0.25, label=<\(label)>];")
    }

    /// An edge; `attributes` are written as DOT.
    mutating func edge(_ from: String, _ to: String, _ attributes: [String]) {
        add("\(DotText.quoted(from)) -> \(DotText.quoted(to)) [\(attributes.joined(separator: ", "))];")
    }

    /// A frame around what `body` adds.
    mutating func cluster(_ id: String, _ attributes: [String], _ body: (inout DotFile) -> Void) {
        add("subgraph \(DotText.quoted("cluster_" + id)) {")
        depth += 1
        for attribute in attributes { add(attribute + ";") }
        body(&self)
        depth -= 1
        add("}")
    }

    mutating func add(_ statement: String) { statements.append(String(repeating: "  ", count: depth) + statement) }

    /// The whole file.
    var text: String {
        let head = [
            "digraph \(DotText.quoted(title)) {",
            "  graph [charset=\"UTF-8\", fontname=\"\(Self.fonts)\", fontsize=11, bgcolor=\"#ffffff\", pad=0.3,",
            "    labelloc=t, labeljust=l" + attributes.map { ", " + $0 }.joined() + ",",
            "    label=<\(frame)>];",
            "  node [shape=plain, fontname=\"\(Self.fonts)\", fontsize=11, fontcolor=\"\(Palette.dark)\"];",
            "  edge [fontname=\"\(Self.fonts)\", fontsize=9.5, color=\"\(Palette.line)\", arrowsize=0.7];",
        ]
        return (head + statements + ["}", ""]).joined(separator: "\n")
    }

    func picture() -> GraphPicture { GraphPicture(dot: text, boxes: boxes, notes: notes) }

    /// Title, subtitle, notes and legend, in a table that stands above the picture.
    private var frame: String {
        var rows = [
            wide(DotText.bold(title, size: 20)),
            wide(DotText.plain(subtitle, size: 11, colour: Palette.grey)),
        ]
        rows += notes.map { wide(DotText.bold("▲ " + $0, size: 11, colour: Palette.deny)) }
        for line in stride(from: 0, to: legend.count, by: 7) {
            let items = legend[line..<min(line + 7, legend.count)].map(Self.cell).joined()
            // Graphviz shares out spare width among columns: empty ones take what the legend does not need.
            rows.append(
                "<TR><TD ALIGN=\"LEFT\"><TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"6\" CELLPADDING=\"4\">"
                    + "<TR>\(items)\(Self.fillers)</TR></TABLE></TD>\(Self.fillers)</TR>")
        }
        rows += banners.map { "<TR><TD ALIGN=\"LEFT\">\($0)</TD>\(Self.fillers)</TR>" }
        rows.append("<TR><TD HEIGHT=\"10\"></TD></TR>")
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\">\(rows.joined())</TABLE>"
    }

    private static let fillerCount = 15
    static let fillers = String(
        repeating: "<TD CELLPADDING=\"0\" WIDTH=\"1\"></TD>", count: fillerCount)

    private func wide(_ content: String) -> String {
        DotText.row(content, "ALIGN=\"LEFT\" COLSPAN=\"\(Self.fillerCount + 1)\"")
    }

    private static func cell(_ item: LegendItem) -> String {
        switch item {
        case .swatch(let ink, let word):
            "<TD BGCOLOR=\"\(ink.fill)\" BORDER=\"1\" COLOR=\"\(Palette.line)\">"
                + DotText.plain(word, size: 10, colour: ink.text) + "</TD>"
        case .line(let line, let colour, let word):
            "<TD>" + DotText.plain(line, size: 10, colour: colour) + "&#160;"
                + DotText.plain(word, size: 10, colour: Palette.dark) + "</TD>"
        }
    }
}

/// Pieces of HTML-like labels (https://graphviz.org/doc/info/shapes.html#html).
enum DotText {
    static func quoted(_ text: String) -> String { DrawnText.dot(text) }

    static func plain(_ text: String, size: Double = 11, colour: String = Palette.dark) -> String {
        "<FONT POINT-SIZE=\"\(points(size))\" COLOR=\"\(colour)\">\(escaped(text))</FONT>"
    }

    static func bold(_ text: String, size: Double = 11, colour: String = Palette.dark) -> String {
        "<FONT POINT-SIZE=\"\(points(size))\" COLOR=\"\(colour)\"><B>\(escaped(text))</B></FONT>"
    }

    /// Lines under each other, left-aligned.
    static func stack(_ lines: [String]) -> String {
        lines.map { $0 + "<BR ALIGN=\"LEFT\"/>" }.joined()
    }

    static func row(_ content: String, _ attributes: String = "ALIGN=\"LEFT\" BALIGN=\"LEFT\"") -> String {
        "<TR><TD \(attributes)>\(content)</TD></TR>"
    }

    /// Never empty: Graphviz refuses an empty FONT. Long texts get room behind them: Graphviz measures with hinting,
    /// browsers set the same font up to 5 % wider.
    private static func escaped(_ text: String) -> String {
        // Graphviz reads \N, \G and the like inside HTML-like labels too.
        let text = DrawnText.xml(text).replacing("\\", with: "\\\\")
        return text.isEmpty ? "&#160;" : text + String(repeating: "&#160;", count: text.count / 14)
    }

    private static func points(_ size: Double) -> String {
        size == size.rounded() ? String(Int(size)) : String(size)
    }
}
