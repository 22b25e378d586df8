import Foundation
import TestSupport
import Testing

@testable import Drawing

@Suite("Text, colours and numbers of pictures", .tags(.small))
struct TextTests {
    @Test("names lose what hides or turns, and come in NFC on one line")
    func clean() {
        #expect(DrawnText.clean("Tu\u{309} A-01") == "Tủ A-01")
        #expect(DrawnText.clean("Tu\u{309}").unicodeScalars.count == 2)
        #expect(DrawnText.clean(" a\n\r\tb\u{2028}c ") == "a b c")
        #expect(DrawnText.clean("fw\u{202E}gpj.exe\u{200B}\u{FEFF}\u{0}\u{1B}[31m") == "fwgpj.exe[31m")
        #expect(DrawnText.clean("\u{FFFE}\u{E000}x\u{FFFF}") == "x")
        #expect(DrawnText.clean("").isEmpty)
    }

    @Test("XML and DOT are told apart from names")
    func escaping() {
        #expect(DrawnText.xml("<a b='c' d=\"e\">&amp;") == "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;")
        #expect(DrawnText.dot("a\"b\\c\\N&lt;\n") == "\"a\\\"b\\\\c\\\\N&amp;lt;\"")
        #expect(DrawnText.fileName("../ổ đĩa/x") == "-..-----a-x" || !DrawnText.fileName("../x").hasPrefix("."))
        #expect(DrawnText.fileName("a-01_b.c") == "a-01_b.c")
    }

    @Test("long names break between words, endless ones anywhere, and none is lost")
    func lines() {
        #expect(
            DrawnText.lines("Vùng mạng máy chủ cơ sở dữ liệu", width: 20) == ["Vùng mạng máy chủ cơ", "sở dữ liệu"])
        #expect(DrawnText.lines(String(repeating: "x", count: 45), width: 20).map(\.count) == [20, 20, 5])
        #expect(DrawnText.lines("", width: 20) == ["–"])
        let words = "Một hai ba bốn năm sáu bảy tám chín mười"
        #expect(DrawnText.lines(words, width: 9).joined(separator: " ") == words)
    }

    @Test("what is fitted fits, and says that it was cut")
    func fitting() {
        let name = "Máy chủ cơ sở dữ liệu số 12"
        let whole = TextWidth.of(name, size: 3)
        #expect(TextWidth.fit(name, into: whole, size: 3) == name)
        for width in stride(from: 0.0, to: whole, by: 0.7) {
            let cut = TextWidth.fit(name, into: width, size: 3)
            #expect(TextWidth.of(cut, size: 3) <= width)
            #expect(cut.isEmpty || cut.hasSuffix("…"))
        }
        // Diacritics take no room of their own; DejaVu Sans, hmtx.
        #expect(TextWidth.of("ế", size: 1000) == TextWidth.of("e", size: 1000))
        #expect(TextWidth.of("MW", size: 1000) == 863 + 989)
    }

    @Test("every text can be read on its colour: 4.5 to 1 at least")
    func contrast() {
        #expect(Palette.contrast("#000000", "#ffffff") == 21)
        var inks = Palette.tints + (0...6).map { Palette.level($0) }
        inks += ["active", "planned", "failed", "offline", "retired", "?"].map(Palette.status)
        inks += ["perimeter", "dmz", "internal", "internal_server", "db", "wireless", "management", "device_mgmt", "?"]
            .map(Palette.zoneType)
        inks += ["#808080", "#757575", "#aa1409", "#ff66ff", "#00aa00", "#7f7f00"].map(Ink.init)
        for ink in inks { #expect(Palette.contrast(ink.text, ink.fill) >= 4.5, "\(ink)") }
        for colour in [Palette.grey, Palette.allow, Palette.deny, Palette.sideA, Palette.sideB] {
            #expect(Palette.contrast(colour, Palette.paper) >= 4.5, "\(colour)")
        }
        #expect(Palette.contrast(Palette.guardLine, Palette.guardPaper) >= 4.5)
    }

    @Test("levels are told apart without any colour: each is darker than the one below")
    func lightness() {
        let contrasts = (1...5).map { Palette.contrast(Palette.level($0).fill, "#ffffff") }
        #expect(contrasts == contrasts.sorted())
        #expect(Set((1...5).map { Palette.level($0).fill }).count == 5)
    }

    @Test("a role's colour is taken only when it is one")
    func hex() {
        #expect(Palette.hex("AA1409") == "#aa1409")
        for text in ["red", "aa14", "aa140g", "\"/><x", "１２３４５６"] { #expect(Palette.hex(text) == nil) }
    }

    @Test("numbers and days as each language writes them")
    func words() {
        let (vi, en) = (Words(language: .vi), Words(language: .en))
        #expect(vi.number(1_234_567.25) == "1.234.567,3" && en.number(1_234_567.25) == "1,234,567.3")
        #expect(vi.number(0.5) == "0,5" && vi.number(-1500) == "-1.500" && vi.number(0) == "0")
        #expect(vi.power(999) == "999 W" && vi.power(5_888) == "5,9 kW")
        #expect(vi.day("2026-11-21") == "21/11/2026" && en.day("2026-11-21") == "2026-11-21")
        #expect(vi.day("<b>") == "<b>")
        #expect(SVGText.number(1.005) == "1" || SVGText.number(1.005) == "1.01")
        #expect(SVGText.number(-0.25) == "-0.25" && SVGText.number(3.1) == "3.1" && SVGText.number(2.05) == "2.05")
    }

    @Test("document types and comments of Graphviz go, the picture stays")
    func documents() {
        let svg = Graphviz.document("<svg>\n<!-- a -->\n<g/><!-- b\n--><text>x</text></svg>\n")
        #expect(svg.hasSuffix("?>\n<svg>\n<g/><text>x</text></svg>\n"))
        #expect(!Graphviz.document("<svg><!-- open").contains("open"))
    }
}
