import Evidence
import Foundation

/// A point in the inventory's life, as people name it.
enum Moment: Hashable, Sendable {
    /// The state as it is.
    case now
    /// The state when this ledger record was the newest.
    case sequence(Int64)
    /// The state at this time; `isLocal` when no zone was written and the machine's was taken.
    case time(Timestamp, isLocal: Bool)

    /// What may be written.
    static let forms =
        "write now, a record number such as 120, or a time such as 2026-06-30, 2026-06-30T12:00 or 2026-06-30T12:00+07:00"

    /// Reads `now`, digits, a day (its first moment) or a day and a time; nil for anything else.
    /// - Parameter zone: taken where none is written.
    init?(_ text: String, zone: TimeZone) {
        if text == "now" {
            self = .now
            return
        }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let number = Int64(text) else { return nil }
            self = .sequence(number)
            return
        }
        guard let day = Timestamp(day: String(text.prefix(10))) else { return nil }
        let rest = text.dropFirst(10)
        var time: Int64 = 0
        var offset: Int64?
        if let mark = rest.first {
            guard mark == "T" || mark == "t" || mark == " ", let read = Self.clock(rest.dropFirst()) else { return nil }
            (time, offset) = read
        }
        let written = day.milliseconds + time
        if let offset {
            self = .time(Timestamp(milliseconds: written - offset), isLocal: false)
        } else {
            // The offset that holds at the guessed moment may differ from the one that holds at the meant one.
            func shift(_ milliseconds: Int64) -> Int64 {
                Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))) * 1_000
            }
            let guess = written - shift(written)
            self = .time(Timestamp(milliseconds: written - shift(guess)), isLocal: true)
        }
    }

    /// `12:00`, `12:00:30`, `12:00:30.250`, with `Z`, `+07:00` or `+0700` behind it: milliseconds of the day, and those
    /// of the offset.
    private static func clock(_ text: Substring) -> (time: Int64, offset: Int64?)? {
        var clock = text
        var offset: Int64?
        if text.last == "Z" || text.last == "z" {
            (clock, offset) = (text.dropLast(), 0)
        } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            clock = text[..<sign]
            let digits = text[text.index(after: sign)...].filter { $0 != ":" }
            guard digits.count == 4 || digits.count == 2, let number = number(digits, 0...9_999) else { return nil }
            let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
            guard hours <= 18, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * 60_000 * (text[sign] == "-" ? -1 : 1)
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts[0].count == 2, parts[1].count == 2,
            let hour = number(parts[0], 0...23), let minute = number(parts[1], 0...59)
        else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        if parts.count == 3 {
            let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
            guard seconds.count <= 2, seconds[0].count == 2, let whole = number(seconds[0], 0...59) else { return nil }
            milliseconds += whole * 1_000
            if seconds.count == 2 {
                guard (1...9).contains(seconds[1].count), number(seconds[1], 0...999_999_999) != nil,
                    let part = Int64((seconds[1] + "00").prefix(3))
                else { return nil }
                milliseconds += part
            }
        }
        return (milliseconds, offset)
    }

    private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int64>) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text),
            range.contains(number)
        else { return nil }
        return number
    }
}
