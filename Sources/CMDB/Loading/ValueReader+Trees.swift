import Foundation
import Notation

extension ValueReader {
    /// Any tree of values; texts, keys and secrets under the same rules as elsewhere.
    func tree(_ node: YAMLNode, _ name: String, depth: Int = 0) -> JSONValue? {
        guard depth < 32 else {
            fail(node, "\(name) is nested deeper than 32 levels", "flatten it")
            return nil
        }
        switch node {
        case .scalar(let text, _, _):
            if node.isNull { return .null }
            if let fault = PlainText.fault(text, oneLine: false) {
                fail(node, "\(name) \(fault.problem)", fault.remedy(name))
                return nil
            }
            return Self.asWritten(node, text)
        case .list(let elements, _):
            let values = elements.map { tree($0, name, depth: depth + 1) }
            return values.contains { $0 == nil } ? nil : .array(values.compactMap { $0 })
        case .map(let map):
            var out: [String: JSONValue] = [:]
            var isSound = true
            for entry in map.entries {
                let path = "\(name).\(entry.key)"
                if let fault = PlainText.fault(entry.key, oneLine: true) {
                    report.error(entry.keyPosition, subject, "a key of \(name) \(fault.problem)", fault.remedy("it"))
                    isSound = false
                    continue
                }
                if Self.looksSecret(entry.key), !Self.holdsReferencesOnly(entry.value) {
                    _ = secret(entry.value, entry.value.text ?? "", path)
                    isSound = false
                    continue
                }
                guard let value = tree(entry.value, path, depth: depth + 1) else {
                    isSound = false
                    continue
                }
                out[Slug.composed(entry.key)] = value
            }
            return isSound ? .object(out) : nil
        }
    }

    /// A moment of RFC 3339 with its zone, as `2026-11-21T08:00:00Z`; nil for anything else.
    static func dateTime(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35, bytes[10] == 0x54 || bytes[10] == 0x74 || bytes[10] == 0x20 else {
            return nil
        }
        let clock = String(decoding: bytes[11..<19], as: UTF8.self).split(
            separator: ":", omittingEmptySubsequences: false)
        let date = String(decoding: bytes[..<10], as: UTF8.self)
        guard isDate(date), clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(clock[0]), let minute = Int(clock[1]), let second = Int(clock[2]),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        var zone = bytes[19...]
        if zone.first == 0x2E {
            zone = zone.dropFirst().drop { (0x30...0x39).contains($0) }
        }
        guard let offset = zoneSeconds(zone) else { return nil }
        let day = date.split(separator: "-").compactMap { Int($0) }
        var parts = DateComponents()
        (parts.year, parts.month, parts.day) = (day[0], day[1], day[2])
        (parts.hour, parts.minute, parts.second) = (hour, minute, second)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard let moment = calendar.date(from: parts) else { return nil }
        return moment.addingTimeInterval(Double(-offset)).formatted(.iso8601)
    }

    private static func zoneSeconds(_ zone: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: zone, as: UTF8.self)
        if text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]), (0...23).contains(hours), (0...59).contains(minutes)
        else { return nil }
        return (hours * 60 + minutes) * 60 * (sign == "-" ? -1 : 1)
    }
}
