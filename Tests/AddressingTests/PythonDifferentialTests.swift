import Foundation
import TestSupport
import Testing

@testable import Addressing

/// What is asked of both sides.
private struct Question: Codable {
    enum Kind: String, Codable, CaseIterable { case address, network, interface, collapse, summarize }
    let kind: Kind
    /// The text; for `collapse` and `summarize` several, separated by spaces.
    let text: String
}

/// What Python's `ipaddress` says.
private struct Answer: Codable, Equatable {
    var ok: Bool
    var number = ""
    var text = ""
    var zone: String?
    var length = -1
    var reverse = ""
    var flags = ""
    var list: [String] = []
}

/// Where this room departs from `ipaddress` on purpose.
private enum Departure: String, CaseIterable {
    /// Python takes any text as the zone of any IPv6 address, and zones in networks; RFC 4007 section 11 allows zones
    /// only for addresses of non-global scope, and our zones are plain names.
    case zoneRules
    /// Python reads a network or interface without a length as a single host; here the length is required.
    case lengthRequired
    /// Python reads a netmask or host mask after the slash; here only a length.
    case maskForm
    /// Python reads `/08`.
    case paddedLength
    /// Python before 3.13 writes IPv4-mapped addresses in hexadecimal; RFC 5952 section 5 recommends dotted.
    case mappedNotation
    /// Python's `interface.ip` loses the zone and its `network` may keep it; here the address keeps it and the network
    /// never has one.
    case interfaceZone
}

@Suite("Agreement with Python's ipaddress", .tags(.medium))
struct PythonDifferentialTests {
    @Test("20,000 random and adversarial inputs are accepted, read and written alike, but for the listed departures")
    func agreement() async throws {
        var random = SeededGenerator("ipaddress differential", seed: nil)
        let questions = try makeQuestions(20_000, &random)
        #expect(questions.count >= 20_000)
        let lines = try questions.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
        let python = try await runProcess(
            "python3", ["-I", "-c", Self.script], input: Array(lines.joined().utf8), timeout: .seconds(120))
        try #require(python.status == 0, "python3 failed: \(python.errorText)")
        let answers = try python.text.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        try #require(answers.count == questions.count)

        var seen: [Departure: Int] = [:]
        var accepted = 0
        var differences: [String] = []
        for (question, theirs) in zip(questions, answers) {
            let (ours, error) = answer(question)
            if ours.ok { accepted += 1 }
            if ours == theirs { continue }
            if let departure = departure(question, ours, error, theirs) {
                seen[departure, default: 0] += 1
            } else {
                differences.append(
                    "\(question.kind) \(question.text.debugDescription): ours \(ours) \(error?.message ?? ""), Python \(theirs)"
                )
            }
        }
        #expect(differences.isEmpty, "seed \(random.seed): \(differences.prefix(10).joined(separator: "\n"))")
        #expect(accepted > 4_000, "too few inputs are valid to mean anything")
        #expect(questions.count - accepted > 4_000, "too few inputs are invalid to mean anything")
        for departure in Departure.allCases where departure != .mappedNotation {
            #expect(seen[departure, default: 0] > 0, "departure \(departure) no longer occurs; strike it from the list")
        }
        let departures = seen.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        print("ipaddress: \(questions.count) inputs, \(accepted) accepted, departures \(departures)")
    }

    private func departure(
        _ question: Question, _ ours: Answer, _ error: AddressError?, _ theirs: Answer
    ) -> Departure? {
        if ours.ok, theirs.ok {
            var rewritten = theirs
            rewritten.text = canonical(theirs.text)
            rewritten.list = theirs.list.map(canonical)
            if rewritten == ours { return .mappedNotation }
            guard question.kind == .interface, let zone = ours.zone else { return nil }
            rewritten.zone = zone
            rewritten.list = rewritten.list.map { $0.replacing("%" + zone, with: "") }
            return rewritten == ours ? .interfaceZone : nil
        }
        guard theirs.ok, let error else { return nil }
        let tail = question.text.split(separator: "/", maxSplits: 1).dropFirst().first
        switch error.code {
        case .zone where question.text.contains("%"): return .zoneRules
        case .lengthMissing where question.kind != .address: return .lengthRequired
        case .leadingZero where tail?.allSatisfy(\.isNumber) == true: return .paddedLength
        case .lengthSyntax, .lengthOutOfRange, .leadingZero: return tail?.contains(".") == true ? .maskForm : nil
        default: return nil
        }
    }

    /// Python's text in our notation; a text that cannot be read stays as it is and shows up as a difference.
    private func canonical(_ text: String) -> String {
        if let address = try? IPAddress(text) { return address.description }
        return (try? InterfaceAddress(text))?.description ?? text
    }

