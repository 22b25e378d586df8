import Addressing

/// Why no plan could be made at all; what could not be placed inside a plan is a row of it, not an error.
public struct IPv6PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cause, fit for branching. New codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The code's stable name, as it stands in JSON.
        public var description: String { name }

        /// The parent is an IPv4 network.
        public static let notIPv6 = Code("not-ipv6")
        /// The parent's length is not a multiple of four, so that no level could end between two hex digits.
        public static let notNibbleAligned = Code("not-nibble-aligned")
        /// Fewer than three hex digits are left before /64.
        public static let tooLong = Code("too-long")
        /// The parent is shorter than /8.
        public static let tooShort = Code("too-short")
        /// Hosts cannot have global or unique local addresses from there.
        public static let notUsable = Code("not-usable")
        /// The plan to continue was made under another parent.
        public static let parentChanged = Code("parent-changed")
        /// The plan to continue contradicts itself or cannot be read.
        public static let damagedPlan = Code("damaged-plan")
    }

    /// The cause, fit for branching.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { message }
}

/// Which networks may stand above a plan.
enum ParentRule {
    /// Three levels of at least one hex digit each must fit before /64.
    static let longest = 52
    static let shortest = 8

    /// Blocks hosts never get ordinary addresses from, by the IANA IPv6 special-purpose registry (RFC 6890).
    private static let refused: [(text: String, name: String)] = [
        ("ff00::/8", "multicast (RFC 4291 section 2.7)"),
        ("fe80::/10", "link-local (RFC 4291 section 2.5.6)"),
        ("fec0::/10", "site-local, deprecated (RFC 3879)"),
        ("2001::/23", "IETF protocol assignments (RFC 2928)"),
        ("2002::/16", "6to4, deprecated (RFC 7526)"),
    ]
    /// Global unicast with its documentation blocks (RFC 4291, 3849, 9637), and unique local addresses (RFC 4193).
    private static let accepted = ["2000::/3", "fc00::/7"]

    static func check(_ parent: Prefix) throws(IPv6PlanError) {
        guard parent.isIPv6 else {
            throw IPv6PlanError(
                .notIPv6, "\(parent) is an IPv4 network: give an IPv6 prefix such as 2001:db8:1000::/44")
        }
        for block in refused {
            guard let prefix = try? Prefix(block.text), prefix.overlaps(parent) else { continue }
            throw IPv6PlanError(
                .notUsable,
                "\(parent) is in, or holds, \(block.text), \(block.name): give the prefix your provider or registry "
                    + "assigned, a unique local one (fd00::/8) or a documentation one (2001:db8::/32)")
        }
        guard accepted.contains(where: { text in (try? Prefix(text))?.contains(parent) ?? false }) else {
            throw IPv6PlanError(
                .notUsable,
                "\(parent) lies neither in global unicast 2000::/3 nor in unique local fc00::/7: give a prefix from "
                    + "one of them")
        }
        guard parent.length % 4 == 0 else {
            let down = parent.length / 4 * 4
            throw IPv6PlanError(
                .notNibbleAligned,
                "\(parent) does not end between two hex digits, so neither would its levels: give a length that is a "
                    + "multiple of 4, such as /\(max(down, shortest)) or /\(min(down + 4, longest))")
        }
        guard parent.length <= longest else {
            throw IPv6PlanError(
                .tooLong,
                "\(parent) leaves \(max(0, 64 - parent.length)) bits before /64; site, zone and segment need one hex "
                    + "digit each: give a /\(longest) or shorter")
        }
        guard parent.length >= shortest else {
            throw IPv6PlanError(.tooShort, "\(parent) is larger than any allocation: give a /\(shortest) or longer")
        }
    }
}
