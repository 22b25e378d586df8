import Addressing
import Foundation
import Remote
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Decides whether a chain is to be believed, and says all that is wrong with it.
struct ChainTrust: Sendable {
    private let roots: CertificateStore
    private let now: @Sendable () -> Int64

    init(extraRoots: [String], now: @escaping @Sendable () -> Int64) throws(RemoteError) {
        var extra: [Certificate] = []
        do {
            for text in extraRoots {
                for document in try PEMDocument.parseMultiple(pemString: text) {
                    extra.append(try Certificate(pemDocument: document))
                }
            }
        } catch {
            throw RemoteError(
                .local, subject: "tls", message: "an extra root certificate is not readable: give PEM certificates")
        }
        roots = CertificateStore.systemTrustRoots.appending(contentsOf: extra)
        self.now = now
    }

    /// Nil when chain and name verify; else every problem, joined by `; `.
    func problem(_ chain: [[UInt8]], _ summaries: [CertificateSummary], serverName: String?) async -> String? {
        guard let leaf = summaries.first else { return "the server sent no certificate" }
        var problems: [String] = []
        let moment = now()
        if moment > leaf.notAfter {
            problems.append("expired \((moment - leaf.notAfter) / 86_400) days ago")
        } else if moment < leaf.notBefore {
            problems.append("not valid before \((leaf.notBefore - moment + 86_399) / 86_400) days from now")
        }
        if let serverName, !ServerNames.match(serverName, leaf.names) {
            problems.append(leaf.names.isEmpty ? "it has no subjectAltName" : "the name \(serverName) is not in it")
        }
        if let trust = await trustProblem(chain, leaf) { problems.append(trust) }
        return problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    private func trustProblem(_ chain: [[UInt8]], _ leaf: CertificateSummary) async -> String? {
        let certificates = chain.compactMap { try? Certificate(derEncoded: $0) }
        guard certificates.count == chain.count, let first = certificates.first else {
            let weak = "a key or signature in it is too weak or unknown to be checked"
            return leaf.subject == leaf.issuer ? "self-signed, and \(weak)" : weak
        }
        // The leaf's validity is judged apart, so that an expired certificate of a known authority is not also called
        // untrusted: the path is checked at the moment nearest to now at which the leaf was valid.
        let moment = min(max(now(), leaf.notBefore), leaf.notAfter)
        if await verifies(first, certificates.dropFirst(), at: moment) { return nil }
        if await verifies(first, certificates.dropFirst(), at: leaf.notBefore) {
            return "an issuer in its chain has expired"
        }
        return leaf.subject == leaf.issuer
            ? "self-signed and not among the trusted roots" : "no path to a trusted root"
    }

    /// Who signed the leaf: from the path to a trusted root if there is one, else from what the server sent.
    func issuer(_ chain: [[UInt8]]) async -> Certificate? {
        let certificates = chain.compactMap { try? Certificate(derEncoded: $0) }
        guard certificates.count == chain.count, let leaf = certificates.first else { return nil }
        let (from, to) = (Int64(leaf.notValidBefore.timeIntervalSince1970), leaf.notValidAfter.timeIntervalSince1970)
        let moment = min(max(now(), from), Int64(to))
        if case .validCertificate(let path) = await verify(leaf, certificates.dropFirst(), at: moment), path.count > 1 {
            return path[path.index(after: path.startIndex)]
        }
        return certificates.first {
            $0.subject == leaf.issuer && $0.publicKey.isValidSignature(leaf.signature, for: leaf)
        }
    }

    /// What a stapled answer says of the first certificate in `chain`.
    func status(_ response: [UInt8], _ chain: [[UInt8]]) async -> OCSPStatus {
        guard let leaf = chain.first, let issuer = await issuer(chain) else {
            return OCSPStatus(status: .unreadable, thisUpdate: nil, nextUpdate: nil)
        }
        return OCSPReading.status(response, OCSPReading.Question(leaf: leaf, issuer: issuer), now: now())
    }

    private func verifies(_ leaf: Certificate, _ others: ArraySlice<Certificate>, at moment: Int64) async -> Bool {
        if case .validCertificate = await verify(leaf, others, at: moment) { return true }
        return false
    }

    private func verify(_ leaf: Certificate, _ others: ArraySlice<Certificate>, at moment: Int64) async
        -> CertificateValidationResult
    {
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy(fixedExpiryValidationTime: Date(timeIntervalSince1970: Double(moment)))
            NamesJudgedElsewhere()
        }
        return await verifier.validate(leaf: leaf, intermediates: CertificateStore(others))
    }
}

/// Lets the verifier pass critical extensions about names and uses, which other code judges.
private struct NamesJudgedElsewhere: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.keyUsage,
    ]
    mutating func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
        .meetsPolicy
    }
}

/// RFC 9525: names are compared without case; `*` stands for exactly one label, the first; addresses match whole.
enum ServerNames {
    static func match(_ name: String, _ names: [String]) -> Bool {
        if let address = try? IPAddress(name) {
            return names.contains { (try? IPAddress($0))?.withoutZone == address.withoutZone }
        }
        let wanted = labels(name)
        return names.contains { pattern in
            let given = labels(pattern)
            guard given.count == wanted.count, !given.isEmpty else { return false }
            if given == wanted { return true }
            return given[0] == "*" && given.count > 2 && given.dropFirst() == wanted.dropFirst()
        }
    }

    private static func labels(_ name: String) -> [String] {
        var text = Substring(name.lowercased())
        if text.hasSuffix(".") { text = text.dropLast() }
        return text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}
