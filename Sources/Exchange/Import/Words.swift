import CMDB
import Notation

/// NetBox's labels and the values they stand for, and the other ways in which tables say a value.
enum Words {
    static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace || first == "\u{FEFF}" { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(String.UnicodeScalarView(scalars))
    }

    /// The choice that a value or label means; the text itself when it means none.
    static func choice(_ text: String, of choices: [String]) -> String {
        if choices.contains(text) { return text }
        let lowered = text.lowercased()
        if let same = choices.first(where: { $0.lowercased() == lowered }) { return same }
        if let known = labels[lowered], choices.contains(known) { return known }
        let slug = Slug.of(text)
        if let same = choices.first(where: { Slug.of($0) == slug && !slug.isEmpty }) { return same }
        // "19 inches", "Front to rear (…)".
        if let first = slug.split(separator: "-").first.map(String.init), choices.contains(first),
            first.utf8.allSatisfy({ (48...57).contains($0) })
        {
            return first
        }
        return text
    }

    /// The slug of a port, cable or interface type given by slug or label.
    static func type(_ text: String) -> String {
        if Slug.isValid(text) { return text }
        let lowered = text.lowercased()
        if let known = labels[lowered] { return known }
        // "1000BASE-T (1GE)" is 1000base-t; "USB Type A" is usb-a; "C14" is told by its family.
        var bare = lowered
        if let open = bare.firstIndex(of: "(") { bare = trimmed(String(bare[..<open])) }
        if let known = labels[bare] { return known }
        bare = bare.replacing("usb type ", with: "usb-").replacing(" ", with: "-").replacing("/", with: "-")
        return Slug.isValid(bare) ? bare : Slug.of(text)
    }

