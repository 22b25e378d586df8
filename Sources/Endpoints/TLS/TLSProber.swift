import Addressing
import Foundation
import NIOCore
import NIOSSL
public import Remote
import X509

/// Looks at TLS servers: one handshake per version, the chain of the highest one, whether it is to be believed, and what
/// is stapled to it.
///
/// SSLv3 and older cannot be tried: the library does not speak them.
public struct TLSProber: TLSInspector {
    private let loops: EndpointLoops
    private let handshake: Handshake
    private let trust: ChainTrust

    /// Prepares the contexts.
    /// - Parameters:
    ///   - loops: the threads to use.
    ///   - extraRoots: further certificates to trust besides the system's, PEM texts.
    ///   - now: seconds since 1970, UTC, for the check of validity; nil: the system's clock.
    /// - Throws: ``RemoteError`` with code `local`: a PEM text is none, or the library refuses our settings.
    public init(
        _ loops: EndpointLoops, extraRoots: [String] = [],
        now: (@Sendable () -> Int64)? = nil
    ) throws {
        self.loops = loops
        trust = try ChainTrust(extraRoots: extraRoots, now: now ?? { Int64(Date().timeIntervalSince1970) })
        do {
            handshake = try Handshake()
        } catch {
            throw RemoteError(.local, subject: "tls", message: "the TLS library refuses our settings: \(error)")
        }
    }

    /// Tries all versions, newest first, within `timeout` altogether. A version that neither shook hands nor was refused
    /// before its share of the time was over stands in neither list of the report.
    public func inspect(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> TLSReport
    {
        let address = try Sockets.address(endpoint, subject: subject)
        let deadline = ContinuousClock.now + timeout
        let versions = Remote.TLSVersion.allCases.sorted(by: >)
        var outcomes: [(version: Remote.TLSVersion, outcome: HandshakeOutcome)] = []
        for (index, version) in versions.enumerated() {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { break }
            let share = left / (versions.count - index)
            do {
                let outcome = try await handshake.attempt(
                    version, address, serverName: Self.sni(serverName), group: loops.group, timeout: share)
                outcomes.append((version, outcome))
            } catch {
                let problem = Sockets.remoteError(error, endpoint, subject: subject)
                // A reset may arrive before or after the connection counts as made: it is the same refusal to talk.
                if problem.code == .closed {
                    outcomes.append((version, .closed))
                    continue
                }
                // The first connection decides whether anybody is there; later ones may be throttled.
                if index == 0 || problem.code == .cancelled { throw problem }
            }
        }
        let report = try await report(outcomes, endpoint, serverName: serverName, subject: subject)
        let ocsp = try await status(
            report.accepted, address, serverName: serverName, until: deadline, endpoint, subject: subject)
        return TLSReport(
            accepted: report.accepted, refused: report.refused, chain: report.chain,
            verificationProblem: report.verificationProblem, ocsp: ocsp)
    }

    /// What is stapled, asked for in a handshake of its own; nil when nothing is, or when it does not come in time.
    ///
    /// TLS 1.2 is preferred where it is spoken: there the answer can be seen in any group and suite.
    private func status(
        _ accepted: [Remote.TLSVersion], _ address: SocketAddress, serverName: String?,
        until deadline: ContinuousClock.Instant, _ endpoint: Endpoint, subject: String
    ) async throws -> OCSPStatus? {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero, let version = accepted.contains(.tls12) ? .tls12 : accepted.last else { return nil }
        do {
            let staple = try await StapleHandshake.attempt(
                version, address, serverName: Self.sni(serverName), group: loops.group, timeout: left)
            guard let staple, let response = staple.response else { return nil }
            return await trust.status(response, staple.chain)
        } catch {
            let problem = Sockets.remoteError(error, endpoint, subject: subject)
            if problem.code == .cancelled { throw problem }
            return nil
        }
    }

    private func report(
        _ outcomes: [(version: Remote.TLSVersion, outcome: HandshakeOutcome)], _ endpoint: Endpoint,
        serverName: String?, subject: String
    ) async throws -> TLSReport {
        var accepted: [Remote.TLSVersion] = []
        var refused: [Remote.TLSVersion] = []
        var chain: [[UInt8]]?
        for (version, outcome) in outcomes {
            switch outcome {
            case .accepted(let certificates):
                accepted.append(version)
                chain = chain ?? certificates
            case .refused, .closed, .garbage: refused.append(version)
            case .timeout: break
            }
        }
        guard let chain else { throw Self.failure(outcomes.map(\.outcome), endpoint, subject: subject) }
        let summaries = chain.compactMap { try? CertificateReading.summary($0) }
        let problem =
            summaries.count == chain.count
            ? await trust.problem(chain, summaries, serverName: serverName)
            : "the chain holds a certificate that cannot be read"
        return TLSReport(
            accepted: accepted.sorted(), refused: refused.sorted(), chain: summaries, verificationProblem: problem)
    }

    private static func failure(_ outcomes: [HandshakeOutcome], _ endpoint: Endpoint, subject: String) -> RemoteError {
        var (refused, closed, garbage) = (0, 0, 0)
        for outcome in outcomes {
            switch outcome {
            case .refused: refused += 1
            case .closed: closed += 1
            case .garbage: garbage += 1
            case .accepted, .timeout: break
            }
        }
        if refused + closed + garbage == 0 {
            return RemoteError(
                .timeout, subject: subject, message: "\(endpoint): connected, and no TLS handshake was answered in time"
            )
        }
        let what =
            garbage > 0
            ? "what it sends is no TLS: check that the port speaks TLS from the first byte"
            : closed > 0 ? "it closes the connection during every handshake" : "it refuses TLS 1.0 to 1.3"
        return RemoteError(.protocolViolation, subject: subject, message: "\(endpoint): \(what)")
    }

    /// RFC 6066 section 3: addresses are no server names, nor are texts that DNS does not allow.
    static func sni(_ name: String?) -> String? {
        guard let name, !name.isEmpty, name.utf8.count <= 253, (try? IPAddress(name)) == nil else { return nil }
        let allowed = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
                || $0 == 95
        }
        return allowed ? name : nil
    }
}
