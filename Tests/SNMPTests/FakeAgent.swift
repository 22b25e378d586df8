import Remote
import TestSupport
import Testing

@testable import SNMP

/// Builds bytes with the room's own writer.
func written(_ body: (inout BERWriter) -> Void) -> [UInt8] {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)
    defer { room.deallocate() }
    var writer = BERWriter(room)
    body(&writer)
    return [UInt8](writer.written)
}

/// A PDU with values, as agents send it.
func writePDU(
    _ kind: PDUKind, id: Int32, status: Int32 = 0, index: Int32 = 0, _ bindings: [VarBind], to writer: inout BERWriter
) {
    let mark = writer.count
    for binding in bindings.reversed() {
        let start = writer.count
        writer.value(binding.value)
        writer.oid(binding.oid)
        writer.header(BERTag.sequence, since: start)
    }
    writer.header(BERTag.sequence, since: mark)
    writer.integer(index)
    writer.integer(status)
    writer.integer(id)
    writer.header(kind.rawValue, since: mark)
}

/// The question inside a v2c datagram.
struct Question {
    let id: Int32
    let maxRepetitions: Int32
    let names: [OID]

    init?(_ datagram: [UInt8]) {
        let read = try? datagram.withUnsafeBytes { bytes -> (Int32, Int32, [OID]) in
            let frame = try MessageFrame(bytes)
            let pdu = try CommunityMessage.read(frame.rest).pdu
            return (pdu.requestID, pdu.second, try pdu.varBinds(limit: 1_000).map(\.oid))
        }
        guard let read else { return nil }
        (id, maxRepetitions, names) = read
    }
}

/// A v2c answer.
func answer(id: Int32, status: Int32 = 0, _ bindings: [VarBind], community: String = "public") -> [UInt8] {
    written { writer in
        writePDU(.response, id: id, status: status, bindings, to: &writer)
        writer.octets(Array(community.utf8))
        writer.integer(CommunityMessage.version)
        writer.header(BERTag.sequence, since: 0)
    }
}

/// Answers v2c questions with what `script` makes of them.
func communityPeer(_ script: @escaping @Sendable (Question, Int) -> [SNMPPeer.Reply]) throws -> SNMPPeer {
    try SNMPPeer { datagram, number in Question(datagram).map { script($0, number) } ?? [] }
}

/// The agent's side of USM: opens questions and closes answers with real keys.
struct SecureAgent: Sendable {
    var engineID: [UInt8] = [0x80, 0, 0, 0, 1, 2, 3, 4, 5]
    var boots: Int32 = 7
    var time: Int32 = 1_000
    let credential = USMCredential(
        user: "monitor", auth: .init(proto: .sha256, passphrase: Secret("authpass12")),
        priv: .init(proto: .aes128, passphrase: Secret("privpass12")))

    var keys: USMKeys? {
        var vault = KeyVault(capacity: 8)
        return vault.keys(credential, number: 1, engineID: engineID)
    }

    /// Message id, request id (nil when it cannot be read, as in a probe) and whether the question names our engine.
    func open(_ datagram: [UInt8], _ keys: USMKeys) -> (messageID: Int32, requestID: Int32?, isOurs: Bool)? {
        var room = [UInt8](repeating: 0, count: 4_096)
        return try? datagram.withUnsafeBytes { bytes in
            let message = try USMMessage(try MessageFrame(bytes).rest)
            let isOurs = message.engineID.rest.elementsEqual(engineID)
            guard message.flags.contains(.priv) else { return (message.messageID, nil, isOurs) }
            return try room.withUnsafeMutableBytes { room in
                let length = keys.privacy?.decrypt(
                    message.data.rest, boots: message.boots, time: message.time,
                    salt: message.privParameters.rest, into: room)
                guard let length else { return (message.messageID, nil, isOurs) }
                let plain = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<length])
                return (message.messageID, try USMMessage.openScoped(BERReader(plain)).requestID, isOurs)
            }
        }
    }

    /// An answer or Report; without keys it is neither signed nor enciphered.
    func close(messageID: Int32, keys: USMKeys?, _ pdu: (inout BERWriter) -> Void) -> [UInt8] {
        let envelope = USMEnvelope(
            messageID: messageID, maxSize: 65_507, engineID: engineID, boots: boots, time: time,
            user: keys == nil ? [] : Array(credential.user.utf8), context: [])
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 8)
        defer { scratch.deallocate() }
        return written { _ = envelope.write(keys: keys, salt: 99, scratch: scratch, to: &$0, pdu: pdu) }
    }

    func report(_ counter: UInt32, messageID: Int32, keys: USMKeys? = nil) -> [UInt8] {
        close(messageID: messageID, keys: keys) {
            writePDU(.report, id: 0, [VarBind([1, 3, 6, 1, 6, 3, 15, 1, 1, counter, 0], .counter32(1))], to: &$0)
        }
    }

    func response(messageID: Int32, requestID: Int32, keys: USMKeys?, _ bindings: [VarBind]) -> [UInt8] {
        close(messageID: messageID, keys: keys) { writePDU(.response, id: requestID, bindings, to: &$0) }
    }
}