    /// `true` or `false` as tables write them; nil for what is neither.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "y", "1", "x", "on", "✓", "✔", "có", "đúng": true
        case "false", "no", "n", "0", "off", "✗", "✘", "không", "sai": false
        default: nil
        }
    }

    /// A day as `2026-11-21`: ISO with or without a time, or day/month/year as in Vietnam.
    static func day(_ text: String) -> String {
        if text.utf8.count > 10, text.utf8.dropFirst(4).first == 45 {
            let head = String(decoding: text.utf8.prefix(10), as: UTF8.self)
            if [0x20, 0x54].contains(text.utf8.dropFirst(10).first ?? 0) { return head }
        }
        let parts = text.split(whereSeparator: { $0 == "/" || $0 == "." }).map(String.init)
        guard parts.count == 3, parts[2].utf8.count == 4, let day = Int(parts[0]), let month = Int(parts[1]),
            Int(parts[2]) != nil
        else { return text }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts[2])-\(two(month))-\(two(day))"
    }

    /// A whole number that a spreadsheet wrote with a fraction of zero.
    static func whole(_ text: String) -> String {
        guard let dot = text.firstIndex(of: "."), dot != text.startIndex else { return text }
        let rest = text[text.index(after: dot)...]
        return rest.utf8.allSatisfy { $0 == 48 } && Int64(text[..<dot]) != nil ? String(text[..<dot]) : text
    }

    /// A decimal whose comma is the Vietnamese one.
    static func decimal(_ text: String) -> String {
        text.utf8.count { $0 == 44 } == 1 && !text.contains(".") ? text.replacing(",", with: ".") : text
    }

    private static let labels: [String: String] = Dictionary(
        table.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (trimmed(String(parts[0])), trimmed(String(parts[1]))) : nil
        }, uniquingKeysWith: { first, _ in first })

    private static let table = """
        link aggregation group (lag) = lag
        sfp (1ge) = 1000base-x-sfp
        gbic (1ge) = 1000base-x-gbic
        sfp+ (10ge) = 10gbase-x-sfpp
        xfp (10ge) = 10gbase-x-xfp
        xenpak (10ge) = 10gbase-x-xenpak
        x2 (10ge) = 10gbase-x-x2
        sfp28 (25ge) = 25gbase-x-sfp28
        sfp56 (50ge) = 50gbase-x-sfp56
        sfp28 (50ge) = 50gbase-x-sfp28
        qsfp28 (50ge) = 50gbase-x-sfp28
        qsfp+ (40ge) = 40gbase-x-qsfpp
        cfp (100ge) = 100gbase-x-cfp
        cfp2 (100ge) = 100gbase-x-cfp2
        cfp4 (100ge) = 100gbase-x-cfp4
        cpak (100ge) = 100gbase-x-cpak
        cxp (100ge) = 100gbase-x-cxp
        qsfp28 (100ge) = 100gbase-x-qsfp28
        qsfp-dd (100ge) = 100gbase-x-qsfpdd
        qsfp56 (200ge) = 200gbase-x-qsfp56
        qsfp-dd (200ge) = 200gbase-x-qsfpdd
        qsfp112 (400ge) = 400gbase-x-qsfp112
        qsfp-dd (400ge) = 400gbase-x-qsfpdd
        osfp (400ge) = 400gbase-x-osfp
        cfp8 (400ge) = 400gbase-x-cfp8
        qsfp-dd (800ge) = 800gbase-x-qsfpdd
        osfp (800ge) = 800gbase-x-osfp
        sfp (1gfc) = 1gfc-sfp
        sfp (2gfc) = 2gfc-sfp
        sfp (4gfc) = 4gfc-sfp
        sfp+ (8gfc) = 8gfc-sfpp
        sfp+ (16gfc) = 16gfc-sfpp
        sfp28 (32gfc) = 32gfc-sfp28
        qsfp+ (64gfc) = 64gfc-qsfpp
        qsfp28 (128gfc) = 128gfc-qsfp28
        ieee 802.11a = ieee802.11a
        ieee 802.11b/g = ieee802.11g
        ieee 802.11n = ieee802.11n
        ieee 802.11ac = ieee802.11ac
        ieee 802.11ad = ieee802.11ad
        ieee 802.11ax = ieee802.11ax
        ieee 802.11be = ieee802.11be
        ieee 802.15.1 (bluetooth) = ieee802.15.1
        other (wireless) = other-wireless
        tagged (all) = tagged-all
        802.3af (type 1) = type1-ieee802.3af
        802.3at (type 2) = type2-ieee802.3at
        802.3bt (type 3) = type3-ieee802.3bt
        802.3bt (type 4) = type4-ieee802.3bt
        c6 = iec-60320-c6
        c8 = iec-60320-c8
        c14 = iec-60320-c14
        c16 = iec-60320-c16
        c20 = iec-60320-c20
        c22 = iec-60320-c22
        c5 = iec-60320-c5
        c7 = iec-60320-c7
        c13 = iec-60320-c13
        c15 = iec-60320-c15
        c19 = iec-60320-c19
        c21 = iec-60320-c21
        dc terminal = dc-terminal
        110 punch = 110-punch
        singlemode fiber = smf
        singlemode fiber (os1) = smf-os1
        singlemode fiber (os2) = smf-os2
        multimode fiber = mmf
        multimode fiber (om1) = mmf-om1
        multimode fiber (om2) = mmf-om2
        multimode fiber (om3) = mmf-om3
        multimode fiber (om4) = mmf-om4
        multimode fiber (om5) = mmf-om5
        direct attach copper (active) = dac-active
        direct attach copper (passive) = dac-passive
        active optical cabling (aoc) = aoc
        2-post frame = 2-post-frame
        4-post frame = 4-post-frame
        4-post cabinet = 4-post-cabinet
        wall-mounted frame = wall-frame
        wall-mounted frame (vertical) = wall-frame-vertical
        wall-mounted cabinet = wall-cabinet
        wall-mounted cabinet (vertical) = wall-cabinet-vertical
        kilograms = kg
        grams = g
        pounds = lb
        ounces = oz
        kilometers = km
        meters = m
        centimeters = cm
        miles = mi
        feet = ft
        inches = in
        hoạt động = active
        đang hoạt động = active
        đang sử dụng = active
        dự kiến = planned
        kế hoạch = planned
        ngừng hoạt động = offline
        hỏng = failed
        dự phòng = reserved
        thanh lý = decommissioning
        trước = front
        sau = rear
        """
}
