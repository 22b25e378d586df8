import Addressing
import Testing

/// One text that must be refused, and the code it must be refused with.
struct Rejected: Sendable, CustomTestStringConvertible {
    let text: String
    let code: AddressError.Code
    init(_ text: String, _ code: AddressError.Code) { (self.text, self.code) = (text, code) }
    var testDescription: String { "\(text.debugDescription) \(code)" }
}

@Suite("Every form outside RFC 4291 and strict dotted IPv4 is refused with its own code")
struct RejectedFormsTests {
    static let ipv4: [Rejected] = [
        Rejected("", .empty), Rejected("1.2.3", .octetCount), Rejected("1.2.3.4.5", .octetCount),
        Rejected("1", .octetCount), Rejected("3232235777", .octetTooLarge), Rejected("256.1.1.1", .octetTooLarge),
        Rejected("1.2.3.999999999999999999999", .octetTooLarge), Rejected("01.2.3.4", .leadingZero),
        Rejected("1.2.3.00", .leadingZero), Rejected("1.2.3.04", .leadingZero),
        Rejected("0x1.2.3.4", .unexpectedCharacter),
        Rejected(".1.2.3.4", .emptyOctet), Rejected("1..2.3", .emptyOctet), Rejected("1.2.3.", .emptyOctet),
        Rejected("1.2.3.4.", .octetCount), Rejected(" 1.2.3.4", .unexpectedCharacter),
        Rejected("1.2.3.4 ", .unexpectedCharacter), Rejected("1.2.3.4\n", .unexpectedCharacter),
        Rejected("+1.2.3.4", .unexpectedCharacter), Rejected("1.2.3.-4", .unexpectedCharacter),
        Rejected("1.2.3.٤", .unexpectedCharacter), Rejected("１.2.3.4", .unexpectedCharacter),
        Rejected("1.2.3.4%eth0", .unexpectedCharacter), Rejected("1.2.3.4/24", .unexpectedCharacter),
        Rejected("1.2.3.4\u{0}", .unexpectedCharacter), Rejected("1,2,3,4", .unexpectedCharacter),
        Rejected("::1", .unexpectedCharacter),
    ]

    @Test("IPv4", arguments: ipv4)
    func rejectsIPv4(_ row: Rejected) {
        let error = #expect(throws: AddressError.self) { try IPv4Address(row.text) }
        #expect(error?.code == row.code, "\(error?.message ?? "")")
    }

    static let ipv6: [Rejected] = [
        Rejected("", .empty), Rejected(":", .strayColon), Rejected(":::", .strayColon), Rejected("1:::2", .strayColon),
        Rejected("::1::", .repeatedGap), Rejected("1::2::3", .repeatedGap), Rejected("::::", .strayColon),
        Rejected(":1:2:3:4:5:6:7", .strayColon), Rejected("1:2:3:4:5:6:7:", .strayColon),
        Rejected("1:2:3:4:5:6:7:8:", .strayColon), Rejected("1:2:3:4:5:6:7::8:", .strayColon),
        Rejected("::1:", .strayColon), Rejected("1:2:3:4:5:6:7", .groupCount), Rejected("1", .groupCount),
        Rejected("1:2:3:4:5:6:7:8:9", .groupCount), Rejected("::1:2:3:4:5:6:7:8", .needlessGap),
        Rejected("1:2:3:4:5:6:7:8::", .needlessGap), Rejected("1:2:3:4::5:6:7:8", .needlessGap),
        Rejected("1:2:3:4:5:6:7::8:9", .groupCount), Rejected("12345::", .groupTooLong),
        Rejected("::00001", .groupTooLong), Rejected("::fffff", .groupTooLong), Rejected("g::", .unexpectedCharacter),
        Rejected("::1 ", .unexpectedCharacter), Rejected(" ::1", .unexpectedCharacter),
        Rejected(":: 1", .unexpectedCharacter),
        Rejected("::1\n", .unexpectedCharacter), Rejected("::１", .unexpectedCharacter),
        Rejected("::٣", .unexpectedCharacter), Rejected("[::1]", .unexpectedCharacter),
        Rejected("::-1", .unexpectedCharacter),
        Rejected("::0x1", .unexpectedCharacter), Rejected("::1/64", .unexpectedCharacter),
        Rejected("::1.2.3.4:5", .embeddedIPv4), Rejected("1.2.3.4::", .embeddedIPv4),
        Rejected("1.2.3.4", .groupCount), Rejected("1:2:3:4:5:6:7:1.2.3.4", .embeddedIPv4),
        Rejected("1:2:3:4:5:1.2.3.4", .groupCount), Rejected("1:2:3:4:5:6::1.2.3.4", .needlessGap),
        Rejected("::1.2.3", .octetCount), Rejected("::1.2.3.4.5", .octetCount), Rejected("::1.2.3.256", .octetTooLarge),
        Rejected("::1.2.3.04", .leadingZero), Rejected("::01.2.3.4", .leadingZero),
        Rejected("::a.2.3.4", .unexpectedCharacter),
        Rejected("::.1.2.3", .unexpectedCharacter), Rejected("::1.2.3.", .emptyOctet),
        Rejected("::1.2..4", .emptyOctet), Rejected("::12345.2.3.4", .groupTooLong),
        Rejected("::%eth0", .zone), Rejected("2001:db8::1%eth0", .zone), Rejected("fd00::1%eth0", .zone),
        Rejected("::ffff:169.254.1.1%eth0", .zone), Rejected("ff0e::1%eth0", .zone), Rejected("fe80::1%", .zone),
        Rejected("fe80::1%%", .zone), Rejected("fe80::1%eth0%", .zone), Rejected("fe80::1%et h0", .zone),
        Rejected("fe80::1%eth/0", .zone), Rejected("fe80::1%éth0", .zone), Rejected("%eth0", .empty),
        Rejected("fe80::1%" + String(repeating: "a", count: 65), .zone),
    ]

