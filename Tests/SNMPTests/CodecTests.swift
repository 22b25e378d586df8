import Remote
import TestSupport
import Testing

@testable import SNMP

@Suite(.tags(.small)) struct CodecTests {
    @Test func `a version 2c GET is these bytes`() throws {
        let bytes = written { writer in
            CommunityMessage.write(
                PDUBody(kind: .get, names: [sysName]), requestID: 0x0102_0304, community: Array("public".utf8),
                to: &writer)
        }
        let expected = try hex(
            """
            30 29                             -- SEQUENCE, 41 bytes
              02 01 01                        -- version 1: SNMPv2c
              04 06 70 75 62 6C 69 63         -- community "public"
              A0 1C                           -- GetRequest-PDU, 28 bytes
                02 04 01 02 03 04             -- request-id
                02 01 00                      -- error-status
                02 01 00                      -- error-index
                30 0E                         -- variable-bindings
                  30 0C
                    06 08 2B 06 01 02 01 01 05 00   -- 1.3.6.1.2.1.1.5.0
                    05 00                     -- NULL
            """)
        #expect(bytes == expected)
    }

    @Test func `a GETBULK carries non-repeaters and max-repetitions`() throws {
        let bytes = written { writer in
            PDUBody(kind: .getBulk, names: [[1, 3, 6, 1, 2, 1, 2]], nonRepeaters: 1, maxRepetitions: 200)
                .write(requestID: -1, to: &writer)
        }
        let expected = try hex(
            """
            A5 18                   -- GetBulkRequest-PDU
              02 01 FF              -- request-id -1
              02 01 01              -- non-repeaters
              02 02 00 C8           -- max-repetitions 200: a leading zero keeps it positive
              30 0C                 -- one binding
                30 0A
                  06 06 2B 06 01 02 01 02   -- 1.3.6.1.2.1.2
                  05 00
            """)
        #expect(bytes == expected)
    }

    @Test func `the discovery probe is these bytes`() throws {
        let envelope = USMEnvelope(
            messageID: 5, maxSize: 65_507, engineID: [], boots: 0, time: 0, user: [], context: [])
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { scratch.deallocate() }
        let bytes = written { writer in
            _ = envelope.write(keys: nil, salt: 1, scratch: scratch, to: &writer) {
                PDUBody(kind: .get, names: []).write(requestID: 6, to: &$0)
            }
        }
        let expected = try hex(
            """
            30 38                             -- SEQUENCE, 56 bytes
              02 01 03                        -- version 3
              30 0E                           -- msgGlobalData
                02 01 05                      -- msgID
                02 03 00 FF E3                -- msgMaxSize 65507
                04 01 04                      -- msgFlags: reportable only
                02 01 03                      -- msgSecurityModel: USM
              04 10                           -- msgSecurityParameters
                30 0E
                  04 00                       -- msgAuthoritativeEngineID: unknown
                  02 01 00                    -- boots
                  02 01 00                    -- time
                  04 00                       -- user
                  04 00                       -- authentication
                  04 00                       -- privacy
              30 11                           -- scopedPDU
                04 00                         -- contextEngineID
                04 00                         -- contextName
                A0 0B                         -- GetRequest-PDU
                  02 01 06                    -- request-id
                  02 01 00
                  02 01 00
                  30 00                       -- no bindings
            """)
        #expect(bytes == expected)
    }

    static let values: [SNMPValue] = [
        .integer(0), .integer(-1), .integer(127), .integer(128), .integer(-128), .integer(-129), .integer(.max),
        .integer(.min), .octets([]), .octets([UInt8](repeating: 7, count: 300)), .null, .oid([1, 3]),
        .oid([2, 999, 3]), .oid([0, 39, .max, 0, 128, 16_383, 16_384]), .ipAddress([192, 0, 2, 1]),
        .counter32(.max), .gauge32(0x8000_0000), .timeTicks(1), .opaque([0x9F, 0x78, 4, 0, 0, 0, 0]),
        .counter64(.max), .counter64(0), .noSuchObject, .noSuchInstance, .endOfMibView,
    ]

    @Test func `every value survives writing and reading`() throws {
        let bindings = Self.values.enumerated().map { VarBind(system.appending(UInt32($0)), $1) }
        let bytes = written { writePDU(.response, id: 1, status: 2, index: 3, bindings, to: &$0) }
        let (head, read) = try bytes.withUnsafeBytes { raw in
            var reader = BERReader(raw)
            let head = try PDUHead(&reader)
            return ([head.requestID, head.first, head.second], try head.varBinds(limit: 100))
        }
        #expect(head == [1, 2, 3])
        #expect(read == bindings)
    }

    /// Value bytes with their tag, and why they are no value. Nil: they are one.
    static let odd: [(String, BERError?)] = [
        ("02 05 00 FF FF FF FF", .badInteger), ("02 00", .badInteger), ("41 05 01 00 00 00 00", .badInteger),
        ("41 04 FF FF FF FF", nil), ("46 09 01 00 00 00 00 00 00 00 00", .badInteger), ("06 00", nil),
        ("06 02 80 01", .badOID), ("06 06 2B 90 80 80 80 00", .badOID), ("06 06 2B 8F FF FF FF 7F", nil),
        ("06 02 2B 81", .badOID), ("04 82 00 01 41", nil), ("04 85 00 00 00 00 01 41", .badLength),
        ("04 80", .badLength), ("04 02 41", .truncated), ("1F 81 01 00", .unexpectedTag(0x1F)),
        ("24 00", .unexpectedTag(0x24)),
    ]

    @Test(arguments: odd.indices) func `odd encodings are taken or refused, never guessed`(at index: Int) throws {
        let (text, expected) = Self.odd[index]
        let value = try hex(text)
        let list = written { writer in
            value.withUnsafeBytes { writer.raw($0) }
            writer.oid(sysName)
            writer.header(BERTag.sequence, since: 0)
            writer.header(BERTag.sequence, since: 0)
            writer.integer(0)
            writer.integer(0)
            writer.integer(1)
            writer.header(PDUKind.response.rawValue, since: 0)
        }
        let found: BERError? = try list.withUnsafeBytes { raw in
            var reader = BERReader(raw)
            let head = try PDUHead(&reader)
            do throws(BERError) {
                _ = try head.varBinds(limit: 10)
                return nil
            } catch {
                return error
            }
        }
        #expect(found == expected, "\(text)")
    }

    @Test func `a name of 129 parts is refused, one of 128 is read`() throws {
        for (count, isFine) in [(126, true), (127, false)] {
            let body = [0x2B] + [UInt8](repeating: 1, count: count)
            let read = body.withUnsafeBytes { try? BERReader($0).oid().parts.count }
            #expect((read != nil) == isFine)
        }
    }

    @Test func `more bindings than the limit are refused before they are stored`() throws {
        let bindings = (0..<50).map { VarBind(system.appending($0), .null) }
        let bytes = written { writePDU(.response, id: 1, bindings, to: &$0) }
        #expect(throws: BERError.tooMany) {
            try bytes.withUnsafeBytes { raw in
                var reader = BERReader(raw)
                return try PDUHead(&reader).varBinds(limit: 49)
            }
        }
    }

    @Test func `a buffer that is too small is noticed`() {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 20, alignment: 8)
        defer { room.deallocate() }
        var writer = BERWriter(room)
        PDUBody(kind: .get, names: [sysName, sysName]).write(requestID: 1, to: &writer)
        #expect(writer.overflowed)
        #expect(writer.count <= 20)
    }

    @Test func `50,000 mutations of valid messages never crash the decoder`() throws {
        var generator = SeededGenerator("snmp mutations")
        let agent = SecureAgent()
        let keys = try #require(agent.keys)
        let bindings = Self.values.enumerated().map { VarBind(system.appending(UInt32($0)), $1) }
        let seeds = [
            answer(id: 77, bindings), agent.report(4, messageID: 9), agent.report(2, messageID: 9, keys: keys),
            agent.response(messageID: 9, requestID: 5, keys: nil, bindings),
            agent.response(messageID: 9, requestID: 5, keys: keys, bindings),
        ]
        var understood = 0
        for round in 0..<50_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
            if decodes(bytes, keys) { understood += 1 }
        }
        // Neither all refused nor all believed: the mutations reach behind the envelope.
        #expect(understood > 500 && understood < 49_500, "\(understood) understood, \(generator)")
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = [0, 0x7F, 0x80, 0x81, 0x84, 0xFF].randomElement(using: &generator) ?? 0
        case 2: bytes.removeSubrange(place..<Swift.min(bytes.count, place + 3))
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 4: bytes.removeLast(bytes.count - place)
        default: bytes.append(contentsOf: bytes[place...])
        }
    }

    /// Walks every decoder with exactly these bytes in a block of their own.
    private func decodes(_ bytes: [UInt8], _ keys: USMKeys) -> Bool {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 8, alignment: 8)
        defer {
            block.deallocate()
            scratch.deallocate()
        }
        block.copyBytes(from: bytes)
        do throws(BERError) {
            let frame = try MessageFrame(UnsafeRawBufferPointer(block))
            if frame.version != USMMessage.version {
                _ = try CommunityMessage.read(frame.rest).pdu.varBinds(limit: 1_000)
                return true
            }
            let message = try USMMessage(frame.rest)
            _ = keys.authentication?.verify(frame.whole, mac: message.authParameters)
            guard message.flags.contains(.priv) else {
                _ = try USMMessage.openScoped(message.plain).varBinds(limit: 1_000)
                return true
            }
            let length = keys.privacy?.decrypt(
                message.data.rest, boots: message.boots, time: message.time, salt: message.privParameters.rest,
                into: scratch)
            guard let length else { return false }
            let plain = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<length])
            _ = try USMMessage.openScoped(BERReader(plain)).varBinds(limit: 1_000)
            return true
        } catch {
            return false
        }
    }
}
