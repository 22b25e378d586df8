import CMDB
import Evidence
import Notation

/// The first page of the console: what there is and how fresh it is. Everything from the inventory is escaped.
struct StartPage {
    let source: any WebSource
    let vietnamese: Bool

    func render() throws -> String {
        let snapshot = try source.snapshot()
        let facts = try source.facts(of: nil)
        let now = source.now()
        let valid = facts.count { $0.isValid(at: now) }
        let tiles = Kind.allCases.filter { !snapshot.objects($0).isEmpty }.map { kind in
            "<a class=\"tile\" href=\"/api/v1/objects/\(kind.rawValue)\"><b>\(snapshot.objects(kind).count)</b>"
                + "<span>\(Self.escape(kind.rawValue))</span></a>"
        }.joined()
        let systems = snapshot.objects(.system).map { system in
            let level = system.int("security_level").map { "<td class=\"l\($0)\">\($0)</td>" } ?? "<td>–</td>"
            return
                "<tr><td>\(Self.escape(system.displayName))</td>\(level)<td>\(Self.escape(snapshot.target(of: "operator", in: system)?.displayName ?? "–"))</td></tr>"
        }.joined()
        let (title, factLine, heads) =
            vietnamese
            ? (
                "Hạ Tầng", "\(facts.count) dữ kiện hiện hành, \(valid) còn hiệu lực",
                "<th>Hệ thống thông tin</th><th>Cấp độ</th><th>Đơn vị vận hành</th>"
            )
            : (
                "Hạ Tầng", "\(facts.count) current facts, \(valid) still valid",
                "<th>Information system</th><th>Level</th><th>Operator</th>"
            )
        return """
            <!doctype html><html lang="\(vietnamese ? "vi" : "en")"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width"><title>\(title)</title><style>\(Self.style)</style>
            <header><h1>\(title)</h1><p>\(factLine) · <a href="/?lang=\(vietnamese ? "en" : "vi")">\(vietnamese ? "English" : "Tiếng Việt")</a></p></header>
            <main><div class="tiles">\(tiles)</div><table><tr>\(heads)</tr>\(systems)</table></main></html>
            """
    }

    static func escape(_ text: String) -> String {
        var out = ""
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

    private static let style = """
        body{font:16px/1.5 "Noto Sans","DejaVu Sans",sans-serif;margin:0;color:#1c2733;background:#f5f7f9}
        header{background:#0b4f6c;color:#fff;padding:1rem 2rem}header a{color:#bfe3f2}h1{margin:0;font-size:1.6rem}
        main{padding:1.5rem 2rem;max-width:70rem}.tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin-bottom:1.5rem}
        .tile{background:#fff;border:1px solid #d8dfe5;border-radius:.5rem;padding:.6rem 1rem;text-decoration:none;color:inherit;min-width:6rem}
        .tile b{display:block;font-size:1.4rem;color:#0b4f6c}table{border-collapse:collapse;width:100%;background:#fff}
        th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid #e4e9ee}th{background:#eef3f6}
        .l3{color:#a15c00;font-weight:600}.l4,.l5{color:#a3123a;font-weight:600}
        """
}
