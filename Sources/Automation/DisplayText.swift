/// Makes what a host printed harmless to a terminal and to a reader.
public enum DisplayText {
    /// `text` without escape sequences (ECMA-48 CSI and OSC), without control characters but newline and tab, and
    /// without the characters that turn the direction of writing (Unicode TR 36 section 2).
    public static func clean(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var state = State.text
        for scalar in text.unicodeScalars {
            switch state {
            case .text:
                if scalar == "\u{1B}" {
                    state = .escape
                } else if scalar == "\u{9B}" {
                    state = .control
                } else if isHarmless(scalar) {
                    out.append(scalar)
                }
            case .escape:
                switch scalar {
                case "[": state = .control
                case "]", "P", "X", "^", "_": state = .string
                case "\u{20}"..."\u{2F}": break
                default: state = .text
                }
            case .control:
                // Parameters and intermediates are 0x20-0x3F, the final byte is 0x40-0x7E.
                if !("\u{20}"..."\u{3F}").contains(scalar) { state = .text }
            case .string:
                if scalar == "\u{07}" || scalar == "\u{9C}" || scalar == "\n" { state = .text }
                if scalar == "\u{1B}" { state = .escape }
            }
        }
        return String(out)
    }

    /// ``clean(_:)`` on bytes, invalid UTF-8 replaced.
    public static func clean(_ bytes: [UInt8]) -> String { clean(String(decoding: bytes, as: UTF8.self)) }

    private enum State { case text, escape, control, string }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\t": true
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": false
        case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}", "\u{061C}": false
        case "\u{2028}", "\u{2029}", "\u{FEFF}": false
        default: true
        }
    }
}