    /// This room's answer in Python's terms.
    private func answer(_ question: Question) -> (Answer, AddressError?) {
        do throws(AddressError) {
            switch question.kind {
            case .address: return (describe(try IPAddress(question.text)), nil)
            case .network:
                let prefix = try Prefix(question.text)
                var answer = describe(prefix.address)
                answer.text = prefix.description
                answer.length = prefix.length
                answer.list = [prefix.last.description]
                return (answer, nil)
            case .interface:
                let own = try InterfaceAddress(question.text)
                var answer = describe(own.address)
                answer.text = own.description
                answer.length = own.length
                answer.list = [own.prefix.description]
                return (answer, nil)
            case .collapse:
                var prefixes: [Prefix] = []
                for text in question.text.split(separator: " ") { prefixes.append(try Prefix(text)) }
                return (Answer(ok: true, list: AddressSet.aggregate(prefixes).map(\.description)), nil)
            case .summarize:
                let range = try AddressRange(question.text.replacing(" ", with: "-"))
                return (Answer(ok: true, list: range.prefixes.map(\.description)), nil)
            }
        } catch {
            return (Answer(ok: false), error)
        }
    }

    private func describe(_ address: IPAddress) -> Answer {
        var zone: String?
        if case .v6(let inner) = address { zone = inner.zone }
        var flags = ""
        if address.unmapped == address {
            flags += address.isLoopback ? "l" : ""
            flags += address.isMulticast ? "m" : ""
            flags += address.isUnspecified ? "u" : ""
            flags += address.isLinkLocal ? "k" : ""
        }
        return Answer(
            ok: true, number: String(address.raw, radix: 16), text: address.description, zone: zone,
            length: address.width, reverse: address.reverseName, flags: flags)
    }

    /// Reads one question per line, writes one answer per line.
    static let script = """
        import ipaddress, json, sys
        def describe(a):
            mapped = a.version == 6 and a.ipv4_mapped is not None
            flags = "" if mapped else "".join(c for c, on in (("l", a.is_loopback), ("m", a.is_multicast),
                ("u", a.is_unspecified), ("k", a.is_link_local)) if on)
            plain = type(a)(int(a))
            return {"ok": True, "number": "%x" % int(a), "text": str(a), "zone": getattr(a, "scope_id", None),
                "length": a.max_prefixlen, "reverse": plain.reverse_pointer, "flags": flags, "list": []}
        def answer(kind, text):
            if kind == "address":
                return describe(ipaddress.ip_address(text))
            if kind == "network":
                n = ipaddress.ip_network(text)
                return dict(describe(n.network_address), text=str(n), length=n.prefixlen,
                    list=[str(n.broadcast_address)])
            if kind == "interface":
                i = ipaddress.ip_interface(text)
                return dict(describe(i.ip), text=str(i), length=i.network.prefixlen, list=[str(i.network)])
            parts = text.split(" ")
            if kind == "collapse":
                found = ipaddress.collapse_addresses(ipaddress.ip_network(p) for p in parts)
            else:
                found = ipaddress.summarize_address_range(*(ipaddress.ip_address(p) for p in parts))
            return {"ok": True, "number": "", "text": "", "zone": None, "length": -1, "reverse": "", "flags": "",
                "list": [str(n) for n in found]}
        for line in sys.stdin.buffer:
            q = json.loads(line)
            try:
                a = answer(q["kind"], q["text"])
            except ValueError:
                a = {"ok": False, "number": "", "text": "", "zone": None, "length": -1, "reverse": "", "flags": "",
                    "list": []}
            print(json.dumps(a))
        """
}

/// Every adversarial text once as address, network and interface, then random ones up to the count.
private func makeQuestions(_ count: Int, _ random: inout SeededGenerator) throws -> [Question] {
    let kinds: [Question.Kind] = [.address, .network, .interface]
    var questions = adversarial.flatMap { text in kinds.map { Question(kind: $0, text: text) } }
    while questions.count < count {
        let draw = Int.random(in: 0..<100, using: &random)
        switch draw {
        case 0..<4: questions.append(Question(kind: .collapse, text: try collapseText(&random)))
        case 4..<8: questions.append(Question(kind: .summarize, text: summarizeText(&random)))
        default:
            let kind: Question.Kind = draw < 60 ? .address : draw < 85 ? .network : .interface
            questions.append(Question(kind: kind, text: try text(for: kind, &random)))
        }
    }
    return questions
}

private let alphabet = Array("0123456789abcdefABCDEFg:::...%/ x-+\n\t\u{0}\u{663}\u{FF11}")

