/// Serial numbers of DNS zones, `YYYYMMDDnn`, compared as RFC 1982 says.
public enum ZoneSerial {
    /// The number after `old` on `day` (`2026-11-21`): the first of the day when that is greater, else one more, so that
    /// secondaries always see an increase. Without an old one the first of the day; nil when `day` is no date.
    public static func next(after old: UInt32?, day: String) -> UInt32? {
        let digits = day.split(separator: "-").joined()
        guard digits.utf8.count == 8, let number = UInt32(digits) else { return nil }
        let (first, overflow) = number.multipliedReportingOverflow(by: 100)
        // Years after 4294 do not fit 32 bits.
        guard let old else { return overflow ? 1 : first }
        return !overflow && isGreater(first, than: old) ? first : old &+ 1
    }

    /// RFC 1982 section 3.2 for 32 bits. Numbers exactly 2^31 apart are not ordered: neither is greater.
    public static func isGreater(_ a: UInt32, than b: UInt32) -> Bool {
        a != b && a &- b < 0x8000_0000
    }

    /// The serial in a zone file: the third value behind the SOA's two names. Nil when there is none.
    public static func read(_ zone: String) -> UInt32? {
        var words: [Substring] = []
        var inRecord = false
        for line in zone.split(separator: "\n") {
            let bare = line.prefix { $0 != ";" }
            for word in bare.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "(" || $0 == ")" || $0 == "\r" })
            {
                if inRecord { words.append(word) }
                if word.uppercased() == "SOA" { inRecord = true }
                if words.count == 3 { return UInt32(words[2]) }
            }
        }
        return nil
    }
}
