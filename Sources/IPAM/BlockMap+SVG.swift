import Addressing
import CMDB

extension BlockMap {
    /// The map as a picture of its own: cells in rows, a title for each cell, a legend. Needs no fonts or scripts
    /// beyond what a viewer has; what comes from records is escaped.
    /// - Parameters:
    ///   - vrf: Shown beside the block; empty for the global routing table.
    ///   - names: What the states are called.
    public func svg(vrf: String = "", names: [State: String] = [:]) -> String {
        let columns = cells.count <= 256 ? min(16, max(1, cells.count)) : 64
        let size = columns == 64 ? 14 : 40
        let rows = (cells.count + columns - 1) / columns
        let (left, top) = (330, 60)
        let width = left + max(columns * size, 420) + 20
        let height = top + rows * size + 70
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            font-family="DejaVu Sans, Noto Sans, sans-serif">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="20" y="36" font-size="20" font-weight="bold">\(Self.escape(title(vrf)))</text>

            """
        for (number, cell) in cells.enumerated() {
            let (x, y) = (left + number % columns * size, top + number / columns * size)
            if number % columns == 0 {
                let label = Self.escape(cell.prefix.address.description)
                out += "<text x=\"20\" y=\"\(y + size / 2 + 5)\" font-size=\"13\">\(label)</text>\n"
            }
            out += """
                <rect x="\(x)" y="\(y)" width="\(size - 2)" height="\(size - 2)" fill="\(Self.fill(cell.state))" \
                stroke="#55606b"><title>\(Self.escape(tip(cell, names)))</title></rect>

                """
        }
        var x = 20
        for state in State.allCases {
            let text = "\(names[state] ?? state.rawValue) (\(count(state)))"
            let y = top + rows * size + 36
            out += """
                <rect x="\(x)" y="\(y - 14)" width="16" height="16" fill="\(Self.fill(state))" stroke="#55606b"/>
                <text x="\(x + 22)" y="\(y)" font-size="13">\(Self.escape(text))</text>

                """
            x += 40 + text.count * 9
        }
        return out + "</svg>\n"
    }

    private func title(_ vrf: String) -> String { "\(parent)\(vrf.isEmpty ? "" : " VRF \(vrf)"), /\(length)" }

    private func tip(_ cell: Cell, _ names: [State: String]) -> String {
        var text = "\(cell.prefix): \(names[cell.state] ?? cell.state.rawValue)"
        if let network = cell.network { text += ", \(network.object.displayName)" }
        return text
    }

    /// Told apart in print and by most people who see fewer colours: they differ in lightness, too.
    private static func fill(_ state: State) -> String {
        switch state {
        case .free: "#f4faf4"
        case .partial: "#f2c14e"
        case .full: "#b23a48"
        case .reserved: "#3d6fb4"
        case .container: "#b9d8e8"
        }
    }

    /// XML text; characters that XML 1.0 does not have are left out.
    private static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
