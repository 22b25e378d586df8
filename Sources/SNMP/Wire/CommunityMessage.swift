/// The envelope of SNMPv1 (RFC 1157 section 4) and SNMPv2c (RFC 1901 section 3): version, community, PDU.
enum CommunityMessage {
    /// Of version 2c; version 1 is 0.
    static let version: Int32 = 1
    /// Of version 1.
    static let firstVersion: Int32 = 0

    /// By what an agent knows us, and we its answers.
    struct Identity {
        let version: Int32
        let community: [UInt8]
    }

    static func write(_ body: PDUBody, requestID: Int32, community: [UInt8], to writer: inout BERWriter) {
        write(body, requestID: requestID, Identity(version: version, community: community), to: &writer)
    }

    static func write(_ body: PDUBody, requestID: Int32, _ identity: Identity, to writer: inout BERWriter) {
        let mark = writer.count
        body.write(requestID: requestID, to: &writer)
        writer.octets(identity.community)
        writer.integer(identity.version)
        writer.header(BERTag.sequence, since: mark)
    }

    /// Reads what stands behind the version number.
    static func read(_ rest: BERReader) throws(BERError) -> (community: BERReader, pdu: PDUHead) {
        var reader = rest
        let community = try reader.expect(BERTag.octets)
        return (community, try PDUHead(&reader))
    }
}

/// Finds the outer SEQUENCE and the version; bytes behind the SEQUENCE are cut off.
struct MessageFrame {
    /// From the SEQUENCE's tag to its end: what a MAC covers.
    let whole: UnsafeRawBufferPointer
    let version: Int32
    /// Behind the version.
    let rest: BERReader

    init(_ datagram: UnsafeRawBufferPointer) throws(BERError) {
        var outer = BERReader(datagram)
        let start = outer.position
        var content = try outer.expect(BERTag.sequence)
        whole = UnsafeRawBufferPointer(start: start, count: outer.position - start)
        version = try content.int32()
        rest = content
    }
}
