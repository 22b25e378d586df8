import Addressing
import Notation

extension ValueReader {
    /// Addresses and prefixes as RFC 5952 text, hardware addresses in lower case with colons.
    func address(_ node: YAMLNode, _ type: FieldType, _ name: String) -> JSONValue? {
        var node = node
        if let map = node.map, let inner = map["address"] ?? map["prefix"] { node = inner }
        guard let text = node.text else {
            fail(node, "\(name) is a \(node.shape), an address is asked", "write one value")
            return nil
        }
        if text.isEmpty { return .null }
        do throws(AddressError) {
            switch type {
            case .address:
                let address = try IPAddress(text)
                if let problem = misfit(address, name) {
                    fail(node, problem.problem, problem.remedy)
                    return nil
                }
                return .string(address.description)
            case .interfaceAddress: return interfaceAddress(try InterfaceAddress(text), node, name)
            case .prefix:
                let prefix = try Prefix(text)
                if prefix.isIPv6 != (name == "ipv6_prefix"), name != "prefix" {
                    fail(node, "\(name) \(prefix) is of the other family", "write it where its family is asked")
                    return nil
                }
                return .string(prefix.description)
            default: return .string(try MACAddress(text).description)
            }
        } catch {
            fail(node, "\(name): \(error.message)", remedy(for: error, text, type))
            return nil
        }
    }

    private func interfaceAddress(_ address: InterfaceAddress, _ node: YAMLNode, _ name: String) -> JSONValue? {
        if Self.isLinkLocal(address.address) {
            fail(
                node, "\(name) \(address) is link-local: it means something on one link only",
                "leave it out, machines make it themselves")
            return nil
        }
        return .string(address.description)
    }

    /// `fe80::/10`; every address that may carry a zone and is not multicast lies in it.
    static func isLinkLocal(_ address: IPAddress) -> Bool {
        guard case .v6(let address) = address else { return false }
        return address.rawValue >> 118 == 0xFE80 >> 6
    }

    private func misfit(_ address: IPAddress, _ name: String) -> (problem: String, remedy: String)? {
        if case .v6(let inner) = address, inner.zone != nil {
            return ("\(name) \(address) has a zone", "leave out what follows %")
        }
        let isFor4 = name.hasSuffix("4")
        if name.hasSuffix("6") && !address.isIPv6 || isFor4 && address.isIPv6 {
            return (
                "\(name) \(address) is an \(address.isIPv6 ? "IPv6" : "IPv4") address",
                "write an \(isFor4 ? "IPv4" : "IPv6") address, or use the field of the other family"
            )
        }
        return nil
    }

    private func remedy(for error: AddressError, _ text: String, _ type: FieldType) -> String {
        if error.code == .lengthMissing {
            return "write it with its mask, such as \(text)/\(text.contains(":") ? 64 : 24)"
        }
        if error.code == .hostBitsSet, let prefix = try? InterfaceAddress(text).prefix { return "write \(prefix)" }
        if type == .address, let plain = try? InterfaceAddress(text) {
            return "write it without mask: \(plain.address)"
        }
        if error.code == .leadingZero { return "write octets without leading zeros" }
        return "correct the address"
    }

    /// Dates, web addresses and durations.
    func written(_ node: YAMLNode, _ type: FieldType, _ name: String) -> JSONValue? {
        guard let text = node.text else {
            fail(node, "\(name) is a \(node.shape), one value is asked", "write one value")
            return nil
        }
        if text.isEmpty { return .null }
        switch type {
        case .date:
            if Self.isDate(text) { return .string(text) }
            fail(node, "\(name) \(shown(text)) is not a date", "write year-month-day such as 2026-11-21")
        case .dateTime:
            if let moment = Self.dateTime(text) { return .string(moment) }
            fail(node, "\(name) \(shown(text)) is not a moment", "write one such as 2026-11-21T08:00:00+07:00")
        case .url:
            if Self.isURL(text) { return .string(Slug.composed(text)) }
            fail(node, "\(name) \(shown(text)) is not a web address", "write http://HOST/… or https://HOST/…")
        default:
            if let duration = DurationText.parse(text) { return .string(DurationText.format(duration)) }
            fail(node, "\(name) \(shown(text)) is not a duration", "write a number with a unit: 30s, 5m, 1h30m, 7d")
        }
        return nil
    }

    /// A day of the Gregorian calendar as `YYYY-MM-DD`.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    static func isURL(_ text: String) -> Bool {
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            guard let first = rest.unicodeScalars.first, first != "/", first != ":", first != "?" else { return false }
            return !rest.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
        }
        return false
    }
}
