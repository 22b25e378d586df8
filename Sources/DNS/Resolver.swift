import CLibUnbound
public import Remote

/// Asks the DNS: through a recursive server with validation of our own by libunbound, or one authoritative server.
///
/// One thread of its own carries all questions, 64 at a time; callers wait without occupying a thread. Neither
/// /etc/resolv.conf nor /etc/hosts is read, and nothing is kept between questions: every answer is the server's of now.
public final class Resolver: DNSClient, Sendable {
    private let loop = Loop()
    private let anchors: TrustAnchors
    private let moment: Int64?

    /// Starts the DNS thread.
    /// - Parameter trustAnchors: where chains of trust begin; the root's keys of this system when nil.
    public convenience init(trustAnchors: TrustAnchors? = nil) {
        self.init(trustAnchors: trustAnchors ?? .system(), validatingAt: nil)
    }

    /// - Parameter moment: seconds since 1970 at which signatures must be valid; nil: at the moment of the question.
    init(trustAnchors: TrustAnchors, validatingAt moment: Int64?) {
        anchors = trustAnchors
        self.moment = moment
    }

    deinit { loop.stop() }

    /// Ends the thread; what still waits fails with `closed`. Harmless when called twice.
    public func shutdown() async {
        let done = Waiter<Void>()
        // Not cut short by cancellation: it takes no longer than closing the sockets.
        _ = try? await done.value(start: { loop.stop(done) }, cancel: {})
    }

    /// The version of the library that resolves and validates, such as `1.17.1`.
    public static var libraryVersion: String { String(cString: ub_version()) }

    /// Resolves through the recursive resolver at `server` and validates what it gives.
    ///
    /// The server is first asked as any client would ask it; that gives the duration and, where validation yields no
    /// records, the response code and records. What validation finds decides the rest: records of a `secure` report are
    /// those that were validated. A server that answers the question and fails at what validation needs gives
    /// `unchecked`.
    public func resolve(_ question: DNSQuestion, through server: Endpoint, subject: String, timeout: Duration)
        async throws -> DNSReport
    {
        let started = ContinuousClock.now
        let name = try Self.name(question, subject: subject)
        let (plain, duration) = try await exchange(
            name, question.type, server, recursion: true, subject: subject, started: started, timeout: timeout)
        func report(_ security: DNSReport.Security, _ reason: String? = nil) -> DNSReport {
            DNSReport(
                rcode: plain.rcode, records: plain.records, ttl: plain.ttl, security: security, bogusReason: reason,
                authoritative: nil, serial: plain.serial, duration: duration)
        }
        guard ["NOERROR", "NXDOMAIN", "SERVFAIL"].contains(plain.rcode) else { return report(.unchecked) }
        let request = ValidationRequest(
            name: name, type: question.type, server: server, anchors: anchors.records, moment: moment, subject: subject,
            deadline: started + timeout)
        let waiter = Waiter<Validated>()
        let found = try await waiter.value(
            start: { loop.post(.validate(request, waiter)) }, cancel: { [loop] in loop.post(.cancel(waiter.id)) })
        if let reason = found.bogusReason { return report(.bogus, reason) }
        guard found.rcode == 0 || found.rcode == 3 else { return report(.unchecked) }
        var texts: Set<String> = []
        var serial: UInt32?
        for data in found.data {
            do {
                let read = try RecordText.read(question.type, data, data.indices)
                texts.insert(read.text)
                serial = read.serial ?? serial
            } catch {
                throw Self.unreadable(error, server, subject)
            }
        }
        return DNSReport(
            rcode: ResponseCode.name(found.rcode), records: texts.sorted(), ttl: texts.isEmpty ? nil : found.ttl,
            security: found.isSecure ? .secure : .insecure, bogusReason: nil, authoritative: nil, serial: serial,
            duration: duration)
    }

    /// Asks the authoritative server at `server`, without recursion and without validation; over TCP when its answer is
    /// truncated.
    ///
    /// CNAMEs are followed as far as the one answer tells them. Errors of the server, such as `REFUSED`, are reports.
    public func ask(_ question: DNSQuestion, at server: Endpoint, subject: String, timeout: Duration) async throws
        -> DNSReport
    {
        let name = try Self.name(question, subject: subject)
        let (answer, duration) = try await exchange(
            name, question.type, server, recursion: false, subject: subject, started: .now, timeout: timeout)
        return DNSReport(
            rcode: answer.rcode, records: answer.records, ttl: answer.ttl, security: .unchecked, bogusReason: nil,
            authoritative: answer.authoritative, serial: answer.serial, duration: duration)
    }

    private func exchange(
        _ name: DomainName, _ type: DNSQuestion.RecordType, _ server: Endpoint, recursion: Bool, subject: String,
        started: ContinuousClock.Instant, timeout: Duration
    ) async throws -> (Answer, Duration) {
        let request = ExchangeRequest(
            question: WireQuestion(name: name, type: type.number), server: server, recursion: recursion,
            subject: subject, started: started, timeout: timeout)
        let waiter = Waiter<Exchanged>()
        let exchanged = try await waiter.value(
            start: { loop.post(.exchange(request, waiter)) }, cancel: { [loop] in loop.post(.cancel(waiter.id)) })
        do {
            return (try Answer(exchanged.message, name, type), exchanged.duration)
        } catch {
            throw Self.unreadable(error, server, subject)
        }
    }

    private static func name(_ question: DNSQuestion, subject: String) throws(RemoteError) -> DomainName {
        do {
            return try DomainName(question.name)
        } catch {
            throw RemoteError(
                .unsupported, subject: subject, message: "the name to ask the DNS for is none: \(error.message)")
        }
    }

    private static func unreadable(_ problem: WireReader.Problem, _ server: Endpoint, _ subject: String) -> RemoteError
    {
        RemoteError(
            .protocolViolation, subject: subject,
            message: "DNS \(server): its answer cannot be read: \(problem.message)")
    }
}