    @Test("IPv6", arguments: ipv6)
    func rejectsIPv6(_ row: Rejected) {
        let error = #expect(throws: AddressError.self) { try IPv6Address(row.text) }
        #expect(error?.code == row.code, "\(error?.message ?? "")")
    }

    static let prefixes: [Rejected] = [
        Rejected("", .empty), Rejected("10.0.0.0", .lengthMissing), Rejected("2001:db8::", .lengthMissing),
        Rejected("10.0.0.0/", .lengthSyntax), Rejected("10.0.0.0/33", .lengthOutOfRange),
        Rejected("::/129", .lengthOutOfRange), Rejected("::/99999999999999999999999", .lengthOutOfRange),
        Rejected("10.0.0.0/08", .leadingZero), Rejected("10.0.0.0/+8", .lengthSyntax),
        Rejected("10.0.0.0/-1", .lengthSyntax), Rejected("10.0.0.0/8 ", .lengthSyntax),
        Rejected("10.0.0.0 /8", .unexpectedCharacter), Rejected("10.0.0.0/8/8", .lengthSyntax),
        Rejected("10.0.0.0/255.0.0.0", .lengthOutOfRange), Rejected("10.0.0.0/٨", .lengthSyntax),
        Rejected("10.0.0.1/24", .hostBitsSet), Rejected("2001:db8::1/64", .hostBitsSet),
        Rejected("10/8", .octetCount), Rejected("/8", .empty), Rejected("fe80::%eth0/64", .zone),
    ]

    @Test("Prefix", arguments: prefixes)
    func rejectsPrefix(_ row: Rejected) {
        let error = #expect(throws: AddressError.self) { try Prefix(row.text) }
        #expect(error?.code == row.code, "\(error?.message ?? "")")
    }

    static let hardware: [Rejected] = [
        Rejected("", .empty), Rejected("00:1b:54:aa:0f", .digitCount), Rejected("00:1b:54:aa:0f:3", .digitCount),
        Rejected("0:1b:54:aa:0f:3c0", .separator), Rejected("00:1b:54-aa:0f:3c", .separator),
        Rejected("00 1b 54 aa 0f 3c", .separator), Rejected("00:1b:54:aa:0f:3g", .unexpectedCharacter),
        Rejected("001b-54aa-0f3c", .digitCount), Rejected("001b54aa0f3", .digitCount),
        Rejected("001b54aa0f3x", .unexpectedCharacter), Rejected("00:1b:54:aa:0f:3c ", .digitCount),
        Rejected("00:1b:54:aa:0f:٣", .unexpectedCharacter),
    ]

    @Test("Hardware address", arguments: hardware)
    func rejectsHardware(_ row: Rejected) {
        let error = #expect(throws: AddressError.self) { try MACAddress(row.text) }
        #expect(error?.code == row.code, "\(error?.message ?? "")")
    }

    @Test("A message names the text, the fault and the character, and shows control characters harmlessly")
    func messages() {
        let octet = #expect(throws: AddressError.self) { try IPAddress("10.0.0.256") }
        #expect(octet?.message == "\"10.0.0.256\" is not an IP address: an octet is above 255 (character 8)")
        #expect(octet?.offset == 7)
        let bell = #expect(throws: AddressError.self) { try IPAddress("1\u{7}\u{1B}[31m") }
        #expect(bell?.message.contains("1\\x07\\x1b[31m") == true)
        let bits = #expect(throws: AddressError.self) { try Prefix("10.20.110.11/24") }
        #expect(
            bits?.message == "10.20.110.11/24 has bits set behind its length; the prefix is 10.20.110.0/24")
    }
}
