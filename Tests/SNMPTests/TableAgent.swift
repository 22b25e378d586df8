import Remote
import TestSupport

@testable import SNMP

/// An agent with a sorted list of objects that follows the rules of RFC 3416, or of RFC 1157 for version 1.
struct TableAgent: Sendable {
    let objects: [VarBind]
    /// GETBULK for more rows than this is answered with tooBig.
    var mostRows = 10_000
    /// Bindings of one answer at most: what is more is left out, as an agent with small messages does.
    var mostBindings = 10_000

    init(_ objects: [VarBind]) { self.objects = objects.sorted { $0.oid < $1.oid } }

    private func next(_ name: OID) -> VarBind {
        // Binary search for the first object behind `name`.
        var (low, high) = (0, objects.count)
        while low < high {
            let middle = (low + high) / 2
            if objects[middle].oid <= name { low = middle + 1 } else { high = middle }
        }
        return low < objects.count ? objects[low] : VarBind(name, .endOfMibView)
    }

    /// What the agent says to a question of ours.
    func answer(_ body: PDUBody, isV1: Bool = false) -> (status: Int32, index: Int32, [VarBind]) {
        let names = Array(body.names)
        var rows: [VarBind] = []
        switch body.kind {
        case .getNext: rows = names.map(next)
        case .getBulk:
            guard body.maxRepetitions <= mostRows else { return (ErrorStatus.tooBig, 0, []) }
            var last = names
            for _ in 0..<body.maxRepetitions {
                let row = last.map(next)
                rows += row
                last = row.map(\.oid)
            }
        default: rows = names.map { name in objects.first { $0.oid == name } ?? VarBind(name, .noSuchInstance) }
        }
        if isV1, let place = rows.firstIndex(where: \.value.isException) {
            return (ErrorStatus.noSuchName, Int32(place + 1), names.map { VarBind($0, .null) })
        }
        return (ErrorStatus.noError, 0, Array(rows.prefix(mostBindings)))
    }

    /// A peer that answers versions 1 and 2c, unless `isSilent` says that this question is one that it cannot bear.
    func peer(
        on address: String = "127.0.0.1", isSilent: @escaping @Sendable (PDUBody, Int) -> Bool = { _, _ in false }
    ) throws -> SNMPPeer {
        try SNMPPeer(on: address) { datagram, number in
            guard let asked = AskedQuestion(datagram), !isSilent(asked.body, number) else { return [] }
            let (status, index, rows) = answer(asked.body, isV1: asked.version == 0)
            let bytes = written { writer in
                writePDU(.response, id: asked.id, status: status, index: index, rows, to: &writer)
                writer.octets(Array("public".utf8))
                writer.integer(asked.version)
                writer.header(BERTag.sequence, since: 0)
            }
            return [.init(bytes)]
        }
    }
}

/// A datagram of versions 1 or 2c, read back.
struct AskedQuestion {
    let version: Int32
    let id: Int32
    let body: PDUBody

    init?(_ datagram: [UInt8]) {
        let read = try? datagram.withUnsafeBytes { bytes -> (Int32, Int32, PDUBody)? in
            let frame = try MessageFrame(bytes)
            let pdu = try CommunityMessage.read(frame.rest).pdu
            guard let kind = PDUKind(rawValue: pdu.kind) else { return nil }
            let names = try pdu.varBinds(limit: 1_000).map(\.oid)
            return (
                frame.version, pdu.requestID,
                PDUBody(kind: kind, names: names[...], nonRepeaters: pdu.first, maxRepetitions: pdu.second)
            )
        }
        guard let (version, id, body) = read ?? nil else { return nil }
        (self.version, self.id, self.body) = (version, id, body)
    }
}

extension SNMPPeer {
    /// Every question so far.
    var questions: [PDUBody] { received.compactMap { AskedQuestion($0)?.body } }
}
