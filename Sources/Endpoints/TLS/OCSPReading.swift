import Crypto
import CryptoExtras
import Foundation
import Remote
import SwiftASN1
import X509

/// Reads and checks an answer about one certificate (RFC 6960 section 4.2).
enum OCSPReading {
    /// The certificate asked about and the one that signed it, both DER.
    struct Question {
        let leaf: [UInt8]
        let issuer: Certificate
    }

    private struct Unreadable: Error {}

    /// What `response` says; `unreadable` when it is none, is not about the leaf, or is not signed by who may.
    ///
    /// Whether it is still fresh is for the reader to judge by its times: a stale answer is reported as it is.
    /// - Parameter now: seconds since 1970, UTC, for the validity of a delegated signer.
    static func status(_ response: [UInt8], _ question: Question, now: Int64) -> OCSPStatus {
        (try? read(response, question, now)) ?? OCSPStatus(status: .unreadable, thisUpdate: nil, nextUpdate: nil)
    }

    private static func read(_ response: [UInt8], _ question: Question, _ now: Int64) throws -> OCSPStatus {
        // OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
        let outer = try children(DER.parse(response))
        guard outer.count == 2, try Int(derEncoded: outer[0], withIdentifier: .enumerated) == 0,
            let bytes = try children(outer[1]).first
        else { throw Unreadable() }
        // ResponseBytes ::= SEQUENCE { responseType OBJECT IDENTIFIER, response OCTET STRING }
        let typed = try children(bytes)
        guard typed.count == 2, try ASN1ObjectIdentifier(derEncoded: typed[0]) == [1, 3, 6, 1, 5, 5, 7, 48, 1, 1] else {
            throw Unreadable()
        }
        // BasicOCSPResponse ::= SEQUENCE { ResponseData, AlgorithmIdentifier, BIT STRING, [0] EXPLICIT certs OPTIONAL }
        let basic = try children(DER.parse(ASN1OctetString(derEncoded: typed[1]).bytes))
        guard basic.count >= 3, let algorithm = try children(basic[1]).first else { throw Unreadable() }
        let signed = Signed(
            bytes: Array(basic[0].encodedBytes), algorithm: try ASN1ObjectIdentifier(derEncoded: algorithm).description,
            signature: Array(try ASN1BitString(derEncoded: basic[2]).bytes))
        var signers = [question.issuer]
        if basic.count > 3, let list = try children(basic[3]).first {
            signers += try children(list).prefix(5).compactMap { try? Certificate(derEncoded: $0) }
                .filter { mayAnswer($0, for: question.issuer, now: now) }
        }
        guard signers.contains(where: { signed.isBy($0.publicKey) }) else { throw Unreadable() }
        return try single(basic[0], question)
    }

    /// RFC 6960 section 4.2.2.2: the issuer itself, or whom it has certified for OCSP.
    private static func mayAnswer(_ signer: Certificate, for issuer: Certificate, now: Int64) -> Bool {
        let moment = Date(timeIntervalSince1970: Double(now))
        let uses = (try? signer.extensions.extendedKeyUsage) ?? nil
        return uses?.contains(.ocspSigning) == true && signer.notValidBefore <= moment
            && moment <= signer.notValidAfter && issuer.publicKey.isValidSignature(signer.signature, for: signer)
    }

