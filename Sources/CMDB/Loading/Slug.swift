import Foundation

/// Natural keys made from names people use.
public enum Slug {
    /// The transliterated slug of a name: lower-case ASCII letters and digits, everything else one `-`.
    ///
    /// `Sở Tài chính` becomes `so-tai-chinh`; đ becomes d. Empty when the name holds no Latin letter and no digit.
    public static func of(_ name: String) -> String {
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        let plain = isASCII ? name : name.decomposedStringWithCanonicalMapping
        var out: [UInt8] = []
        out.reserveCapacity(plain.utf8.count)
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": out.append(UInt8(scalar.value))
            case "A"..."Z": out.append(UInt8(scalar.value) + 32)
            case "đ", "Đ", "ð", "Ð": out.append(UInt8(ascii: "d"))
            case "\u{300}"..."\u{36F}": break
            default: if let last = out.last, last != UInt8(ascii: "-") { out.append(UInt8(ascii: "-")) }
            }
        }
        while out.last == UInt8(ascii: "-") { out.removeLast() }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether `text` may stand as a slug: lower-case ASCII letters, digits, `-`, `_`, `.`, at least one, at most 100.
    public static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        return !bytes.isEmpty && bytes.count <= 100
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
                default: false
                }
            }
    }

    /// Names typed on different machines compare equal: composed form (Unicode NFC).
    static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }
}
