import Foundation

/// An SVG document in the making, in millimetres.
struct SVGText {
    private(set) var lines: [String] = []

    /// A number as SVG has it: two digits behind the point at most, no exponent.
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return "\(sign)\(whole)." + (rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")
    }

    mutating func raw(_ line: String) { lines.append(line) }

    mutating func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String, stroke: String? = nil,
        weight: Double = 0.2, dash: String? = nil, radius: Double = 0
    ) {
        lines.append(
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
                + (radius > 0 ? " rx=\"\(Self.number(radius))\"" : "") + " fill=\"\(fill)\""
                + (stroke.map { " stroke=\"\($0)\" stroke-width=\"\(Self.number(weight))\"" } ?? "")
                + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>")
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String, weight: Double = 0.2,
        dash: String? = nil
    ) {
        lines.append(
            "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\""
                + " stroke=\"\(colour)\" stroke-width=\"\(Self.number(weight))\""
                + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>")
    }

    enum Anchor: String {
        case start, middle, end
    }

    /// One line of text; untrusted text is welcome.
    mutating func text(
        _ text: String, _ x: Double, _ y: Double, size: Double, colour: String = Palette.dark, bold: Bool = false,
        anchor: Anchor = .start
    ) {
        let text = DrawnText.xml(text)
        guard !text.isEmpty else { return }
        lines.append(
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\" fill=\"\(colour)\""
                + (bold ? " font-weight=\"bold\"" : "")
                + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"") + ">\(text)</text>")
    }

    /// A group whose full words show when the pointer rests on it.
    mutating func group(_ title: String, identifier: String? = nil, _ body: (inout SVGText) -> Void) {
        lines.append(
            "<g" + (identifier.map { " data-id=\"\(DrawnText.xml($0))\"" } ?? "")
                + "><title>\(DrawnText.xml(title))</title>")
        body(&self)
        lines.append("</g>")
    }
}
