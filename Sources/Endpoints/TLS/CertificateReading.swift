import Addressing
import Crypto
import Remote
import SwiftASN1
import X509

/// Reads the parts of a certificate that matter to us, whatever its key is.
///
/// swift-certificates refuses keys it cannot use (DSA, RSA below its minimum, unknown curves); a report must name them
/// all the same, so that the structure of RFC 5280 section 4.1 is walked here.
enum CertificateReading {
    private struct Unreadable: Error {}

    static func summary(_ der: [UInt8]) throws -> CertificateSummary {
        let certificate = try children(DER.parse(der))
        guard certificate.count == 3 else { throw Unreadable() }
        var body = try children(certificate[0])[...]
        // [0] EXPLICIT version, absent in version 1.
        if body.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            body = body.dropFirst()
        }
        let fields = Array(body)
        guard fields.count >= 6 else { throw Unreadable() }
        let validity = try children(fields[3])
        guard validity.count == 2 else { throw Unreadable() }
        let key = try publicKey(fields[5])
        return CertificateSummary(
            subject: try DistinguishedName(derEncoded: fields[4]).description,
            issuer: try DistinguishedName(derEncoded: fields[2]).description,
            serial: hex(try ArraySlice<UInt8>(derEncoded: fields[0]), upper: true),
            notBefore: try time(validity[0]), notAfter: try time(validity[1]),
            names: names(fields.dropFirst(6)), keyType: key.type, keyBits: key.bits,
            signatureAlgorithm: try algorithm(certificate[1]),
            sha256: hex(Array(SHA256.hash(data: der))[...], upper: false))
    }

    /// What OCSP tells certificates by: the issuer's name as DER, the serial number, and the key's bits (RFC 6960
    /// section 4.1.1).
    static func identity(_ der: [UInt8]) throws -> (issuer: [UInt8], serial: [UInt8], key: [UInt8]) {
        let certificate = try children(DER.parse(der))
        guard let first = certificate.first else { throw Unreadable() }
        var fields = try children(first)[...]
        if fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            fields = fields.dropFirst()
        }
        let parts = Array(fields)
        guard parts.count >= 6, let key = try children(parts[5]).last else { throw Unreadable() }
        return (
            Array(parts[2].encodedBytes), Array(try ArraySlice<UInt8>(derEncoded: parts[0])),
            Array(try ASN1BitString(derEncoded: key).bytes)
        )
    }

    private static func children(_ node: ASN1Node) throws -> [ASN1Node] {
        guard case .constructed(let nodes) = node.content else { throw Unreadable() }
        return Array(nodes)
    }

    private static func hex(_ bytes: ArraySlice<UInt8>, upper: Bool) -> String {
        var bytes = bytes
        // The sign byte of a serial number is not shown by openssl either.
        if upper, bytes.count > 1, bytes.first == 0 { bytes = bytes.dropFirst() }
        return bytes.map { byte in
            let text = String(byte, radix: 16, uppercase: upper)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5) as seconds since 1970.
    static func time(_ node: ASN1Node) throws -> Int64 {
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        let time = try GeneralizedTime(derEncoded: node)
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }

    /// Days from civil, Howard Hinnant.
    private static func seconds(_ y: Int, _ m: Int, _ d: Int, _ h: Int, _ min: Int, _ s: Int) -> Int64 {
        let year = m <= 2 ? y - 1 : y
        let era = (year >= 0 ? year : year - 399) / 400
        let yoe = year - era * 400
        let doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy
        let days = Int64(era * 146_097 + doe - 719_468)
        return days * 86_400 + Int64(h * 3_600 + min * 60 + s)
    }

    private static func publicKey(_ node: ASN1Node) throws -> (type: String, bits: Int) {
        let parts = try children(node)
        guard parts.count == 2 else { throw Unreadable() }
        let algorithmParts = try children(parts[0])
        guard let first = algorithmParts.first else { throw Unreadable() }
        let algorithm = try ASN1ObjectIdentifier(derEncoded: first).description
        let bits = try ASN1BitString(derEncoded: parts[1]).bytes
        switch algorithm {
        case "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10":
            // RFC 8017: SEQUENCE { modulus, publicExponent }.
            guard let modulus = try children(DER.parse(bits)).first else { throw Unreadable() }
            return ("RSA", bitCount(try ArraySlice<UInt8>(derEncoded: modulus)))
        case "1.2.840.10040.4.1":
            guard algorithmParts.count > 1, let p = try children(algorithmParts[1]).first else { throw Unreadable() }
            return ("DSA", bitCount(try ArraySlice<UInt8>(derEncoded: p)))
        case "1.2.840.10045.2.1":
            let curve = algorithmParts.count > 1 ? try? ASN1ObjectIdentifier(derEncoded: algorithmParts[1]) : nil
            let known = [
                "1.2.840.10045.3.1.1": 192, "1.3.132.0.33": 224, "1.2.840.10045.3.1.7": 256, "1.3.132.0.10": 256,
                "1.3.132.0.34": 384, "1.3.132.0.35": 521,
            ]
            // An uncompressed point is 4, X, Y.
            return ("EC", curve.flatMap { known[$0.description] } ?? max(0, (bits.count - 1) / 2 * 8))
        case "1.3.101.112": return ("Ed25519", 256)
        case "1.3.101.113": return ("Ed448", 456)
        default: return (algorithm, bits.count * 8)
        }
    }

    private static func bitCount(_ integer: ArraySlice<UInt8>) -> Int {
        let body = integer.drop { $0 == 0 }
        guard let first = body.first else { return 0 }
        return body.count * 8 - first.leadingZeroBitCount
    }

    /// DNS names, addresses and others of subjectAltName (RFC 5280 section 4.2.1.6); at most 1,000.
    private static func names(_ rest: ArraySlice<ASN1Node>) -> [String] {
        let tag = ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific)
        guard let wrapper = rest.first(where: { $0.identifier == tag }),
            let list = try? children(wrapper).first, let extensions = try? children(list)
        else { return [] }
        for item in extensions {
            guard let found = try? Certificate.Extension(derEncoded: item),
                found.oid == .X509ExtensionID.subjectAlternativeName,
                let names = try? SubjectAlternativeNames(found)
            else { continue }
            return names.prefix(1_000).compactMap { name in
                switch name {
                case .dnsName(let text): text
                case .ipAddress(let octets): IPAddress(bytes: octets.bytes)?.description
                case .rfc822Name(let text): "email:\(text)"
                case .uniformResourceIdentifier(let text): text
                default: nil
                }
            }
        }
        return []
    }

    private static func algorithm(_ node: ASN1Node) throws -> String {
        guard let first = try children(node).first else { throw Unreadable() }
        let oid = try ASN1ObjectIdentifier(derEncoded: first).description
        return algorithms[oid] ?? oid
    }

    /// Names as openssl prints them.
    private static let algorithms = [
        "1.2.840.113549.1.1.4": "md5WithRSAEncryption", "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10": "rsassaPss", "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12": "sha384WithRSAEncryption", "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
        "1.2.840.10045.4.1": "ecdsa-with-SHA1", "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3": "ecdsa-with-SHA384", "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
        "1.3.101.112": "ED25519", "1.3.101.113": "ED448", "1.2.840.10040.4.3": "dsa-with-SHA1",
    ]
}