    /// ResponseData ::= SEQUENCE { [0] version, ResponderID, producedAt, SEQUENCE OF SingleResponse, [1] extensions }
    private static func single(_ data: ASN1Node, _ question: Question) throws -> OCSPStatus {
        var fields = try children(data)[...]
        if fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            fields = fields.dropFirst()
        }
        guard fields.count >= 3, let responses = fields.dropFirst(2).first else { throw Unreadable() }
        for response in try children(responses).prefix(100) {
            // SingleResponse ::= SEQUENCE { CertID, CertStatus, thisUpdate, [0] EXPLICIT nextUpdate OPTIONAL, … }
            let parts = try children(response)
            guard parts.count >= 3, try isAbout(parts[0], question) else { continue }
            let status: OCSPStatus.Status =
                switch parts[1].identifier.tagNumber {
                case 0: .good
                case 1: .revoked
                case 2: .unknown
                default: throw Unreadable()
                }
            var next: Int64?
            let tag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
            if parts.count > 3, parts[3].identifier == tag, let node = try children(parts[3]).first {
                next = try CertificateReading.time(node)
            }
            return OCSPStatus(status: status, thisUpdate: try CertificateReading.time(parts[2]), nextUpdate: next)
        }
        throw Unreadable()
    }

    /// CertID ::= SEQUENCE { AlgorithmIdentifier, hash of issuer's name, hash of its key, serial number }
    private static func isAbout(_ certID: ASN1Node, _ question: Question) throws -> Bool {
        let parts = try children(certID)
        guard parts.count == 4, let algorithm = try children(parts[0]).first else { throw Unreadable() }
        let hash: ([UInt8]) -> [UInt8]
        switch try ASN1ObjectIdentifier(derEncoded: algorithm).description {
        // RFC 5019 section 2.1.1: SHA-1 is what most responders use here; it tells names apart, it guards nothing.
        case "1.3.14.3.2.26": hash = { Array(Insecure.SHA1.hash(data: $0)) }
        case "2.16.840.1.101.3.4.2.1": hash = { Array(SHA256.hash(data: $0)) }
        case "2.16.840.1.101.3.4.2.2": hash = { Array(SHA384.hash(data: $0)) }
        case "2.16.840.1.101.3.4.2.3": hash = { Array(SHA512.hash(data: $0)) }
        default: throw Unreadable()
        }
        let leaf = try CertificateReading.identity(question.leaf)
        var serializer = DER.Serializer()
        try serializer.serialize(question.issuer)
        let issuer = try CertificateReading.identity(serializer.serializedBytes)
        return try Array(ASN1OctetString(derEncoded: parts[1]).bytes) == hash(leaf.issuer)
            && Array(ASN1OctetString(derEncoded: parts[2]).bytes) == hash(issuer.key)
            && Array(ArraySlice<UInt8>(derEncoded: parts[3])) == leaf.serial
    }

    private static func children(_ node: ASN1Node) throws -> [ASN1Node] {
        guard case .constructed(let nodes) = node.content else { throw Unreadable() }
        return Array(nodes)
    }
}

/// Bytes and a signature over them.
private struct Signed {
    let bytes: [UInt8]
    /// Dotted.
    let algorithm: String
    let signature: [UInt8]

    func isBy(_ key: Certificate.PublicKey) -> Bool {
        if let key = P256.Signing.PublicKey(key) {
            return (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map { signature in
                ecdsa { key.isValidSignature(signature, for: $0) }
            } ?? false
        }
        if let key = P384.Signing.PublicKey(key) {
            return (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map { signature in
                ecdsa { key.isValidSignature(signature, for: $0) }
            } ?? false
        }
        if let key = P521.Signing.PublicKey(key) {
            return (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map { signature in
                ecdsa { key.isValidSignature(signature, for: $0) }
            } ?? false
        }
        if let key = Curve25519.Signing.PublicKey(key) {
            return algorithm == "1.3.101.112" && key.isValidSignature(signature, for: bytes)
        }
        guard let key = _RSA.Signing.PublicKey(key) else { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return rsa { key.isValidSignature(signature, for: $0, padding: .insecurePKCS1v1_5) }
    }

    private func ecdsa(_ check: (any Digest) -> Bool) -> Bool {
        switch algorithm {
        case "1.2.840.10045.4.3.2": check(SHA256.hash(data: bytes))
        case "1.2.840.10045.4.3.3": check(SHA384.hash(data: bytes))
        case "1.2.840.10045.4.3.4": check(SHA512.hash(data: bytes))
        default: false
        }
    }

    /// RFC 8017 section 8.2; SHA-1 is no signature any more.
    private func rsa(_ check: (any Digest) -> Bool) -> Bool {
        switch algorithm {
        case "1.2.840.113549.1.1.11": check(SHA256.hash(data: bytes))
        case "1.2.840.113549.1.1.12": check(SHA384.hash(data: bytes))
        case "1.2.840.113549.1.1.13": check(SHA512.hash(data: bytes))
        default: false
        }
    }
}
