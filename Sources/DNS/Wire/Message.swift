/// One record of a message; its data stay where they are, because names in them may point into the message.
struct ResourceRecord: Equatable {
    let name: DomainName
    let type: UInt16
    let recordClass: UInt16
    let ttl: UInt32
    let data: Range<Int>
}

/// A DNS message as it came (RFC 1035 section 4): header, question and all three sections of records.
struct Message {
    let bytes: [UInt8]
    let id: UInt16
    let flags: UInt16
    let question: WireQuestion?
    let answers: [ResourceRecord]
    let authorities: [ResourceRecord]
    let additional: [ResourceRecord]

    var isResponse: Bool { flags & 0x8000 != 0 }
    var isQuery: Bool { flags & 0x7800 == 0 }
    var isAuthoritative: Bool { flags & 0x0400 != 0 }
    var isTruncated: Bool { flags & 0x0200 != 0 }

    /// The header's four bits, with the upper eight of EDNS where that is spoken (RFC 6891 section 6.1.3).
    var rcode: Int {
        let upper = additional.first { $0.type == Self.opt }.map { Int($0.ttl >> 24) << 4 } ?? 0
        return upper | Int(flags & 0x000F)
    }

    static let opt: UInt16 = 41

    /// Reads all of `bytes`; a message that is cut short or goes on behind its end is none.
    ///
    /// Nothing is reserved by a count in the header: sections grow with the records that are really there.
    init(_ bytes: [UInt8]) throws(WireReader.Problem) {
        guard bytes.count <= 65_535 else { throw WireReader.Problem(message: "it is longer than 65,535 bytes") }
        var reader = WireReader(bytes)
        id = try reader.uint16()
        flags = try reader.uint16()
        let counts = [try reader.uint16(), try reader.uint16(), try reader.uint16(), try reader.uint16()]
        guard counts[0] <= 1 else { throw WireReader.Problem(message: "it has more than one question") }
        question =
            counts[0] == 1
            ? WireQuestion(name: try reader.name(), type: try reader.uint16(), questionClass: try reader.uint16()) : nil
        answers = try Self.records(&reader, counts[1])
        authorities = try Self.records(&reader, counts[2])
        additional = try Self.records(&reader, counts[3])
        guard reader.isAtEnd else { throw WireReader.Problem(message: "it goes on behind its last record") }
        self.bytes = bytes
    }

    private static func records(_ reader: inout WireReader, _ count: UInt16) throws(WireReader.Problem)
        -> [ResourceRecord]
    {
        var out: [ResourceRecord] = []
        for _ in 0..<count {
            let name = try reader.name()
            let (type, recordClass, ttl) = (try reader.uint16(), try reader.uint16(), try reader.uint32())
            let length = Int(try reader.uint16())
            let data = try reader.skip(length)
            // RFC 2181 section 8: a time to live with the top bit set counts as 0. OPT's is none.
            let time = type == opt || ttl < 0x8000_0000 ? ttl : 0
            out.append(ResourceRecord(name: name, type: type, recordClass: recordClass, ttl: time, data: data))
        }
        return out
    }
}

/// What is asked, in the wire's numbers.
struct WireQuestion: Equatable {
    let name: DomainName
    let type: UInt16
    var questionClass: UInt16 = 1

    /// A standard query (RFC 1035 section 4.1.1), with an EDNS record of 1,232 bytes (DNS flag day 2020: no fragments).
    func query(id: UInt16, recursion: Bool, edns: Bool) -> [UInt8] {
        func pair(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
        let header = pair(id) + [recursion ? 1 : 0, 0] + pair(1) + pair(0) + pair(0) + pair(edns ? 1 : 0)
        let body = name.wire + pair(type) + pair(questionClass)
        return header + body + (edns ? [0] + pair(Message.opt) + pair(1_232) + [0, 0, 0, 0, 0, 0] : [])
    }
}
