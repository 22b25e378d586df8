import Remote

/// What a message says in answer to one question.
struct Answer: Equatable {
    var rcode: String
    /// Sorted, each once.
    var records: [String]
    /// Lowest of the records and of the CNAMEs that lead to them.
    var ttl: UInt32?
    var serial: UInt32?
    var authoritative: Bool

    /// CNAMEs followed within one message at most.
    static let chainLimit = 16

    /// Records of the type asked at the name asked, or at the end of its CNAMEs as far as the message tells them;
    /// records of other names are not an answer, whoever sends them.
    init(_ message: Message, _ name: DomainName, _ type: DNSQuestion.RecordType) throws(WireReader.Problem) {
        var lowest: UInt32?
        var owner = name
        var seen: Set<DomainName> = [name]
        let aliases = Dictionary(
            message.answers.filter { $0.type == DNSQuestion.RecordType.cname.number && $0.recordClass == 1 }
                .map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        while type != .cname, let alias = aliases[owner] {
            var reader = WireReader(message.bytes, in: alias.data)
            owner = try reader.name()
            lowest = min(lowest ?? alias.ttl, alias.ttl)
            guard seen.insert(owner).inserted else {
                throw WireReader.Problem(message: "its CNAMEs go round in a circle at \(owner)")
            }
            guard seen.count <= Self.chainLimit else {
                throw WireReader.Problem(message: "it has more than \(Self.chainLimit - 1) CNAMEs in a row")
            }
        }
        var texts: Set<String> = []
        var serial: UInt32?
        for record in message.answers
        where record.type == type.number && record.recordClass == 1 && record.name == owner {
            let read = try RecordText.read(type, message.bytes, record.data)
            texts.insert(read.text)
            serial = read.serial ?? serial
            lowest = min(lowest ?? record.ttl, record.ttl)
        }
        rcode = ResponseCode.name(message.rcode)
        records = texts.sorted()
        ttl = texts.isEmpty ? nil : lowest
        self.serial = serial
        authoritative = message.isAuthoritative
    }
}
