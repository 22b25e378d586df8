/// How a raw SNMP value becomes a value of a fact; what does not fit is left out.
public enum SNMPConversion: String, Sendable, CaseIterable {
    /// Octets as UTF-8 without control characters.
    case text
    /// Six octets as `00:1b:54:aa:0f:3c`; anything else is left out.
    case mac
    /// TimeTicks as whole seconds.
    case ticks
    /// Any whole number up to 2^63 - 1.
    case int
    /// A counter, exactly: a whole number, above 2^63 - 1 a text of digits.
    case counter
    /// A number written in octets, such as `23.5`.
    case number
    /// A floating-point number in an Opaque (net-snmp's Float and Double), or any other number.
    case float
    /// INTEGER: 1 is true (up(1), TruthValue true(1)), anything else false.
    case bool
    /// A whole number by its name in `names`; one that has none stays a number.
    case `enum`
    /// The names in `names` of the bits that are set, the first octet's highest bit being 0 (BITS, RFC 2578).
    case bits
    /// Octets as hexadecimal digits.
    case hex
    /// Four or sixteen octets as an address (InetAddress, IpAddress).
    case address
    /// DateAndTime (RFC 2579) as RFC 3339; without a zone if the agent gives none. As a metric: seconds since 1970.
    case dateAndTime = "date-and-time"
    /// As `hint` says (DISPLAY-HINT, RFC 2579 section 3.1).
    case hint
    /// An object identifier in dotted form.
    case oid
    /// A netmask as the length of its prefix.
    case netmask
    /// A RowPointer into ipAddressPrefixTable: its last sub-identifier is the length (RFC 4293).
    case prefixPointer = "prefix-pointer"
}

/// A decimal factor kept exactly, such as 0.1 or 1000000.
public struct DecimalScale: Sendable, Hashable {
    /// The digits with their sign.
    public let mantissa: Int64
    /// Digits behind the point, 0-18: the factor is mantissa / 10^places.
    public let places: Int

    /// The factor 1.
    public static let one = DecimalScale(mantissa: 1, places: 0)

    init(mantissa: Int64, places: Int) {
        self.mantissa = mantissa
        self.places = places
    }

    /// Reads `-0.1`, `1000`; nil for exponents, zero, and more digits than fit.
    public init?(_ text: String) {
        var body = Substring(text)
        let isNegative = body.first == "-"
        if isNegative { body = body.dropFirst() }
        let halves = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, !whole.isEmpty else { return nil }
        var fraction = halves.count == 2 ? halves[1] : ""
        if halves.count == 2, fraction.isEmpty { return nil }
        while fraction.last == "0" { fraction = fraction.dropLast() }
        let digits = whole + fraction
        guard fraction.utf8.count <= 18, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int64(digits), number != 0
        else { return nil }
        mantissa = isNegative ? -number : number
        places = fraction.utf8.count
    }

    /// `number` times the factor: a whole number where the factor is whole, else the nearest double; nil when it is too
    /// large.
    func applied(to number: Int64) -> (whole: Int64?, double: Double)? {
        let (product, overflow) = number.multipliedReportingOverflow(by: mantissa)
        if overflow { return nil }
        if places == 0 { return (product, Double(product)) }
        return (nil, applied(to: Double(number)))
    }

    func applied(to number: Double) -> Double {
        if places == 0 { return number * Double(mantissa) }
        var divisor = 1.0
        for _ in 0..<places { divisor *= 10 }
        // One division of exact numbers rounds once: 234 with 0.1 is 23.4.
        return number * Double(mantissa) / divisor
    }

    /// As it is read: `0.1`.
    public var text: String {
        if places == 0 { return String(mantissa) }
        let digits = String(mantissa.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return (mantissa < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