private func text(for kind: Question.Kind, _ random: inout SeededGenerator) throws -> String {
    if Int.random(in: 0..<8, using: &random) == 0 {
        let small = Array(":.01f%/")
        return String(
            (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in small.randomElement(using: &random) })
    }
    var address = random.address()
    var length = Int.random(in: 0...address.width, using: &random)
    if kind == .network, Int.random(in: 0..<5, using: &random) > 0 {
        address = try Prefix(containing: address, length: length).address
    }
    var text = address.description
    if case .v6(let inner) = address { text = random.ipv6Text(inner.rawValue) }
    if address.isIPv6, Int.random(in: 0..<12, using: &random) == 0 {
        let zones = ["eth0", "1", "", "a%b", "eth 0", "br-lan.7", "\u{E9}"]
        text = (Bool.random(using: &random) ? "fe80::1" : text) + "%" + (zones.randomElement(using: &random) ?? "")
    }
    if kind != .address {
        if Int.random(in: 0..<12, using: &random) == 0 { length += Int.random(in: -140...140, using: &random) }
        switch Int.random(in: 0..<16, using: &random) {
        case 0: break
        case 1: text += "/0\(length)"
        case 2: text += "/" + (Prefix.all(isIPv6: false).netmask?.description ?? "")
        case 3: text += ["/255.255.0.0", "/0.0.0.255", "/255.0.255.0", "/"].randomElement(using: &random) ?? ""
        default: text += "/\(length)"
        }
    }
    guard Int.random(in: 0..<5, using: &random) < 2 else { return text }
    return mutated(text, &random)
}

private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
    var characters = Array(text)
    for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0...characters.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < characters.count: characters.remove(at: place)
        case 1 where place < characters.count: characters[place] = alphabet.randomElement(using: &random) ?? ":"
        case 2 where place < characters.count:
            let end = Int.random(in: place...min(place + 4, characters.count), using: &random)
            characters.insert(contentsOf: characters[place..<end], at: place)
        default: characters.insert(alphabet.randomElement(using: &random) ?? ":", at: place)
        }
    }
    return String(characters)
}

private func collapseText(_ random: inout SeededGenerator) throws -> String {
    let base = try random.prefix()
    return try (0..<Int.random(in: 1...12, using: &random)).map { _ in
        let length = Int.random(in: base.length...min(base.length + 4, base.width), using: &random)
        let address = IPAddress(raw: base.raw | (random.number128() & base.hostMask), isIPv6: base.isIPv6)
        return try Prefix(containing: address, length: length).description
    }.joined(separator: " ")
}

private func summarizeText(_ random: inout SeededGenerator) -> String {
    let a = random.address()
    let b = IPAddress(raw: random.number128() & (.max >> (128 - a.width)), isIPv6: a.isIPv6)
    return Int.random(in: 0..<10, using: &random) == 0 ? "\(max(a, b)) \(min(a, b))" : "\(min(a, b)) \(max(a, b))"
}

private let adversarial = [
    "", " ", ":", "::", ":::", "::::", "0", "1", ".", "..", "...", "....", "%", "%eth0", "::%", "/", "//", "/0", "::/0",
    "0.0.0.0/0", "::1", "1::", "1::1", "::1::", ":1::", "1:::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:", "12345::", "::00000", "::0000", "::fffff", "::g", "::1.2.3.4", "1.2.3.4::", "::1.2.3.4:5",
    "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:6::1.2.3.4", "::1.2.3.04",
    "::1.2.3",
    "::1.2.3.4.5", "::256.1.1.1", "::ffff:1.2.3.4", "::FFFF:1.2.3.4", "::ffff:0:1.2.3.4", "1.2.3.4", "01.2.3.4",
    "1.2.3.00",
    "1.2.3.256", "1.2.3.0256", "1.2.3", "1.2.3.4.5", "1..3.4", ".2.3.4", "1.2.3.", "1.2.3.4.", "0x1.2.3.4", "1.2.3.0x4",
    "1.2.3.4\n", "\n1.2.3.4", "1.2.3.4 ", "1. 2.3.4", "+1.2.3.4", "-1.2.3.4", "1_0.2.3.4", "\u{661}.2.3.4",
    "\u{FF11}.2.3.4", "::\u{661}", "::1_0", "::+1", "::-1", "[::1]", "2001:db8::1%eth0", "fe80::1%eth0",
    "fe80::1%25eth0",
    "fe80::1%eth0%", "fe80::1%", "ff02::1%eth0", "ff0e::1%eth0", "::1%lo", "fe80::1%eth0/64", "fe80::%eth0/64",
    "fe80::/10",
    "1.2.3.4/24", "1.2.3.0/24", "1.2.3.0/024", "1.2.3.0/+24", "1.2.3.0/-0", "1.2.3.0/24 ", "1.2.3.0/ 24",
    "1.2.3.0/24/24",
    "1.2.3.0/255.255.255.0", "1.2.3.0/0.0.0.255", "1.2.3.0/33", "::/128", "::/129", "::/0128", "::/1e1", "::/\u{661}",
    "1.2.3.4/", "::1/", "1.2.3.0/0x18", "3232235777", "0.0.0.0", "255.255.255.255", "0000.0.0.0", "1.2.3.4\u{0}",
    "::1\u{0}", "\u{0}", "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0.0.0.0", "0::0:0:0:0:0:0:0", "0:0::0:0:0:0:0",
    "::0:0:0:0:0:0:0",
    "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "2001:DB8::/32", "10.0.0.0/8", "10.0.0.0/7", "172.16.0.0/12",
]
