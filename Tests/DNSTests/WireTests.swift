import Remote
import TestSupport
import Testing

@testable import DNS

@Suite(.tags(.small)) struct WireTests {
    @Test(
        "names survive reading and writing, escaped where they are not plain",
        arguments: [
            (".", "."), ("www.example.vn", "www.example.vn."), ("www.example.vn.", "www.example.vn."),
            ("a\\.b.c", "a\\.b.c."), ("\\065b.c", "Ab.c."), ("x\\000y.c", "x\\000y.c."),
            ("tr\\195\\160.vn", "tr\\195\\160.vn."),
            ("_dmarc.x", "_dmarc.x."), ("1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa."),
        ])
    func names(_ pair: (String, String)) throws {
        let name = try DomainName(pair.0)
        #expect(name.description == pair.1)
        #expect(try DomainName(name.description) == name)
        var reader = WireReader(name.wire)
        #expect(try reader.name() == name)
        #expect(reader.isAtEnd)
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "", "a..b", ".a", "trà.vn", "a b", "a\\", "a\\12", "a\\300", "a\n.b",
            String(repeating: "a", count: 64) + ".b", String(repeating: "abcdefg.", count: 32) + "abcdefg",
        ])
    func noNames(_ text: String) { #expect(throws: DomainName.Problem.self) { try DomainName(text) } }

    @Test("names are compared without case") func equality() throws {
        #expect(try DomainName("WWW.Example.vn") == DomainName("www.example.VN."))
        #expect(try DomainName("a\\.b.vn") != DomainName("a.b.vn"))
        #expect(try Set([DomainName("A"), DomainName("a")]).count == 1)
    }

    /// 12 bytes of header before it, so that offsets are those of a message.
    private func name(_ bytes: [UInt8], at position: Int) throws -> DomainName {
        let message = [UInt8](repeating: 0, count: 12) + bytes
        var reader = WireReader(message, in: position..<message.count)
        return try reader.name()
    }

    @Test("compression is followed backwards only: no circle, no name that swallows itself") func pointers() throws {
        // 12: "vn" 0; 16: "www" -> 12.
        let good: [UInt8] = [2, 0x76, 0x6E, 0, 3, 0x77, 0x77, 0x77, 0xC0, 12]
        #expect(try name(good, at: 16).description == "www.vn.")
        for bad in [
            [0xC0, 12],  // at itself
            [0xC0, 14, 0xC0, 12],  // two at each other
            [1, 0x61, 0xC0, 12],  // a label, then back to it, for ever
            [0xC0, 200], [0xC0], [0x40, 0x61], [0x80, 0x61], [5, 0x61], [1, 0x61], [],
        ] as [[UInt8]] {
            #expect(throws: WireReader.Problem.self, "\(bad)") { try name(bad, at: 12) }
        }
        // A ladder: each pointer leads to the one before it. Bounded, whatever its length.
        let ladder =
            [UInt8](arrayLiteral: 0)
            + (0..<2_000).flatMap { step -> [UInt8] in
                let target = step == 0 ? 12 : 13 + (step - 1) * 2
                return [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            }
        #expect(throws: WireReader.Problem.self) { try name(ladder, at: 13 + 1_999 * 2) }
        #expect(try name(ladder, at: 13 + 100 * 2).description == ".")
        // 200 labels of one octet by chained pointers are too long for a name.
        let long =
            [UInt8](arrayLiteral: 0)
            + (0..<128).flatMap { step -> [UInt8] in
                let target = step == 0 ? 12 : 13 + (step - 1) * 4
                return [1, 0x61, 0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            }
        #expect(throws: WireReader.Problem.self) { try name(long, at: 13 + 127 * 4) }
        #expect(try name(long, at: 13 + 126 * 4).labels.count == 127)
    }

    @Test("record data become presentation form; strangers' bytes are escaped") func recordData() throws {
        func text(_ type: DNSQuestion.RecordType, _ bytes: [UInt8]) throws -> String {
            try RecordText.read(type, bytes, bytes.indices).text
        }
        let name: [UInt8] = [1, 0x61, 2, 0x76, 0x6E, 0]
        #expect(try text(.a, [192, 0, 2, 1]) == "192.0.2.1")
        #expect(try text(.aaaa, [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]) == "2001:db8::1")
        #expect(try text(.mx, [0, 10] + name) == "10 a.vn.")
        #expect(try text(.ptr, name) == "a.vn.")
        #expect(try text(.cname, [3, 0x1B, 0x5B, 0x32, 0]) == "\\027[2.")
        #expect(try text(.txt, [3, 0x61, 0x22, 0x62, 0, 1, 0x0A]) == "\"a\\\"b\" \"\" \"\\010\"")
        let soa =
            name + [0] + [0x78, 0xC4, 0x51, 0x01] + [0, 0, 14, 16] + [0, 0, 2, 88] + [0, 9, 58, 128] + [0, 0, 0, 60]
        #expect(try text(.soa, soa) == "a.vn. . 2026131713 3600 600 604800 60")
        #expect(try RecordText.read(.soa, soa, soa.indices).serial == 2_026_131_713)
        for (type, bad) in [
            (.a, [1, 2, 3]), (.aaaa, [1, 2, 3, 4]), (.mx, [0]), (.mx, [0, 1] + name + [9]),
            (.soa, Array(soa.dropLast())),
            (.soa, soa + [0]), (.txt, [5, 0x61]), (.txt, []), (.ns, []), (.ptr, [0xC0, 0]),
        ] as [(DNSQuestion.RecordType, [UInt8])] {
            #expect(throws: WireReader.Problem.self, "\(type) \(bad)") { try text(type, bad) }
        }
    }

    @Test("a query reads back as itself") func query() throws {
        let question = WireQuestion(name: try DomainName("lab.test"), type: 6)
        let message = try Message(question.query(id: 0xABCD, recursion: true, edns: true))
        #expect(message.id == 0xABCD && message.question == question && !message.isResponse)
        #expect(message.flags == 0x0100)
        #expect(message.additional.map(\.type) == [41])
        let plain = try Message(question.query(id: 1, recursion: false, edns: false))
        #expect(plain.flags == 0 && plain.additional.isEmpty)
    }

    @Test("every cut and every changed byte of a reply is read or refused, never more") func mutations() throws {
        let reply = try Reply("www.lab.test", .a).cname("www.lab.test", "web.lab.test").a("web.lab.test", 192, 0, 2, 9)
            .bytes
        let name = try DomainName("www.lab.test")
        let whole = try Answer(Message(reply), name, .a)
        #expect(whole.records == ["192.0.2.9"])
        for length in 0..<reply.count {
            #expect(throws: WireReader.Problem.self, "\(length)") { try Message(Array(reply[..<length])) }
        }
        #expect(throws: WireReader.Problem.self) { try Message(reply + [0]) }
        var generator = SeededGenerator("DNS replies")
        var read = 0
        for _ in 0..<20_000 {
            var bytes = reply
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let message = try? Message(bytes) {
                read += 1
                _ = try? Answer(message, name, .a)
            }
        }
        #expect(read > 0)
    }

    @Test("only records of the name asked, or of where its CNAMEs lead, are the answer") func belonging() throws {
        let name = try DomainName("www.lab.test")
        func answer(_ reply: Reply, _ type: DNSQuestion.RecordType = .a) throws -> Answer {
            try Answer(Message(reply.bytes), name, type)
        }
        let stray = try Reply("www.lab.test", .a).a("evil.test", 6, 6, 6, 6)
        #expect(try answer(stray).records == [])
        #expect(try answer(stray).ttl == nil)
        let chain = try Reply("www.lab.test", .a).cname("WWW.lab.test", "b.test").cname("b.test", "c.test")
            .a("c.test", 1, 1, 1, 1).a("c.test", 1, 1, 1, 1).a("b.test", 2, 2, 2, 2)
        #expect(try answer(chain).records == ["1.1.1.1"])
        let asked = try Reply("www.lab.test", .cname).cname("www.lab.test", "b.test")
        #expect(try answer(asked, .cname).records == ["b.test."])
        let circle = try Reply("www.lab.test", .a).cname("www.lab.test", "b.test").cname("b.test", "www.lab.test")
        #expect(throws: WireReader.Problem.self) { try answer(circle) }
        let dangling = try Reply("www.lab.test", .a).cname("www.lab.test", "elsewhere.test")
        #expect(try answer(dangling).records == [])
        var row = try Reply("www.lab.test", .a).cname("www.lab.test", "n0.test")
        for step in 0..<30 { row = try row.cname("n\(step).test", "n\(step + 1).test") }
        #expect(throws: WireReader.Problem.self) { try answer(row) }
    }

    @Test("a reply must have our id and our question") func fits() throws {
        let question = WireQuestion(name: try DomainName("lab.test"), type: 6)
        func kind(_ bytes: [UInt8], id: UInt16 = 7) -> String {
            switch Fit(bytes, id: id, question: question) {
            case .stray: "stray"
            case .malformed: "malformed"
            case .truncated: "truncated"
            case .reply: "reply"
            }
        }
        let good = try Reply("LAB.test", .soa, id: 7).bytes
        #expect(kind(good) == "reply")
        #expect(kind(good, id: 8) == "stray")
        #expect(kind(try Reply("lab.test", .a, id: 7).bytes) == "stray")
        #expect(kind(try Reply("lab2.test", .soa, id: 7).bytes) == "stray")
        #expect(kind(question.query(id: 7, recursion: false, edns: true)) == "stray")
        #expect(kind(Array(good.dropLast())) == "malformed")
        #expect(kind(good + [1]) == "malformed")
        var cut = good
        cut[2] |= 2
        #expect(kind(Array(cut.prefix(12 + 14))) == "truncated")
        #expect(kind([0, 7, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0]) == "reply")
        #expect(kind([0, 7, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == "stray")
        #expect(kind([]) == "stray")
    }
}

/// Builds replies for fakes, byte by byte.
struct Reply {
    private var header: [UInt8]
    private let question: [UInt8]
    private var answers: [UInt8] = []
    private var count: UInt16 = 0

    init(_ name: String, _ type: DNSQuestion.RecordType, id: UInt16 = 1, flags: UInt16 = 0x8400) throws {
        header = Self.pair(id) + Self.pair(flags)
        question = try DomainName(name).wire + Self.pair(type.number) + [0, 1]
    }

    /// A reply to `query` as it came, with its question.
    init?(to query: [UInt8], flags: UInt16 = 0x8400) {
        guard let message = try? Message(query), let asked = message.question else { return nil }
        header = Array(query[..<2]) + Self.pair(flags)
        question = asked.name.wire + Self.pair(asked.type) + Self.pair(asked.questionClass)
    }

    func record(_ owner: String, _ type: UInt16, _ data: [UInt8], ttl: UInt8 = 60) throws -> Reply {
        var copy = self
        copy.answers +=
            try DomainName(owner).wire + Self.pair(type) + [0, 1, 0, 0, 0, ttl] + Self.pair(UInt16(data.count)) + data
        copy.count += 1
        return copy
    }
    func a(_ owner: String, _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) throws -> Reply {
        try record(owner, 1, [a, b, c, d])
    }
    func cname(_ owner: String, _ target: String) throws -> Reply { try record(owner, 5, DomainName(target).wire) }

    var bytes: [UInt8] { header + [0, 1] + Self.pair(count) + [0, 0, 0, 0] + question + answers }
    private static func pair(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
