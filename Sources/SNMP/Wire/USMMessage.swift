import Remote

/// msgFlags (RFC 3412 section 6.4).
struct USMFlags: OptionSet {
    let rawValue: UInt8
    static let auth = USMFlags(rawValue: 1)
    static let priv = USMFlags(rawValue: 2)
    static let reportable = USMFlags(rawValue: 4)
    /// Only what says how a message is protected.
    var level: USMFlags { intersection([.auth, .priv]) }
}

/// A v3 message under the User-based Security Model (RFC 3412 section 6, RFC 3414 section 2.4), still closed.
struct USMMessage {
    static let version: Int32 = 3
    static let securityModel: Int32 = 3

    let messageID: Int32
    let flags: USMFlags
    let engineID: BERReader
    let boots: Int32
    let time: Int32
    let user: BERReader
    let authParameters: BERReader
    let privParameters: BERReader
    /// The scoped PDU's SEQUENCE, or an OCTET STRING that holds it enciphered.
    let dataTag: UInt8
    let data: BERReader
    /// The scoped PDU with its tag and length when it is not enciphered.
    let plain: BERReader

    /// Reads what stands behind the version number. No signature is checked here.
    init(_ rest: BERReader) throws(BERError) {
        var reader = rest
        var global = try reader.expect(BERTag.sequence)
        messageID = try global.int32()
        _ = try global.int32()
        let flagBytes = try global.expect(BERTag.octets)
        guard flagBytes.count == 1, messageID >= 0 else { throw .badInteger }
        flags = USMFlags(rawValue: flagBytes.rest[0])
        // RFC 3412 section 7.2: privacy without authentication is no message.
        guard flags.contains(.auth) || !flags.contains(.priv) else { throw .badInteger }
        guard try global.int32() == Self.securityModel else { throw .badInteger }

        var security = try reader.expect(BERTag.octets)
        var parameters = try security.expect(BERTag.sequence)
        engineID = try parameters.expect(BERTag.octets)
        boots = try parameters.int32()
        time = try parameters.int32()
        user = try parameters.expect(BERTag.octets)
        authParameters = try parameters.expect(BERTag.octets)
        privParameters = try parameters.expect(BERTag.octets)
        guard boots >= 0, time >= 0, engineID.count <= 32 else { throw .badInteger }

        let start = reader.position
        (dataTag, data) = try reader.next()
        plain = BERReader(position: start, end: reader.position)
        guard dataTag == (flags.contains(.priv) ? BERTag.octets : BERTag.sequence) else {
            throw .unexpectedTag(dataTag)
        }
    }

    /// Opens a scoped PDU (RFC 3412 section 6.6): context engine, context name, PDU. Padding behind it is ignored.
    static func openScoped(_ scoped: BERReader) throws(BERError) -> PDUHead {
        var reader = scoped
        var content = try reader.expect(BERTag.sequence)
        _ = try content.expect(BERTag.octets)
        _ = try content.expect(BERTag.octets)
        return try PDUHead(&content)
    }
}

/// The fields of a v3 message that do not depend on its PDU.
struct USMEnvelope {
    var messageID: Int32
    var maxSize: Int32
    var engineID: [UInt8]
    var boots: Int32
    var time: Int32
    var user: [UInt8]
    var context: [UInt8]

    /// Writes a message around the PDU that `pdu` writes.
    /// - Parameters:
    ///   - keys: nil sends it without authentication, as discovery does.
    ///   - salt: eight bytes never used before with these keys, as a number.
    ///   - scratch: room for the enciphered PDU.
    /// - Returns: false when a buffer is too small or the library refuses a primitive.
    func write(
        keys: USMKeys?, salt: UInt64, scratch: UnsafeMutableRawBufferPointer, to writer: inout BERWriter,
        pdu: (inout BERWriter) -> Void
    ) -> Bool {
        let mark = writer.count
        pdu(&writer)
        writer.octets(context)
        writer.octets(engineID)
        writer.header(BERTag.sequence, since: mark)

        var flags: USMFlags = [.reportable]
        var saltBytes: [UInt8] = []
        if let keys, let privacy = keys.privacy {
            flags.insert(.priv)
            saltBytes = privacy.saltBytes(salt, boots: boots)
            guard !writer.overflowed,
                let length = privacy.encrypt(
                    UnsafeRawBufferPointer(writer.written), boots: boots, time: time, salt: saltBytes, into: scratch)
            else { return false }
            writer.rewind(to: mark)
            writer.octets(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<length]))
        }
        if keys?.authentication != nil { flags.insert(.auth) }

        let security = writer.count
        writer.octets(saltBytes)
        let macEnd = writer.count
        writer.zeros(keys?.authentication?.macLength ?? 0)
        writer.header(BERTag.octets, since: macEnd)
        writer.octets(user)
        writer.integer(time)
        writer.integer(boots)
        writer.octets(engineID)
        writer.header(BERTag.sequence, since: security)
        writer.header(BERTag.octets, since: security)

        let global = writer.count
        writer.integer(USMMessage.securityModel)
        let flagMark = writer.count
        writer.byte(flags.rawValue)
        writer.header(BERTag.octets, since: flagMark)
        writer.integer(maxSize)
        writer.integer(messageID)
        writer.header(BERTag.sequence, since: global)
        writer.integer(USMMessage.version)
        writer.header(BERTag.sequence, since: mark)
        guard !writer.overflowed else { return false }
        guard let authentication = keys?.authentication else { return true }
        let whole = UnsafeMutableRawBufferPointer(rebasing: writer.written.dropLast(mark))
        return authentication.sign(whole, macAt: whole.count - (macEnd - mark) - authentication.macLength)
    }
}
