import Addressing
import Remote

extension DNSQuestion.RecordType {
    /// IANA's number of the type.
    var number: UInt16 {
        switch self {
        case .a: 1
        case .ns: 2
        case .cname: 5
        case .soa: 6
        case .ptr: 12
        case .mx: 15
        case .txt: 16
        case .aaaa: 28
        }
    }
}

/// Record data in presentation form (RFC 1035 section 5.1).
enum RecordText {
    /// Reads the data at `range`; names in it may point in front of themselves, everything else must fit exactly.
    /// - Returns: the text, and for SOA the serial.
    static func read(_ type: DNSQuestion.RecordType, _ bytes: [UInt8], _ range: Range<Int>)
        throws(WireReader.Problem) -> (text: String, serial: UInt32?)
    {
        var reader = WireReader(bytes, in: range)
        var serial: UInt32?
        let text: String
        switch type {
        case .a, .aaaa:
            guard range.count == (type == .a ? 4 : 16),
                let address = IPAddress(bytes: bytes[try reader.skip(range.count)])
            else { throw WireReader.Problem(message: "an address has the wrong length") }
            text = address.description
        case .ns, .cname, .ptr: text = try reader.name().description
        case .mx: text = "\(try reader.uint16()) \(try reader.name())"
        case .soa:
            let names = "\(try reader.name()) \(try reader.name())"
            let number = try reader.uint32()
            serial = number
            let times = [try reader.uint32(), try reader.uint32(), try reader.uint32(), try reader.uint32()]
            text = "\(names) \(number) \(times.map(String.init).joined(separator: " "))"
        case .txt: text = try strings(&reader)
        }
        guard reader.isAtEnd else { throw WireReader.Problem(message: "a record's data go on behind their end") }
        return (text, serial)
    }

    /// One or more character strings in quotes.
    private static func strings(_ reader: inout WireReader) throws(WireReader.Problem) -> String {
        var out: [String] = []
        repeat {
            let length = Int(try reader.byte())
            var text = "\""
            for byte in reader.bytes[try reader.skip(length)] {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(Unicode.Scalar(byte))
                case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
                default: text += DomainName.decimalEscape(byte)
                }
            }
            out.append(text + "\"")
        } while !reader.isAtEnd
        return out.joined(separator: " ")
    }
}

/// Names of response codes as IANA lists them.
enum ResponseCode {
    static func name(_ code: Int) -> String {
        switch code {
        case 0: "NOERROR"
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 6: "YXDOMAIN"
        case 7: "YXRRSET"
        case 8: "NXRRSET"
        case 9: "NOTAUTH"
        case 10: "NOTZONE"
        case 16: "BADVERS"
        default: "RCODE\(code)"
        }
    }
}
