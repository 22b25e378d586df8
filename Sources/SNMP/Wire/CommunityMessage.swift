/// The envelope of SNMPv2c (RFC 1901 section 3): version, community, PDU.
enum CommunityMessage {
    static let version: Int32 = 1

    static func write(_ body: PDUBody, requestID: Int32, community: [UInt8], to writer: inout BERWriter) {
        let mark = writer.count
        body.write(requestID: requestID, to: &writer)
        writer.octets(community)
        writer.integer(version)
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
